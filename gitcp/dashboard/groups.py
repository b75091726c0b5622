"""Rows by groups and in numbers: worked out once, and edited where a row changes, so that what is made of one group is not made again for another's sake.

A grouping says how; `Rows` holds what came of it, and `Register` tells facts, which thereby read no more than the groups that they ask for.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from gitcp.dashboard.days import DayOf

R = TypeVar("R")
V = TypeVar("V", bound=Hashable)
K = TypeVar("K", bound=Hashable)

_FEW: Final = 4  # values that are sooner looked for one by one


@dataclass(frozen=True, eq=False)
class Grouping(Generic[R, V]):
    """How rows of a kind of record are sorted: `keys` are the groups of a row, `value` is what they hold of it and no other row's, `order` in which order."""

    name: str
    kind: str
    keys: Callable[[R, DayOf], Iterable[str]]
    value: Callable[[R], V]
    order: Callable[[V], Any]
    is_reversed: bool = False

    def of(self, key: str) -> str:
        """Name one group as something that a fact reads."""
        return f"{self.kind} {self.name} {key}"

    @property
    def every(self) -> str:
        """Name all groups as something that a fact reads."""
        return f"{self.kind} {self.name}"

    @property
    def names(self) -> str:
        """Name, as something that a fact reads, which groups there are."""
        return f"{self.kind} {self.name}?"

    def fresh(self, rows: Iterable[R], day_of: DayOf) -> "Groups[R, V]":
        """Sort rows."""
        found: dict[str, list[V]] = defaultdict(list)
        for row in rows:
            for key in self.keys(row, day_of):
                found[key].append(self.value(row))
        return Groups(self, {key: self.ordered(values) for key, values in found.items()})

    def ordered(self, values: Iterable[V]) -> list[V]:
        """Put the values of a group in order."""
        return sorted(values, key=self.order, reverse=self.is_reversed)


@dataclass(frozen=True, eq=False)
class Counting(Generic[R, K]):
    """How rows of a kind of record are counted: `key` is what a row counts for, none: for nothing."""

    name: str
    kind: str
    key: Callable[[R, DayOf], K | None]

    @property
    def every(self) -> str:
        """Name the numbers as something that a fact reads."""
        return f"{self.kind} {self.name}"

    def fresh(self, rows: Iterable[R], day_of: DayOf) -> "Counts[R, K]":
        """Count rows."""
        return Counts(self, self.counted(rows, day_of))

    def counted(self, rows: Iterable[R], day_of: DayOf) -> Counter[K]:
        """Count rows."""
        return Counter(key for row in rows if (key := self.key(row, day_of)) is not None)


@dataclass(slots=True)
class _Difference(Generic[V]):
    """What goes of a group, and what comes to it."""

    gone: list[V] = field(default_factory=list)
    come: list[V] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Groups(Generic[R, V]):
    """Rows in groups; none is empty."""

    how: Grouping[R, V]
    found: Mapping[str, Sequence[V]]

    def edited(
        self, before: Iterable[R], after: Iterable[R], day_of: DayOf
    ) -> tuple["Groups[R, V]", set[str]]:
        """Put some rows in place of others; return the groups, which share what stays, and what a fact may have read that is another now."""
        changes: dict[str, _Difference[V]] = defaultdict(_Difference)
        old, new = self._placed(before, day_of), self._placed(after, day_of)
        for key, value in old - new:
            changes[key].gone.append(value)
        for key, value in new - old:
            changes[key].come.append(value)
        found, touched = dict(self.found), set[str]()
        for key, change in changes.items():
            values = self._values(found.get(key, ()), change)
            touched |= {self.how.every, self.how.of(key)}
            if not values or key not in found:
                touched.add(self.how.names)
            found[key] = values
            if not values:
                del found[key]
        return Groups(self.how, found), touched

    def _placed(self, rows: Iterable[R], day_of: DayOf) -> set[tuple[str, V]]:
        return {(key, self.how.value(row)) for row in rows for key in self.how.keys(row, day_of)}

    def _values(self, values: Sequence[V], change: _Difference[V]) -> list[V]:
        gone: Collection[V] = change.gone if len(change.gone) <= _FEW else set(change.gone)
        kept = [value for value in values if value not in gone] if gone else values
        return self.how.ordered([*kept, *change.come])


@dataclass(frozen=True, slots=True)
class Counts(Generic[R, K]):
    """How many rows count for what; never nought."""

    how: Counting[R, K]
    found: Mapping[K, int]

    def edited(
        self, before: Iterable[R], after: Iterable[R], day_of: DayOf
    ) -> tuple["Counts[R, K]", set[str]]:
        """Count some rows instead of others; return the numbers, and what a fact may have read that is another now."""
        changes = self.how.counted(after, day_of)
        changes.subtract(self.how.counted(before, day_of))
        if not any(changes.values()):
            return self, set()
        found = Counter(self.found)
        found.update(changes)
        return Counts(self.how, {key: number for key, number in found.items() if number}), {self.how.every}


def alike(row: R) -> R:
    """Hold the whole row."""
    return row
