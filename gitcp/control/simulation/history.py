"""What runs took so far: samples by agent and by kind of work, for others like them to be drawn from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from gitcp.model.amounts import Amounts
from gitcp.model.members import WakeReason
from gitcp.model.runs import Declared, FailureClass, Outcome, Run
from gitcp.model.snapshot import Snapshot

# Of the latest runs only: what an agent took years ago says little of what it takes now.
MOST_SAMPLES: Final = 100
_MOST_RUNS: Final = 100_000
# What somebody or a broken machine ended says nothing of the agent.
_TELLING: Final = frozenset(Outcome) - {Outcome.CANCELLED, Outcome.ABANDONED}


class Work(StrEnum):
    """What a run is for; an agent needs not the same for each."""

    TASK = "task"
    REVIEW = "review"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sample:
    """How a run ended, and what it took. `passed`: what it delivered was good enough for its task's checks."""

    outcome: Outcome
    declared: Declared | None
    failure: FailureClass | None
    amounts: Amounts
    progress: bool | None
    passed: bool = True

    @property
    def lasting(self) -> timedelta:
        """How long the run takes, to the second."""
        return timedelta(seconds=max(round(float(self.amounts.minutes) * 60), 1))


@dataclass(frozen=True, slots=True)
class History:
    """Samples of an agent's own runs, and of everybody's."""

    own: dict[tuple[str, Work], list[Sample]] = field(default_factory=dict)
    everybody: dict[Work, list[Sample]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "History":
        """Read the runs of a company that ended by themselves, the latest ones."""
        return cls.from_runs(snapshot.runs(active=False, limit=_MOST_RUNS))

    @classmethod
    def from_runs(cls, runs: Iterable[Run]) -> "History":
        """Take samples of runs, newest first."""
        history = cls()
        for run in runs:
            if run.outcome in _TELLING and run.usage is not None:
                sample = _sample(run, run.outcome)
                for samples in (
                    history.own.setdefault((run.agent, work_of(run)), []),
                    history.everybody.setdefault(work_of(run), []),
                ):
                    if len(samples) < MOST_SAMPLES:
                        samples.append(sample)
        return history

    def samples(self, run: Run) -> list[Sample]:
        """Return what a run may be like: those of its agent for the same kind of work, else everybody's; none: nobody knows."""
        return self.own.get((run.agent, work_of(run))) or self.everybody.get(work_of(run), [])


def work_of(run: Run) -> Work:
    """Return what a run is for."""
    if run.task is None:
        return Work.OTHER
    is_review = any(cause.reason is WakeReason.REVIEW for cause in run.answers)
    return Work.REVIEW if is_review else Work.TASK


def _sample(run: Run, outcome: Outcome) -> Sample:
    assert run.usage is not None
    measured = Decimal(0)
    if run.ended_at is not None:
        began = run.started_at or run.claimed_at
        measured = Decimal(max((run.ended_at - began).total_seconds(), 0)) / 60
    fields = {name: getattr(run.usage, name) for name in Amounts.model_fields}
    amounts = Amounts(**(fields | {"runs": 1, "minutes": run.usage.minutes or round(measured, 6)}))
    progress = True if run.commits else run.progress
    passed = run.undelivered is None and (run.verification is None or run.verification.passed)
    return Sample(outcome, run.declared, run.failure, amounts, progress, passed)
