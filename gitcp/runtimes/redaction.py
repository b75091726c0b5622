"""Secrets taken out of what is kept and shown: their values, as they are and as programs commonly write them.

Not found: a value that is cut up, encrypted, compressed or encoded otherwise, and one of fewer than eight characters, which ordinary text is full of.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, Generic, TypeVar
from urllib.parse import quote, quote_plus

SHORTEST: Final = 8
# A line of a key that is broken into lines.
SHORTEST_LINE: Final = 16
BEGINNING: Final = 4

_HALF: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")

Said = TypeVar("Said")


class Redactor:
    """Knows the secrets of one run, by the names of their variables. Each is replaced by its name: `[secret NAME]`."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self._names = {form: name for name, value in (secrets or {}).items() for form in _forms(value)}
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first)))
        self._beginnings = {form[:length] for form in longest_first for length in range(1, BEGINNING + 1)}
        self._longest = len(longest_first[0]) if longest_first else 0

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        # Half a character, as JSON may hold it, is no text, and no reason to fail.
        errors = "surrogatepass" if _HALF.search(text) else "surrogateescape"
        return self.clean(text.encode(errors=errors)).decode(errors=errors)

    def clean(self, data: bytes) -> bytes:
        """Return bytes without secrets."""
        return self._pattern.sub(self._mark, data) if self._names else data

    def found_in(self, data: bytes) -> dict[str, int]:
        """Return the names of the secrets that are in there, and how often each is."""
        found: dict[str, int] = {}
        for match in self._pattern.finditer(data) if self._names else ():
            name = self._names[match[0]]
            found[name] = found.get(name, 0) + 1
        return found

    def stream(self, sink: Callable[[bytes], Said]) -> "Stream[Said]":
        """Return a stream that hands on to a sink what it is given, without secrets."""
        return Stream(self, sink)

    def split(self, data: bytes) -> tuple[bytes, bytes]:
        """Part bytes into those that can be judged now, and an end that may be the beginning of a secret."""
        cut = next(
            (
                start
                for start in range(max(0, len(data) - self._longest + 1), len(data))
                if data[start : start + BEGINNING] in self._beginnings and self._may_begin(data[start:])
            ),
            len(data),
        )
        for match in self._pattern.finditer(data) if self._names else ():
            if match.start() < cut < match.end():
                cut = match.end()
        return data[:cut], data[cut:]

    def _may_begin(self, end: bytes) -> bool:
        return any(form.startswith(end) for form in self._names if len(form) > len(end))

    def _mark(self, match: re.Match[bytes]) -> bytes:
        return b"[secret %s]" % self._names[match[0]].encode()


class Stream(Generic[Said]):
    """What a program prints, piece by piece; secrets are found across the pieces too. What may be the beginning of one is held back."""

    def __init__(self, redactor: Redactor, sink: Callable[[bytes], Said]) -> None:
        self._redactor = redactor
        self._sink = sink
        self._held = b""

    def write(self, data: bytes) -> Said | None:
        """Take a piece, and return what the sink says of what it gets."""
        ready, self._held = self._redactor.split(self._held + data)
        return self._sink(self._redactor.clean(ready)) if ready else None

    def flush(self) -> None:
        """Hand on what was held back: nothing comes after it."""
        held, self._held = self._held, b""
        if held:
            self._sink(self._redactor.clean(held))


def _forms(value: str) -> Iterator[bytes]:
    values = [value, *(line for line in value.splitlines() if len(line) >= SHORTEST_LINE)]
    for each in values:
        if len(each) >= SHORTEST:
            raw = each.encode(errors="surrogateescape")
            yield raw
            yield from (quote(raw, safe="").encode(), quote_plus(raw).encode(), quote(raw).encode())
            yield from (
                json.dumps(each)[1:-1].encode(),
                json.dumps(each, ensure_ascii=False)[1:-1].encode(errors="surrogateescape"),
            )
            yield from _base64(raw)


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield what is the same wherever the value stands in what is encoded, as in `user:password`."""
    yield from (base64.b64encode(raw), base64.urlsafe_b64encode(raw))
    for before in range(3):
        padded = b"\0" * before + raw
        whole = len(padded) // 3 * 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            inner = encode(padded)[:whole][4 if before else 0 :]
            if len(inner) >= SHORTEST:
                yield inner
