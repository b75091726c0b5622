"""What keeps agents from running in circles: how far a word is passed on, and pauses after runs that got nowhere."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Final

from gitcp.core.causes.candidate import Candidate
from gitcp.core.hops import hops_of
from gitcp.core.lookup import settings_of
from gitcp.core.progress import idle_until
from gitcp.model.members import Agent, WakeReason
from gitcp.model.snapshot import Snapshot

# What a task asks of its assignee; unanswered after a run of it, it was edited since that run's start.
_ASKED: Final = frozenset({WakeReason.ASSIGNMENT, WakeReason.ROUTINE})
_SLOWED: Final = _ASKED | {WakeReason.CONTINUE, WakeReason.HEARTBEAT}
# A person's own wish breaks through, an agent's does not.
_WISHES: Final = frozenset({WakeReason.MENTION, WakeReason.MANUAL})


def braked(snapshot: Snapshot, agent: Agent, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield an agent's unanswered candidates, suppressed where agents passed the word on too often, and later where its last runs got nowhere.

    What a person asks anew ends the pause of its task; a back-off after a run that failed goes on.
    """
    most = settings_of(snapshot).hops
    until = cache(partial(idle_until, snapshot, agent.id))
    known = [(candidate, hops_of(snapshot, agent.id, candidate.cause)) for candidate in found]
    anew = {candidate.task for candidate, hops in known if hops is None and candidate.cause.reason in _ASKED}
    for candidate, hops in known:
        if candidate.suppressed is None and hops is not None and hops > most:
            yield replace(candidate, suppressed=_too_far(most))
        elif candidate.task is not None and candidate.task not in anew and _is_slowed(candidate, hops):
            yield replace(candidate, not_before=until(candidate.task))
        else:
            yield replace(candidate, is_wish=hops is None and candidate.cause.reason in _WISHES)


def _is_slowed(candidate: Candidate, hops: int | None) -> bool:
    reason = candidate.cause.reason
    return reason in _SLOWED or (hops is not None and reason in _WISHES)


def _too_far(most: int) -> str:
    return f"more than {most} agents in a row passed the word on to each other: a person must say go on"
