"""What the parts of one run share, and what ends it before its program does."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from gitcp.api.declarations import Declarations
from gitcp.control.plane import Plane
from gitcp.errors import GitcpError
from gitcp.model.actors import as_agent
from gitcp.model.members import Agent
from gitcp.model.operation import Actor, Operations
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.runtimes.base import Ending, StopCause
from gitcp.runtimes.redaction import Redactor

if TYPE_CHECKING:
    from gitcp.control.outbox.box import Outbox

# What is kept in an outbox must be settled before the run's deadline.
SETTLING_MINUTES: Final = 2.0


class Hold(Protocol):
    """What makes a run this runner's."""

    @property
    def is_lost(self) -> bool:
        """Whether it may be another's by now."""
        ...


@dataclass(slots=True)
class Signals:
    """Set by signal handlers, which do nothing else."""

    stop: bool = False


@dataclass(slots=True)
class Progress:
    """How far the run has come: what counts when a later step fails; what its agent is told of the checkout; what it knows that nobody may read."""

    launched_at: datetime | None = None
    ending: Ending | None = None
    rescue: str | None = None
    checkout: tuple[str, ...] = ()
    redactor: Redactor = field(default_factory=Redactor)


@dataclass(frozen=True, slots=True)
class Job:
    """One run at work. `outbox`: where its writes and its commits are kept, if this runner may push nothing."""

    plane: Plane
    snapshot: Snapshot
    run: Run
    agent: Agent
    task: Task | None
    folder: Path
    declarations: Declarations
    lease: Hold
    signals: Signals
    progress: Progress
    operations: Operations
    outbox: "Outbox | None" = None

    @property
    def actor(self) -> Actor:
        """The agent, acting from this run."""
        return as_agent(self.agent, self.run.id)

    @property
    def is_review(self) -> bool:
        """Whether the agent looks at somebody else's work."""
        return self.task is not None and self.task.assignee != self.agent.id

    def minutes_left(self) -> float:
        """Return how long the run has until its deadline, when others may end it; never less than a moment."""
        margin = SETTLING_MINUTES if self.outbox is not None else 0.0
        return max((self.run.deadline - self.plane.clock.now()).total_seconds() / 60 - margin, 0.05)

    def stop_cause(self) -> StopCause | None:
        """Return why the run must end now, or none."""
        if self.signals.stop:
            return StopCause.SHUTDOWN
        if self.lease.is_lost:
            return StopCause.LEASE
        if self.declarations.value.over(self.run.limits) is not None:
            return StopCause.BUDGET
        current = self.plane.snapshot().get(Run, self.run.id)
        if current is None or not current.is_active:
            return StopCause.LEASE
        return StopCause.CANCEL if current.cancel is not None else None


def open_job(plane: Plane, run_id: str, lease: Hold, signals: Signals, outbox: "Outbox | None" = None) -> Job:
    """Gather what a run needs.

    Raises:
        GitcpError: its agent cannot be read.
    """
    snapshot = plane.snapshot()
    run = snapshot.get(Run, run_id)
    assert run is not None
    agent = snapshot.get(Agent, run.agent)
    if agent is None:
        raise GitcpError(f"agent {run.agent} cannot be read", hint=f"gitcp check org/{run.agent}.yaml")
    folder = plane.state.run(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    task = snapshot.get(Task, run.task) if run.task else None
    declarations = Declarations(plane.state.declarations(run.id))
    operations = plane.door if outbox is None else _aside(snapshot, outbox)
    shared = (declarations, lease, signals, Progress(), operations, outbox)
    return Job(plane, snapshot, run, agent, task, folder, *shared)


def _aside(snapshot: Snapshot, outbox: "Outbox") -> Operations:
    from gitcp.control.outbox.overlay import Overlay  # noqa: PLC0415 - most runs need none

    return Overlay(snapshot, outbox)
