"""Rails around the org chart: what one commit may not do to it without another person.

Rule: they hold whatever policies say; who is alone goes in small steps instead.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from gitcp.core.renames import renames
from gitcp.model.change import RecordChange
from gitcp.model.guards import Gate, Verdict
from gitcp.model.members import Agent, AgentStatus, Person
from gitcp.model.snapshot import Snapshot

_ALWAYS: Final = 2
_SHARE: Final = 0.2
_MEMBERS: Final = frozenset({"agent", "person", "member"})


def railed(changes: Sequence[RecordChange]) -> Iterator[tuple[RecordChange, Gate]]:
    """Yield the changes of one commit that take too many members away at once, each with the gate that it then needs."""
    gone = [change for change in changes if _is_gone(change)]
    renamed = {old.id for old, _ in renames(changes)}
    gone = [change for change in gone if change.id not in renamed]
    if len(gone) <= _ALWAYS or len(gone) <= _most(gone[0].known):
        return
    gate = _gate(len(gone), _employed(gone[0].known))
    for change in gone:
        yield change, gate


def _is_gone(change: RecordChange) -> bool:
    if change.kind not in _MEMBERS or change.is_broken:
        return False
    return _is_there(change.before) and not _is_there(change.after)


def _is_there(record: object) -> bool:
    return isinstance(record, Person) or (
        isinstance(record, Agent) and record.status is not AgentStatus.TERMINATED
    )


def _most(known: Snapshot) -> int:
    share = known.company.org.removals if known.company else _SHARE
    return int(share * _employed(known))


def _employed(known: Snapshot) -> int:
    return sum(map(_is_there, known.members()))


def _gate(gone: int, members: int) -> Gate:
    return Gate(
        operations=("agent.remove", "agent.terminate", "person.remove"),
        verdict=Verdict.APPROVAL,
        reason=f"{gone} of {members} members would go at once: ask another person, or let fewer go in one commit",
    )
