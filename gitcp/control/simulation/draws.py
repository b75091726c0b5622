"""How a simulated run ends: drawn by a digest of the seed and the run's name, so that the same question has the same answer."""

import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from gitcp.control.simulation.history import History, Sample, Work, work_of
from gitcp.model.amounts import Amounts
from gitcp.model.runs import Declared, FailureClass, Outcome, Run

# What is assumed where nobody knows better.
MINUTES: Final = Decimal(10)
SUCCESS: Final = 0.9
_HALF: Final = Decimal("0.5")
_SHORTEST: Final = Decimal("0.05")
_DIGITS: Final = 13
# What stops a run that uses up one of its limits.
_STOPS: Final = {
    "minutes": Outcome.TIMED_OUT,
    "usd": Outcome.OVER_BUDGET,
    "usd_imputed": Outcome.OVER_BUDGET,
    "tokens": Outcome.OVER_BUDGET,
}


@dataclass(frozen=True, slots=True)
class Given:
    """What is given instead of being taken from history."""

    minutes: Decimal | None = None
    usd: Decimal | None = None
    success: float | None = None


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws the ends of runs."""

    seed: int
    history: History
    given: Given = Given()

    def sample(self, run: Run) -> Sample:
        """Return how a run ends; within its limits, at which a runner stops it."""
        known = self.history.samples(run)
        sample = known[int(self._fraction(run, "like") * len(known))] if known else self._assumed(run)
        return _limited(run, self._as_given(run, sample))

    def knows(self, run: Run) -> bool:
        """Whether there is a run to go by, or all is given that one would tell."""
        is_given = None not in (self.given.minutes, self.given.usd, self.given.success)
        return is_given or bool(self.history.samples(run))

    def _assumed(self, run: Run) -> Sample:
        limit = run.limits.minutes
        minutes = min(MINUTES, limit * _HALF) if limit else MINUTES
        half = {m: round(getattr(run.reserved, m) * _HALF, 6) for m in ("usd", "usd_imputed")}
        amounts = Amounts(**half, tokens=run.reserved.tokens // 2, runs=1, minutes=minutes)
        return self._ended(run, amounts, SUCCESS)

    def _as_given(self, run: Run, sample: Sample) -> Sample:
        given, fields = self.given, {name: getattr(sample.amounts, name) for name in Amounts.model_fields}
        fields["minutes"] = sample.amounts.minutes if given.minutes is None else given.minutes
        fields["usd"] = sample.amounts.usd if given.usd is None else given.usd
        amounts = Amounts(**fields)
        if given.success is not None:
            return self._ended(run, amounts, given.success)
        return replace(sample, amounts=amounts)

    def _ended(self, run: Run, amounts: Amounts, success: float) -> Sample:
        if self._fraction(run, "success") < success:
            declared = Declared.FINISH if work_of(run) is Work.TASK else None
            return Sample(Outcome.SUCCEEDED, declared, None, amounts, progress=True)
        return Sample(Outcome.FAILED, None, FailureClass.AGENT, amounts, progress=False)

    def _fraction(self, run: Run, about: str) -> float:
        drawn = hashlib.sha256(f"{self.seed} {run.id} {about}".encode()).hexdigest()[:_DIGITS]
        return int(drawn, 16) / 16**_DIGITS


def _limited(run: Run, sample: Sample) -> Sample:
    fields = {name: getattr(sample.amounts, name) for name in Amounts.model_fields}
    outcome = sample.outcome
    for name, stopped in _STOPS.items():
        limit = getattr(run.limits, name)
        if limit is not None and fields[name] > limit:
            fields[name], outcome = limit, stopped
    amounts = Amounts(**(fields | {"minutes": max(fields["minutes"], _SHORTEST)}))
    if outcome is sample.outcome:
        return replace(sample, amounts=amounts)
    return Sample(outcome, None, None, amounts, sample.progress)
