"""What differs between two states of a record: keys that come, go and change; items of lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from gitcp.model.base import Value
from gitcp.store.shapes import same, slots_of
from gitcp.store.yaml_writer import inline, to_data


class Part(NamedTuple):
    """The value of one key or item: what it is, whether a new file shows it, whether a file that has it loses it."""

    value: Any
    is_written: bool = True
    is_blank: bool = False
    is_argv: bool = False

    @property
    def data(self) -> Any:
        """The value as it is written."""
        return to_data(self.value, is_argv=self.is_argv)


def parts_of(value: Value | Mapping[str, Any]) -> dict[str, Part]:
    """Return the values of a mapping by key, in the order of its model."""
    if isinstance(value, Value):
        slots = [(slot, getattr(value, slot.name)) for slot in slots_of(type(value)).values()]
        return {s.key: Part(v, s.is_written(v), s.is_blank(v), s.is_argv) for s, v in slots}
    return {key: Part(inner) for key, inner in value.items()}


def items_of(part: Part) -> list[Part]:
    """Return the items of a list."""
    return [Part(item, is_argv=part.is_argv) for item in part.value]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes in a mapping: by position the entries that stay, that go, that change; and the keys that come, in order."""

    kept: list[int]
    gone: list[int]
    changed: list[int]
    added: list[str]
    keys: list[str]
    order: list[str]

    @classmethod
    def of(cls, keys: list[str], old: dict[str, Part], new: dict[str, Part]) -> "Difference":
        """Compare two states of a mapping that a file shows with `keys`."""
        changed = {key for key, part in new.items() if key not in old or not same(old[key].value, part.value)}
        is_gone = [key not in new or (key in changed and new[key].is_blank) for key in keys]
        kept = [position for position, gone in enumerate(is_gone) if not gone]
        return cls(
            kept=kept,
            gone=[position for position, gone in enumerate(is_gone) if gone],
            changed=[position for position in kept if keys[position] in changed],
            added=[
                key for key, part in new.items() if key in changed and key not in keys and part.is_written
            ],
            keys=keys,
            order=list(new),
        )

    def predecessor(self, key: str) -> int | None:
        """Return the entry that a new key goes below: of those that stay, the nearest before it in the model's order."""
        rank = self.order.index(key)
        ranks = [(self.order.index(self.keys[position]), position) for position in self.kept]
        return max(((r, position) for r, position in ranks if r < rank), default=(0, None))[1]


@dataclass(frozen=True, slots=True)
class ListDifference:
    """What changes in a list: positions and their new values, positions that go, and values that come behind a position."""

    changed: list[tuple[int, int]]
    gone: list[int]
    added: list[tuple[int | None, Any]]

    @classmethod
    def of(cls, old: list[Part], new: list[Part]) -> "ListDifference":
        """Compare two lists; what is replaced one by one counts as changed."""
        difference = cls([], [], [])
        before, after = ([inline(part.data) for part in parts] for parts in (old, new))
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                difference._replace(range(i1, i2), j1, new[j1:j2])
        return difference

    def _replace(self, old: range, first: int, new: list[Part]) -> None:
        paired = min(len(old), len(new))
        last = old.start + paired - 1
        self.changed.extend((old.start + step, first + step) for step in range(paired))
        self.gone.extend(old[paired:])
        self.added.extend((last if last >= 0 else None, part.data) for part in new[paired:])
