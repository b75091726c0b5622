"""Why an agent was woken, in words."""

from collections.abc import Callable, Mapping
from typing import Final

from gitcp.core.quoting import code
from gitcp.model.base import format_instant
from gitcp.model.guards import Approval
from gitcp.model.members import WakeReason
from gitcp.model.runs import Cause, Declared, Outcome, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task


def reasons(snapshot: Snapshot, run: Run) -> list[str]:
    """Return a sentence for each cause of a run, each once, in the causes' order."""
    return list(dict.fromkeys(_WORDS[cause.reason](snapshot, cause) for cause in run.answers))


def _heartbeat(_snapshot: Snapshot, cause: Cause) -> str:
    return f"heartbeat: your slot of {cause.digest} is due"


def _assignment(_snapshot: Snapshot, cause: Cause) -> str:
    return f"assignment: {cause.record} is yours and ready, new to you or changed since you last worked on it"


def _mention(snapshot: Snapshot, cause: Cause) -> str:
    comment = snapshot.get(Comment, cause.record)
    by = comment.author if comment else "somebody"
    return f"mention: {by} names you in a comment on {cause.record.partition('/')[0]}"


def _review(_snapshot: Snapshot, cause: Cause) -> str:
    return f"review: {cause.record} waits for your verdict"


def _unblocked(_snapshot: Snapshot, cause: Cause) -> str:
    return f"unblocked: everything that {cause.record} waited for is done"


def _children_done(_snapshot: Snapshot, cause: Cause) -> str:
    return f"children_done: all subtasks of {cause.record} are closed"


def _approval(snapshot: Snapshot, cause: Cause) -> str:
    approval = snapshot.get(Approval, cause.record)
    return f"approval: {cause.record}, which you asked for, is {approval.status if approval else 'gone'}"


def _routine(snapshot: Snapshot, cause: Cause) -> str:
    task = snapshot.get(Task, cause.record)
    origin = task.routine if task else None
    slot = f", for the slot of {format_instant(origin.slot)}" if origin else ""
    return f"routine: {cause.record} is recurring work{slot}"


def _retry(snapshot: Snapshot, cause: Cause) -> str:
    return f"retry: your run {_ended(snapshot, cause)}"


def _continue(snapshot: Snapshot, cause: Cause) -> str:
    last = snapshot.get(Run, cause.digest)
    if last is not None and last.outcome is Outcome.SUCCEEDED and last.declared in {None, Declared.NOTHING}:
        asked = f"what becomes of {cause.record}? Say finish, block or continue before you exit; asked once"
        return f"continue: your run {last.id} ended without a word: {asked}"
    return f"continue: your run {_ended(snapshot, cause)} and left {cause.record} unfinished"


def _manual(_snapshot: Snapshot, _cause: Cause) -> str:
    return "manual: somebody asked for you"


def _ended(snapshot: Snapshot, cause: Cause) -> str:
    last = snapshot.get(Run, cause.digest)
    if last is None:
        return f"{cause.digest} ended"
    because = f" ({code(last.reason)})" if last.reason else ""
    return f"{last.id} ended {last.outcome}{because}"


_WORDS: Final[Mapping[WakeReason, Callable[[Snapshot, Cause], str]]] = {
    WakeReason.HEARTBEAT: _heartbeat,
    WakeReason.ASSIGNMENT: _assignment,
    WakeReason.MENTION: _mention,
    WakeReason.REVIEW: _review,
    WakeReason.UNBLOCKED: _unblocked,
    WakeReason.CHILDREN_DONE: _children_done,
    WakeReason.APPROVAL: _approval,
    WakeReason.ROUTINE: _routine,
    WakeReason.RETRY: _retry,
    WakeReason.CONTINUE: _continue,
    WakeReason.MANUAL: _manual,
}
