"""Which ended runs stay among the live records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gitcp.core.archiving.facts import Facts
from gitcp.core.ledger import month_of
from gitcp.model.guards import Approval
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause, Run, Wake


@dataclass(frozen=True, slots=True)
class Staying:
    """The tasks and comments that are live also afterwards; those whose files cannot be read among them."""

    tasks: frozenset[str]
    comments: frozenset[str]


def why_run_stays(facts: Facts, staying: Staying, run: Run) -> str | None:
    """Return why an ended run stays, or none."""
    return next((found for check in _CHECKS if (found := check(facts, staying, run)) is not None), None)


def _file(facts: Facts, _: Staying, run: Run) -> str | None:
    for kind, name, file in (("run", run.id, "its file"), ("ledger", month_of(run), "its ledger")):
        if (kind, name) in facts.errors:
            return f"{file} has a problem, see `gitcp check`"
        if (kind, name) in facts.edited:
            return f"{file} has uncommitted edits"
    return None


def _age(facts: Facts, _: Staying, run: Run) -> str | None:
    return facts.young if (run.ended_at or run.claimed_at) > facts.cutoff else None


def _period(facts: Facts, _: Staying, run: Run) -> str | None:
    return "counts in a budget period that is open" if run.claimed_at >= facts.open_since else None


def _result(_: Facts, __: Staying, run: Run) -> str | None:
    return f"its result has not reached {run.task}" if run.pending else None


def _task(_: Facts, staying: Staying, run: Run) -> str | None:
    return f"{run.task} stays" if run.task in staying.tasks else None


def _answers(facts: Facts, staying: Staying, run: Run) -> str | None:
    asked = next((cause.record for cause in run.answers if _is_asked(facts, staying, cause)), None)
    return f"answers {asked}, which stays" if asked is not None else None


def _is_asked(facts: Facts, staying: Staying, cause: Cause) -> bool:
    """Whether the live records may still hold a cause, which without its answer would wake the agent again."""
    match cause.reason:
        case WakeReason.MENTION:
            return cause.record in staying.comments
        case WakeReason.APPROVAL:
            return facts.snapshot.get(Approval, cause.record) is not None
        case WakeReason.MANUAL:
            return facts.snapshot.get(Wake, cause.record) is not None
        case WakeReason.HEARTBEAT if cause.digest in facts.slots:
            return True
        case _:
            return cause.record in staying.tasks


_CHECKS: Final[tuple[Callable[[Facts, Staying, Run], str | None], ...]] = (
    _file,
    _age,
    _period,
    _result,
    _task,
    _answers,
)
