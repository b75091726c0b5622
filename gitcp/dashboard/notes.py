"""What a page asked, while it is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gitcp.dashboard.facts import FACTS


class Notes:
    """Who answers and notes the questions."""

    def __init__(self) -> None:
        self._asked: set[str] | None = None
        self._known: dict[str, Any] = {}

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
            before, self._asked = self._asked, None
            try:
                self._known[key] = FACTS[name](self, argument)
            finally:
                self._asked = before
        return self._known[key]
