"""What the state tables say of records that a person changed, by hand or by a command: what an operation would have refused is refused here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from gitcp.core.handwork.approvals import of_approval
from gitcp.core.handwork.hand import Hand
from gitcp.core.handwork.org import of_member
from gitcp.core.handwork.tasks import of_task
from gitcp.core.identity import Who
from gitcp.core.implied import joined
from gitcp.core.numbering import APPROVALS
from gitcp.model.change import RecordChange
from gitcp.model.guards import Approval
from gitcp.model.ids import COMMENT_NAME, number_of
from gitcp.model.problem import Problem
from gitcp.model.runs import Run, Wake
from gitcp.model.tasks import Comment, Counter, Task

__all__ = ["by_tables"]

MOST_SKIPPED: Final = 10_000
_AUTHOR_IN_NAME: Final = "the name of its file says whose it is: gitcp comment new TASK"


def by_tables(
    changes: Sequence[RecordChange], who: Who, *, at: datetime | None = None, others: Iterable[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with the changes of one commit of a person, or of somebody unknown.

    `at`: when it was made, none: now; `others`: who wrote what it merged, in whose names files may speak as well.
    """
    commit, named = joined(changes), frozenset(others)
    for change in commit:
        yield from _of(Hand(change, who, commit, at, named))


def _of(hand: Hand) -> Iterator[Problem]:
    if hand.change.is_archived:
        rule = "the archive is written by the scheduler alone"
        yield hand.wrong("", rule, "revert the commit; to archive what is closed use `gitcp archive`")
    elif (rule_of := _RULES.get(hand.change.kind)) is not None:
        yield from rule_of(hand)


def _run(hand: Hand) -> Iterator[Problem]:
    before, after = hand.before, hand.after
    if (
        isinstance(before, Run)
        and isinstance(after, Run)
        and before.is_active
        and before.evolve(cancel=after.cancel) == after
    ):
        if after.cancel is not None:
            yield from hand.signed_by_another("cancel.by", after.cancel.by)
        return
    rule = "runs are written by the scheduler alone, this change is by somebody else"
    yield hand.wrong("", rule, "revert the commit; to end a run use `gitcp run cancel`")


def _ledger(hand: Hand) -> Iterator[Problem]:
    yield hand.wrong("", "the ledger is written by the scheduler alone", "revert the commit")


def _counter(hand: Hand) -> Iterator[Problem]:
    before, after = hand.before, hand.after
    if isinstance(before, Counter) and (not isinstance(after, Counter) or after.next < before.next):
        found = after.next if isinstance(after, Counter) else "none"
        message = f"expected {before.next} or more, found {found}: numbers are never used again"
        yield hand.wrong("", message, f"write {before.next}")
    elif isinstance(before, Counter) and isinstance(after, Counter) and after.next > _last(hand, before):
        message = f"expected {_last(hand, before)} or less, found {after.next}: numbers that are skipped are never given"
        yield hand.wrong("", message, f"write {before.next}")


def _last(hand: Hand, before: Counter) -> int:
    of = hand.change.id
    made = (change.after for change in hand.commit if change.before is None)
    if of == APPROVALS:
        names = [record.id for record in made if isinstance(record, Approval)]
    else:
        names = [record.id for record in made if isinstance(record, Task) and record.project == of]
    return max([before.next, *(number_of(name) + 1 for name in names)]) + MOST_SKIPPED


def _comment(hand: Hand) -> Iterator[Problem]:
    after = hand.after
    if not isinstance(after, Comment):
        return
    match = COMMENT_NAME.match(after.id.partition("/")[2])
    author = match["author"] if match else ""
    if author not in {hand.who.id, *hand.others}:
        yield hand.wrong("", f"expected a comment of {hand.who.id}, found one of {author}", _AUTHOR_IN_NAME)
    elif after.run is not None and hand.before is None:
        yield hand.wrong("run", "expected no run: this was not said in one", "remove `run:`")


def _wake(hand: Hand) -> Iterator[Problem]:
    before, after = hand.before, hand.after
    if not isinstance(after, Wake):
        return
    if not isinstance(before, Wake) or before.by != after.by:
        yield from hand.signed_by_another("by", after.by)
    for name in ("run", "again"):
        if getattr(after, name) is not None and getattr(after, name) != getattr(before, name, None):
            yield hand.wrong(name, "expected none: the scheduler writes it", f"remove `{name}:`")


_RULES: Final[Mapping[str, Callable[[Hand], Iterator[Problem]]]] = {
    "member": of_member,
    "task": of_task,
    "approval": of_approval,
    "run": _run,
    "ledger": _ledger,
    "counter": _counter,
    "comment": _comment,
    "wake": _wake,
}
