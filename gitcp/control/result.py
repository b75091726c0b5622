"""What a run left, turned into its settlement. gitcp judges success here, not the program's exit code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Final

from gitcp.api.declarations import Declaration as Said
from gitcp.core.operations.finish_run import FinishRun
from gitcp.model.amounts import Usage
from gitcp.model.runs import Declared, FailureClass, Outcome, Run, Settlement, Verification
from gitcp.runtimes.base import Ending, StopCause

_STOPPED: Final[Mapping[StopCause, Outcome]] = {
    StopCause.MINUTES: Outcome.TIMED_OUT,
    StopCause.TURNS: Outcome.TIMED_OUT,
    StopCause.SILENCE: Outcome.SILENT,
    StopCause.BUDGET: Outcome.OVER_BUDGET,
    StopCause.CANCEL: Outcome.CANCELLED,
    StopCause.LEASE: Outcome.ABANDONED,
    StopCause.SHUTDOWN: Outcome.FAILED,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the work in the execution repository."""

    branch: str | None = None
    commits: tuple[str, ...] = ()
    rescue: str | None = None
    undelivered: str | None = None
    verification: Verification | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """All that is known of a run when its program is gone; `started` says whether there ever was one."""

    started_at: datetime
    ended_at: datetime
    ending: Ending
    delivery: Delivery = Delivery()
    said: Said | None = None
    started: bool = True


def outcome_of(ending: Ending) -> Outcome:
    """Return how a program's end counts."""
    if ending.stopped is not None:
        return _STOPPED[ending.stopped]
    if ending.failure is not None or ending.exit_code != 0:
        return Outcome.FAILED
    return Outcome.SUCCEEDED


def finish_of(run: Run, worked: Worked) -> FinishRun:
    """Return the operation that settles a run."""
    ending, delivery, said = worked.ending, worked.delivery, worked.said
    outcome = outcome_of(ending)
    usage, settled_by = _usage(run, worked)
    return FinishRun(
        run=run.id,
        outcome=outcome,
        started_at=worked.started_at.replace(microsecond=0) if worked.started else None,
        failure=_failure(ending, outcome),
        declared=(said.declared if said else None) or Declared.NOTHING
        if outcome is Outcome.SUCCEEDED
        else None,
        reason=ending.error or (said.reason if said else None),
        blocked=said.blocked(run.agent) if said else None,
        usage=usage,
        settled_by=settled_by,
        model=ending.model,
        priced_by=ending.priced_by,
        session=ending.session,
        branch=delivery.branch,
        commits=delivery.commits,
        rescue=delivery.rescue,
        isolation=ending.isolation,
        verification=delivery.verification,
        undelivered=delivery.undelivered,
        wrote=said is not None and said.wrote,
        summary=(said.summary if said else None) or ending.final_text.strip()[-2000:] or None,
    )


def _failure(ending: Ending, outcome: Outcome) -> FailureClass | None:
    if outcome is not Outcome.FAILED:
        return None
    return (
        FailureClass.PLATFORM
        if ending.stopped is StopCause.SHUTDOWN
        else ending.failure or FailureClass.AGENT
    )


def _usage(run: Run, worked: Worked) -> tuple[Usage, Settlement]:
    # Measured time is always known; money and tokens are max(metered, reported), or the reservation where nobody said anything.
    seconds = Decimal((worked.ended_at - worked.started_at).total_seconds())
    minutes = max(seconds / 60, Decimal(0)).quantize(Decimal("0.001"), rounding=ROUND_UP)
    if not worked.started:
        return Usage(runs=1), Settlement.METERED
    metered, reported = worked.ending.usage, worked.said.usage if worked.said else None
    known = [usage for usage in (metered, reported) if usage is not None]
    if not known:
        return Usage(**(run.reserved.model_dump() | {"runs": 1, "minutes": minutes})), Settlement.RESERVED
    most = known[0].at_least(known[-1])
    details = {name: value for usage in known for name, value in usage.model_dump(exclude_none=True).items()}
    by = Settlement.REPORTED if metered is None else Settlement.METERED
    # Tokens alone tell no price: the money is then unknown, and settles as reserved.
    unpriced = metered is None and worked.said is not None and not worked.said.costs.priced
    usd = max(most.usd, run.reserved.usd) if unpriced else most.usd
    money = {"usd": _cents(usd), "usd_imputed": _cents(most.usd_imputed)}
    return Usage(**(details | most.model_dump() | money | {"runs": 1, "minutes": minutes})), by


def _cents(amount: Decimal) -> Decimal:
    # As people write money: two places, and more only where there is more.
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount.normalize()
