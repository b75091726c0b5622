"""What a run left, turned into its settlement. gitcp judges success here, not the program's exit code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gitcp.api.declarations import Declaration as Said
from gitcp.control.settlement import is_priced, overrun, settlement
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
_LIMITED: Final = frozenset({StopCause.BUDGET, StopCause.TURNS})
_LONGEST_LINE: Final = 300
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the work in the execution repository."""

    branch: str | None = None
    commits: tuple[str, ...] = ()
    rescue: str | None = None
    undelivered: str | None = None
    verification: Verification | None = None
    compare_url: str | None = None


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
        reason=_reason(run, worked, usage),
        blocked=said.blocked(run.agent) if said else None,
        usage=usage,
        settled_by=settled_by,
        model=_line(ending.model or _models(said)),
        priced_by=_line(ending.priced_by) or _priced_as_reserved(worked, settled_by),
        session=_line(ending.session),
        branch=delivery.branch,
        commits=delivery.commits,
        compare_url=delivery.compare_url,
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
    if not (worked.started and worked.ending.started):
        return Usage(runs=1), Settlement.METERED
    seconds = (worked.ended_at - worked.started_at).total_seconds()
    return settlement(run, seconds, worked.ending, worked.said)


def _reason(run: Run, worked: Worked, usage: Usage) -> str | None:
    ending = worked.ending
    passed = overrun(run.limits, usage) if ending.stopped in _LIMITED else None
    return passed or ending.error or (worked.said.reason if worked.said else None)


def _priced_as_reserved(worked: Worked, settled_by: Settlement) -> str | None:
    # Where tokens are known and their price is not, the money that is charged is nobody's measure.
    is_known = settled_by is Settlement.RESERVED or not (worked.started and worked.ending.started)
    return None if is_known or is_priced(worked.ending, worked.said) else "its reservation"


def _models(said: Said | None) -> str:
    return ", ".join(said.costs.models) if said else ""


def _line(said: str | None) -> str | None:
    # What a program calls its model or its session is as untrusted as the rest of what it prints.
    return (_UNFIT.sub("", said)[:_LONGEST_LINE].strip() or None) if said else None
