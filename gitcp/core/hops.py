"""How often agents passed the word on to each other. Rule: agents do not keep each other awake; a person or the clock begins anew.

Each run remembers how many agents passed the word on before it, so that nothing is followed further than to the run that gave rise to a cause.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from gitcp.model.members import Agent, WakeReason
from gitcp.model.operation import ActorKind, Call
from gitcp.model.runs import Cause, Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Given, Task


def hops_of(snapshot: Snapshot, agent: str, cause: Cause) -> int | None:
    """Return how many agents passed on what wakes an agent; none if a person or the clock does."""
    return _HOPS[cause.reason](snapshot, agent, cause)


def hops_of_all(snapshot: Snapshot, agent: str, causes: Iterable[Cause]) -> int:
    """Return the hops of a run that answers these causes."""
    found = [hops_of(snapshot, agent, cause) for cause in causes]
    return max((hops for hops in found if hops is not None), default=0) if None not in found else 0


def given_by(call: Call) -> Given | None:
    """Return what a task remembers of who gave it; nothing of a person."""
    actor = call.actor
    by_run = actor.kind is ActorKind.AGENT and actor.run is not None
    return Given(by=actor.id, run=actor.run) if by_run and actor.run else None


def _after(snapshot: Snapshot, run_id: str | None) -> int:
    run = snapshot.get(Run, run_id) if run_id else None
    return run.hops + 1 if run else 1


def _mention(snapshot: Snapshot, _: str, cause: Cause) -> int | None:
    comment = snapshot.get(Comment, cause.record)
    if comment is None or not isinstance(snapshot.member(comment.author), Agent):
        return None
    return _after(snapshot, comment.run)


def _manual(snapshot: Snapshot, _: str, cause: Cause) -> int | None:
    wake = snapshot.get(Wake, cause.record)
    by_agent = wake is not None and isinstance(snapshot.member(wake.by), Agent)
    return _after(snapshot, wake.run) if wake and by_agent else None


def _assignment(snapshot: Snapshot, _: str, cause: Cause) -> int | None:
    task = snapshot.get(Task, cause.record)
    return _after(snapshot, task.given.run) if task and task.given else None


def _review(snapshot: Snapshot, _: str, cause: Cause) -> int | None:
    task = snapshot.get(Task, cause.record)
    if task is None or not isinstance(snapshot.member(task.assignee or ""), Agent):
        return None
    worked = snapshot.runs(agent=task.assignee, task=task.id, limit=1)
    return worked[0].hops + 1 if worked else 1


def _children_done(snapshot: Snapshot, agent: str, cause: Cause) -> int | None:
    # Who hands out work in rounds is one round further.
    last = snapshot.runs(agent=agent, task=cause.record, limit=1)
    return last[0].hops + 1 if last else None


def _unblocked(snapshot: Snapshot, agent: str, cause: Cause) -> int | None:
    if snapshot.get(Run, cause.digest) is not None:  # somebody lifted the block of that run
        return _assignment(snapshot, agent, cause)
    last = snapshot.runs(agent=agent, task=cause.record, limit=1)
    return last[0].hops if last else _assignment(snapshot, agent, cause)


def _again(snapshot: Snapshot, _: str, cause: Cause) -> int | None:
    last = snapshot.get(Run, cause.digest)
    return last.hops if last else None


def _nobodys(_snapshot: Snapshot, _agent: str, _cause: Cause) -> None:
    return None


_HOPS: Final[Mapping[WakeReason, Callable[[Snapshot, str, Cause], int | None]]] = {
    WakeReason.HEARTBEAT: _nobodys,
    WakeReason.ASSIGNMENT: _assignment,
    WakeReason.MENTION: _mention,
    WakeReason.REVIEW: _review,
    WakeReason.UNBLOCKED: _unblocked,
    WakeReason.CHILDREN_DONE: _children_done,
    WakeReason.APPROVAL: _nobodys,
    WakeReason.ROUTINE: _assignment,  # the clock's, until an agent hands it on
    WakeReason.RETRY: _again,
    WakeReason.CONTINUE: _again,
    WakeReason.MANUAL: _manual,
}
