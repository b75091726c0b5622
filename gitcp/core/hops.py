"""How often agents passed the word on to each other. Rule: agents do not keep each other awake; a person's word begins anew."""

from typing import Final

from gitcp.model.members import Agent, WakeReason
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment

MOST_HOPS: Final = 6


def is_too_far(snapshot: Snapshot, comment: Comment) -> bool:
    """Whether a comment is the end of a longer chain of agents that mentioned each other than may wake anybody."""
    hops = 0
    last: Comment | None = comment
    while last is not None and hops <= MOST_HOPS and isinstance(snapshot.member(last.author), Agent):
        hops += 1
        last = _heard(snapshot, last)
    return hops > MOST_HOPS


def _heard(snapshot: Snapshot, comment: Comment) -> Comment | None:
    """Return what its author was woken to answer; none if that was no comment, or a person's as well."""
    run = snapshot.get(Run, comment.run) if comment.run else None
    named = [cause.record for cause in run.answers if cause.reason is WakeReason.MENTION] if run else []
    heard = [found for name in named if (found := snapshot.get(Comment, name)) is not None]
    by_agents = all(isinstance(snapshot.member(found.author), Agent) for found in heard)
    return heard[-1] if heard and by_agents else None
