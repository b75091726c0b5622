"""What a page asked, while it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gitcp.dashboard.facts import FACTS, OPAQUE


class Notes:
    """Who answers and notes the questions.

    `reading` collects what the fact reads that is being worked out, none between facts; `reads` is what each fact read so far, by its name.
    """

    def __init__(self) -> None:
        self._asked: set[str] | None = None
        self._known: dict[str, Any] = {}
        self._read: dict[str, frozenset[str]] = {}
        self.reading: set[str] | None = None
        self.reads: dict[str, set[str]] = {}

    def note(self, what: str) -> None:
        """Note a question: a word, a space and an id, which may be empty."""
        if self._asked is not None:
            self._asked.add(what)

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """Collect what is asked within the block."""
        before, self._asked = self._asked, set()
        try:
            yield self._asked
        finally:
            self._asked = before

    def known(self, name: str, argument: str) -> Any:
        """Return a fact by its name; see `gitcp.dashboard.facts`."""
        key = f"{name} {argument}"
        if self._asked is not None:
            self._asked.add(key)
        if key not in self._known:
            self._work_out(key, name, argument)
        if self.reading is not None:
            self.reading |= {name} if name in OPAQUE else self._read[key]
        return self._known[key]

    def _work_out(self, key: str, name: str, argument: str) -> None:
        before, self._asked, self.reading = (self._asked, self.reading), None, set()
        try:
            self._known[key] = FACTS[name](self, argument)
            self._read[key] = frozenset(self.reading)
            self.reads.setdefault(name, set()).update(self.reading)
        finally:
            self._asked, self.reading = before
