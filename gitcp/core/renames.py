"""Members that have another name after a commit: one file goes, and one comes that says who it was before.

Rule: one goes for one that comes, of the same kind. Whoever comes cannot have been several.
"""

from collections.abc import Sequence
from dataclasses import replace

from gitcp.model.change import RecordChange
from gitcp.model.members import Agent, Person

Rename = tuple[RecordChange, RecordChange]
"""What goes, and what comes: from what it was, and where it was."""


def renames(changes: Sequence[RecordChange]) -> list[Rename]:
    """Return the members that a commit gives another name."""
    gone = {each.id: each for each in changes if _is_member(each) and each.after is None}
    found: list[Rename] = []
    for change in changes if gone else ():
        old = _who(change, gone)
        if old is not None:
            del gone[old.id]
            found.append((old, replace(change, before=old.before, left=old.path)))
    return found


def _is_member(change: RecordChange) -> bool:
    return isinstance(change.before, Agent | Person) and not change.is_broken


def _who(change: RecordChange, gone: dict[str, RecordChange]) -> RecordChange | None:
    after = change.after
    if change.before is not None or not isinstance(after, Agent | Person):
        return None
    names = (name for name in reversed(after.previously) if name in gone)
    return next((gone[name] for name in names if type(gone[name].before) is type(after)), None)
