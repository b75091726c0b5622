"""Rows as text, and back: what an index keeps of them."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from gitcp.dashboard.rows import RunRow, TaskRow

R = TypeVar("R", bound=tuple[Any, ...])

_Turn = Callable[[Any], Any]
_DUMPS: Final[dict[type, _Turn]] = {datetime: datetime.isoformat, Decimal: str}
_LOADS: Final[dict[type, _Turn]] = {datetime: datetime.fromisoformat, Decimal: Decimal}
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class RowTexts(Generic[R]):
    """Writes and reads rows of one named tuple, whose fields are texts, numbers, times, words of an enumeration, or tuples of these."""

    def __init__(self, row: type[R]) -> None:
        self._row = row
        hints = [(place, _plain(hint)) for place, hint in enumerate(get_type_hints(row).values())]
        self._dumps = [(place, turn) for place, hint in hints if (turn := _dump(hint)) is not None]
        self._loads = [(place, turn) for place, hint in hints if (turn := _load(hint)) is not None]

    def dump(self, row: R) -> str:
        """Write a row."""
        values = list(row)
        for place, turn in self._dumps:
            if (value := values[place]) is not None:
                values[place] = turn(value)
        return _WRITER.encode(values)

    def load_all(self, texts: Iterable[str]) -> list[R]:
        """Read rows.

        Raises:
            ValueError, TypeError, KeyError, IndexError: a text is none of a row.
        """
        found = json.loads(f"[{','.join(texts)}]")
        make: Callable[[Any], R] = self._row._make  # type: ignore[attr-defined]
        for values in found:
            for place, turn in self._loads:
                if (value := values[place]) is not None:
                    values[place] = turn(value)
        return [make(values) for values in found]


def _plain(hint: Any) -> Any:
    """Return what a field holds where it holds something."""
    some = [part for part in get_args(hint) if part is not type(None)]
    return some[0] if type(None) in get_args(hint) and len(some) == 1 else hint


def _dump(hint: Any) -> _Turn | None:
    inner = _item(hint)
    if inner is None:
        return _DUMPS.get(hint)
    turn = _DUMPS.get(inner)
    return None if turn is None else lambda values: [turn(value) for value in values]


def _load(hint: Any) -> _Turn | None:
    inner = _item(hint)
    if inner is None:
        return _one(hint)
    turn = _one(inner)
    return tuple if turn is None else lambda values: tuple(map(turn, values))


def _one(hint: Any) -> _Turn | None:
    if isinstance(hint, type) and issubclass(hint, Enum):
        words = {member.value: member for member in hint}
        return words.__getitem__
    return _LOADS.get(hint)


def _item(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is tuple else None


TASKS: Final = RowTexts(TaskRow)
RUNS: Final = RowTexts(RunRow)
