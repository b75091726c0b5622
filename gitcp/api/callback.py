"""One run's way back: who asks, what it may ask, where its declarations go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gitcp.api.caller import Caller
from gitcp.api.declarations import Declarations
from gitcp.core.authority import AGENT_MAY
from gitcp.core.lookup import existing
from gitcp.core.operations.registry import OPERATIONS
from gitcp.errors import ConflictError
from gitcp.model.operation import ActorKind, Operation
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

MOST_WRITES: Final = 500
OFFERED: Final[Mapping[str, type[Operation]]] = {
    name: OPERATIONS[name] for name in sorted(OPERATIONS.keys() & AGENT_MAY.keys())
}


@dataclass(slots=True, kw_only=True)
class Callback(Caller):
    """The callback of one run.

    Give the runner's own `lock` where it uses `operations` too. A run makes at most `most_writes` changes. `until`: when its token is no
    longer good, whoever still has it; none for as long as it is served.
    """

    run: str
    declarations: Declarations
    until: datetime | None = None
    most_writes: int = MOST_WRITES
    _writes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Refuse an actor who is not this run's agent."""
        if self.actor.kind is not ActorKind.AGENT or self.actor.run != self.run:
            raise ValueError(f"expected an agent that acts from run {self.run}, found {self.actor}")

    @property
    def scope(self) -> str:
        """The run."""
        return self.run

    @property
    def offered(self) -> Mapping[str, type[Operation]]:
        """What an agent may do at all."""
        return OFFERED

    def expect_open(self) -> None:
        """Let it ask until the run is over."""
        if self.declarations.is_closed:
            raise ConflictError(f"run {self.run} is over: nothing is answered any more", hint="exit")

    @property
    def is_expired(self) -> bool:
        """Whether the time of its token is over."""
        return self.until is not None and self.now() > self.until

    def this_run(self, snapshot: Snapshot) -> Run:
        """Return the run's record."""
        return existing(snapshot, Run, self.run)

    def own_task(self, snapshot: Snapshot) -> Task | None:
        """Return the task that the run works on as its assignee."""
        run = snapshot.get(Run, self.run)
        task = snapshot.get(Task, run.task) if run is not None and run.task else None
        return task if task is not None and task.assignee == self.actor.id else None

    def count_write(self) -> None:
        """Count a change, and refuse one too many.

        Raises:
            ConflictError: the run has made as many as it may.
        """
        if self._writes >= self.most_writes:
            raise ConflictError(
                f"run {self.run} has made {self._writes} changes, which is as many as a run may make",
                hint="end the run with run/continue",
            )
        self._writes += 1
