"""What a page asked, while it is made, and what facts were found to be."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gitcp.dashboard.facts import FACTS, OPAQUE, digest


@dataclass(frozen=True)
class Answer:
    """The value of a fact, and what it was worked out from."""

    value: Any
    read: frozenset[str]

    @cached_property
    def digest(self) -> str:
        """What tells the value apart from others."""
        return digest(self.value)


class Notes:
    """Who answers and notes the questions.

    `answers` are the facts that were worked out so far, each by its name and its argument; `reads` is what each read, by its name alone, as far as nobody was told of it.
    `reading` collects what the fact reads that is being worked out, none between facts.
    """

    def __init__(self) -> None:
        self._asked: set[str] | None = None
        self.answers: dict[str, Answer] = {}
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

    def recall(self, answers: Mapping[str, Answer], changed: Collection[str]) -> None:
        """Take those answers of an earlier build that read nothing of what changed since."""
        kept = {key: answer for key, answer in answers.items() if answer.read.isdisjoint(changed)}
        self.answers = {**kept, **self.answers}

    def told_reads(self) -> dict[str, set[str]]:
        """Return what each fact read since this was asked last."""
        reads, self.reads = self.reads, {}
        return reads

    def known(self, name: str, argument: str) -> Any:
        """Return a fact by its name; see `gitcp.dashboard.facts`."""
        return self.answer(name, argument).value

    def answer(self, name: str, argument: str) -> Answer:
        """Return a fact by its name, with what it read."""
        key = f"{name} {argument}"
        if self._asked is not None:
            self._asked.add(key)
        found = self.answers.get(key)
        if found is None:
            found = self.answers[key] = self._worked_out(name, argument)
        if self.reading is not None:
            self.reading |= {name} if name in OPAQUE else found.read
        return found

    def _worked_out(self, name: str, argument: str) -> Answer:
        before, self._asked, self.reading = (self._asked, self.reading), None, set()
        try:
            found = Answer(FACTS[name](self, argument), frozenset(self.reading))
            # An index keeps what kinds of records a fact reads; what of these is for a process that stays.
            self.reads.setdefault(name, set()).update(source.partition(" ")[0] for source in found.read)
            return found
        finally:
            self._asked, self.reading = before
