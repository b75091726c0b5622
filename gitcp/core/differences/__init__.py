"""Differences in words: what two states of the company's records differ in, as people would tell it. Pure, total over all kinds of records.

Rule: something is said of a record exactly where its two states differ; every sentence is one line, whatever the records hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final

from gitcp.core.differences.fields import FieldChange, field_changes
from gitcp.core.differences.headlines import BECAME, came, subject, title_of, went
from gitcp.core.quoting import one_line
from gitcp.model.base import Record
from gitcp.model.kinds import KINDS
from gitcp.model.members import Agent, Person

__all__ = ["Change", "Difference", "FieldChange", "Pair", "by_kind", "difference", "differences"]

_MOST_FIELDS: Final = 8
_LONGEST: Final = 600
_PLACES: Final[Mapping[str, int]] = {kind: place for place, kind in enumerate((*KINDS, "member"))}


class Change(StrEnum):
    """What became of a record."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    RESTORED = "restored"
    BROKEN = "broken"
    MENDED = "mended"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two states of one record; a state is none where there is no file, or where it cannot be read."""

    kind: str
    id: str
    path: str
    before: Record | None
    after: Record | None
    was_broken: bool = False
    is_broken: bool = False
    was_archived: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one record, as a sentence and field by field. `title`: what people call it, empty where it has no name."""

    kind: str
    id: str
    title: str
    change: Change
    sentence: str
    fields: tuple[FieldChange, ...] = ()
    path: str = ""
    previously: str | None = None


def difference(before: Record | None, after: Record | None) -> Difference | None:
    """Return what two states of a record differ in; none where they do not."""
    record = after or before
    if record is None:
        return None
    return _of(Pair(record.kind, record.id, "", before, after))


def differences(pairs: Iterable[Pair]) -> list[Difference]:
    """Return what each pair differs in, by kind and id; a member that another one was `previously` is told as renamed."""
    known = list(pairs)
    renamed = dict(_renamed(known))
    gone = frozenset(old for old, _ in renamed.values())
    found = [
        _moved(pair, *renamed[pair.id]) if _is_new(pair) and pair.id in renamed else _of(pair)
        for pair in known
        if not (_is_gone(pair) and pair.id in gone)
    ]
    return sorted((one for one in found if one is not None), key=_place)


def by_kind(found: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Group differences by the plural of their kinds, in the order of the kinds."""
    groups = groupby(sorted(found, key=_place), key=_plural)
    return [(plural, list(those)) for plural, those in groups]


def _place(found: Difference) -> tuple[int, str]:
    # Members are one group, whatever they are.
    kind = "person" if found.kind in {"agent", "member"} else found.kind
    return _PLACES[kind], found.id


def _plural(found: Difference) -> str:
    return KINDS[found.kind].plural if found.kind in KINDS else "org"


def _of(pair: Pair) -> Difference | None:
    if pair.is_broken != pair.was_broken:
        return _unreadable(pair)
    record = pair.after or pair.before
    if record is None:
        return None
    if pair.before is None or pair.after is None:
        change = Change.REMOVED if pair.after is None else Change.CREATED
        sentence = went(pair.kind, pair.id) if pair.after is None else came(pair.after)
        return _told(pair, record, change, sentence)
    fields = field_changes(pair.before, pair.after)
    if pair.is_archived != pair.was_archived:
        change = Change.ARCHIVED if pair.is_archived else Change.RESTORED
        verb = "was archived" if pair.is_archived else "was taken out of the archive"
        return _told(pair, record, change, f"{subject(pair.kind, pair.id)} {verb}", fields)
    return _told(pair, record, Change.CHANGED, _changed(pair.after, fields), fields) if fields else None


def _told(
    pair: Pair, record: Record, change: Change, sentence: str, fields: tuple[FieldChange, ...] = ()
) -> Difference:
    return Difference(
        record.kind, pair.id, title_of(record), change, one_line(sentence, _LONGEST), fields, pair.path
    )


def _unreadable(pair: Pair) -> Difference:
    name = subject(pair.kind, pair.id)
    change = Change.BROKEN if pair.is_broken else Change.MENDED
    if pair.is_broken:
        sentence = (
            f"{name} cannot be read any more" if pair.before else f"{name} was added and cannot be read"
        )
    else:
        sentence = (
            f"{name} can be read again" if pair.after else f"{name}, which nobody could read, was removed"
        )
    record = pair.after or pair.before
    return Difference(pair.kind, pair.id, title_of(record) if record else "", change, sentence, (), pair.path)


def _changed(record: Record, fields: Sequence[FieldChange]) -> str:
    # That an agent was paused, resumed or let go is said in words of its own.
    status = next((f for f in fields if isinstance(record, Agent) and f.field == "status"), None)
    words = [field.words for field in fields if field is not status]
    more = [f"and {len(words) - _MOST_FIELDS} more fields"] if len(words) > _MOST_FIELDS else []
    rest = "; ".join([*words[:_MOST_FIELDS], *more])
    name = subject(record.kind, record.id)
    if status is None or not isinstance(record, Agent):
        return f"{name}: {rest}"
    return f"{name} {BECAME[record.status]}" + (f"; {rest}" if rest else "")


def _is_new(pair: Pair) -> bool:
    return pair.before is None and not pair.was_broken and pair.after is not None


def _is_gone(pair: Pair) -> bool:
    return pair.after is None and not pair.is_broken and pair.before is not None


def _renamed(pairs: Sequence[Pair]) -> Iterator[tuple[str, tuple[str, Record]]]:
    """Yield whom a new member replaces, by the new id."""
    gone = {
        pair.id: pair.before for pair in pairs if _is_gone(pair) and isinstance(pair.before, Agent | Person)
    }
    for pair in pairs:
        if _is_new(pair) and isinstance(pair.after, Agent | Person):
            old = next((name for name in pair.after.previously if name in gone), None)
            before = gone.pop(old, None) if old is not None else None
            if old is not None and before is not None:
                yield pair.id, (old, before)


def _moved(pair: Pair, old: str, before: Record) -> Difference | None:
    assert pair.after is not None
    fields = tuple(f for f in field_changes(before, pair.after) if f.field not in {"id", "previously"})
    rest = "; ".join(field.words for field in fields[:_MOST_FIELDS])
    sentence = f"{old} is called {pair.id} now" + (f"; {rest}" if rest else "")
    found = _told(pair, pair.after, Change.RENAMED, sentence, fields)
    return replace(found, previously=old)
