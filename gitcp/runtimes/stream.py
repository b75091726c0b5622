"""A stream of events, one JSON object a line, and look-ups in it that never fail: what a program prints is untrusted.

Rule: no line ends a run. What is no object is not an event; a field that is missing or of another kind is as if it were empty.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

Event = Mapping[str, Any]

LINE_BYTES: Final = 8 * 1024 * 1024
MOST: Final = 10**12
MOST_USD: Final = Decimal(1_000_000)
_MICRO: Final = Decimal("0.000001")


class Lines:
    """Cuts bytes into lines. Of one that is too long nothing is given, up to its end."""

    def __init__(self, limit: int = LINE_BYTES) -> None:
        self._limit = limit
        self._begun = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take more; give the lines that are whole now, without their ends."""
        *whole, rest = data.split(b"\n")
        for part in whole:
            line = self._joined(part)
            if line is not None:
                yield line
        self._keep(rest)

    def rest(self) -> Iterator[bytes]:
        """Give what came after the last line's end."""
        if self._begun and not self._skipping:
            yield bytes(self._begun)
        self._begun.clear()

    def _joined(self, end: bytes) -> bytes | None:
        self._keep(end)
        line = None if self._skipping else bytes(self._begun)
        self._begun.clear()
        self._skipping = False
        return line

    def _keep(self, part: bytes) -> None:
        if self._skipping or len(self._begun) + len(part) > self._limit:
            self._skipping = True
            self._begun.clear()
        else:
            self._begun += part


def event_of(line: bytes) -> Event | None:
    """Read a line as an event; none if it is none."""
    try:
        found = json.loads(line.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def look(event: Any, *path: str) -> Any:
    """Return what lies at a path of keys, or none."""
    for key in path:
        if not isinstance(event, Mapping):
            return None
        event = event.get(key)
    return event


def text(event: Any, *path: str) -> str:
    """Return the text at a path, or none of any length."""
    found = look(event, *path)
    return found if isinstance(found, str) else ""


def objects(event: Any, *path: str) -> Sequence[Event]:
    """Return the objects of the list at a path."""
    found = look(event, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def count(event: Any, *path: str) -> int:
    """Return the whole number at a path, from nought to what a record can hold."""
    found = look(event, *path)
    if isinstance(found, bool) or not isinstance(found, int | float) or found != found:  # noqa: PLR0124 — NaN
        return 0
    return int(min(max(found, 0), MOST))


def money(event: Any, *path: str) -> Decimal | None:
    """Return the amount at a path, to a millionth, or none."""
    found = look(event, *path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        amount = Decimal(str(found))
        return min(amount, MOST_USD).quantize(_MICRO) if amount >= 0 else None
    except InvalidOperation:
        return None
