"""A tick whose runs are started by other jobs: each is told what it needs to know of its run."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from gitcp.control.plane import Plane
from gitcp.control.tick import Terms, Ticked, tick
from gitcp.model.members import Agent
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.runtimes.secrets import references_in

MOST_RUNS: Final = 256  # jobs of one matrix
_VARIABLE: Final = "env:"


@dataclass(frozen=True, slots=True)
class Errand:
    """One claimed run, as the job that carries it out is told of it.

    `minutes`: until its deadline. `revision`: the commit of its claim. `attempt`: of the workflow run that claimed it, so that no other
    attempt starts it again. `secrets`: names of the variables that its agent's record refers to.
    """

    id: str
    agent: str
    task: str | None
    runtime: str
    minutes: int
    revision: str
    attempt: int
    secrets: tuple[str, ...]

    def view(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "id": self.id,
            "agent": self.agent,
            "task": self.task,
            "runtime": self.runtime,
            "minutes": self.minutes,
            "revision": self.revision,
            "attempt": self.attempt,
            "secrets": list(self.secrets),
        }


@dataclass(frozen=True, slots=True)
class Handed:
    """What a tick did, and what it hands to other jobs."""

    ticked: Ticked
    errands: tuple[Errand, ...]

    @property
    def has_changed(self) -> bool:
        """Whether the record is another than before."""
        return any(receipt.edit.changes for receipt in self.ticked.receipts)


def tick_for_jobs(plane: Plane, attempt: int = 1) -> Handed:
    """Tick once, and start nothing; at most as many runs are claimed as a matrix takes.

    Raises:
        GitcpError: as `tick`.
    """
    ticked = tick(plane, terms=Terms(starts=False, most_claims=MOST_RUNS))
    snapshot = plane.snapshot() if ticked.claims_elsewhere else None
    return Handed(ticked, tuple(_errands(snapshot, ticked.claims_elsewhere, attempt)) if snapshot else ())


def _errands(snapshot: Snapshot, claims: Iterable[tuple[Run, str]], attempt: int) -> Iterable[Errand]:
    for run, revision in claims:
        minutes = math.ceil((run.deadline - run.claimed_at).total_seconds() / 60)
        names = variables_of(snapshot.get(Agent, run.agent))
        yield Errand(run.id, run.agent, run.task, run.runtime, max(minutes, 1), revision, attempt, names)


def variables_of(agent: Agent | None) -> tuple[str, ...]:
    """Return the names of the variables that an agent's secrets are read from, in order."""
    references = references_in(agent.runtime) if agent is not None else ()
    names = {reference.removeprefix(_VARIABLE) for reference in references if reference.startswith(_VARIABLE)}
    return tuple(sorted(names))
