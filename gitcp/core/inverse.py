"""Taking back what changed a record, field by field: what still is as it was left goes back, what was changed again stays and is told.

Rule: what others did to the same record since is never undone with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gitcp.core.lookup import made
from gitcp.model.base import Record
from gitcp.model.members import Agent
from gitcp.model.planning import Routine
from gitcp.model.tasks import Task, TaskFields

_NOTHING: Final = object()
# What follows from other fields, or from what happened: it is not taken back but follows again.
_FOLLOWS: Final[Mapping[type[Record], frozenset[str]]] = {
    Agent: frozenset({"heartbeat.since", "heartbeat.dated"}),
    Routine: frozenset({"since", "dated", "fired", "made", "last"}),
    Task: frozenset(Task.model_fields) - frozenset(TaskFields.model_fields) - {"description", "paused"},
}


@dataclass(frozen=True, slots=True)
class Back:
    """A field that goes back: its way down into the record, what it is, and what it becomes; none: there is nothing."""

    where: str
    present: object
    becomes: object


@dataclass(slots=True)
class Inverse:
    """What taking a change back comes to: the record as it becomes, the fields that go back, and those that were changed again since."""

    fields: dict[str, Any] = field(default_factory=dict)
    backs: list[Back] = field(default_factory=list)
    changed_again: list[str] = field(default_factory=list)

    def record(self, present: Record) -> Record:
        """Return the record with the fields that go back.

        Raises:
            RecordError: it would not fit the schema any more.
        """
        return made(type(present), present.id, self.fields) if self.backs else present


def inverse(present: Record, before: Record, after: Record) -> Inverse:
    """Take back, on a record as it is, what led from one state to another of a record of the same kind."""
    found = Inverse()
    follows = _FOLLOWS.get(type(present), frozenset())
    trees = [record.model_dump() for record in (present, before, after)]
    found.fields = _back(found, "", follows, *trees)
    return found


def at(record: Record, where: str) -> object:
    """Return what stands at a way down into a record; a value of its own where there is nothing."""
    value: Any = record.model_dump()
    for name in where.split("."):
        value = value.get(name, _NOTHING) if isinstance(value, dict) else _NOTHING
    return value


def is_alike(one: Record, other: Record) -> bool:
    """Whether two records say the same but for what follows from other fields."""
    return type(one) is type(other) and not _differ(
        "", _FOLLOWS.get(type(one), frozenset()), one.model_dump(), other.model_dump()
    )


def _differ(where: str, follows: frozenset[str], one: Any, other: Any) -> bool:
    if where in follows or one == other:
        return False
    if not isinstance(one, dict) or not isinstance(other, dict):
        return True
    return any(
        _differ(_below(where, name), follows, one.get(name, _NOTHING), other.get(name, _NOTHING))
        for name in {**one, **other}
    )


def _back(found: Inverse, where: str, follows: frozenset[str], present: Any, before: Any, after: Any) -> Any:
    if where in follows or not _differ(where, follows, before, after):
        return present
    if all(isinstance(tree, dict) for tree in (present, before, after)):
        return _each(found, where, follows, present, before, after)
    if not _differ(where, follows, present, before):
        return present
    if _differ(where, follows, present, after):
        found.changed_again.append(where)
        return present
    found.backs.append(Back(where, _shown(present), _shown(before)))
    return before


def _each(
    found: Inverse,
    where: str,
    follows: frozenset[str],
    present: dict[str, Any],
    before: dict[str, Any],
    after: dict[str, Any],
) -> dict[str, Any]:
    merged = dict(present)
    for name in {**before, **after}:
        trees = (tree.get(name, _NOTHING) for tree in (present, before, after))
        value = _back(found, _below(where, name), follows, *trees)
        if value is _NOTHING:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def _below(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shown(value: Any) -> object:
    return None if value is _NOTHING else value
