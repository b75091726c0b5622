"""What facts are worked out from, and what they read of it, so that a later build works out none again of which all of that is as it was."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final, cast

from gitcp.dashboard.figures import Clock
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.log import ReadLog, SiteLog
from gitcp.dashboard.notes import Notes
from gitcp.dashboard.postings import Postings, Words
from gitcp.dashboard.rows import Rows
from gitcp.dashboard.tracked import MEMBER, TrackedSnapshot
from gitcp.model.kinds import KINDS

ALWAYS: Final = "always"
"""What is never as it was, or nobody knows whether it is."""

LOG: Final = "log"
INBOX: Final = "inbox"
WAITING: Final = "waiting"

_AROUND: Final = frozenset({"title", "base_url", "forge", "branch", "repository_forges"})
"""What the epoch tells apart already."""

_SITE: Final = {"inbox": INBOX, "waiting": WAITING}
_ROWS: Final = {
    "tasks": "task",
    "by_assignee": "task",
    "by_parent": "task",
    "by_blocker": "task",
    "runs": "run",
    "by_task": "run",
    "by_agent": "run",
    "documents": "document",
    "documents_of": "document",
    "comments": "comment",
    "talks": "comment",
}
_KINDS: Final = frozenset({MEMBER, *KINDS})
_QUESTIONS: Final = {
    "title": "task",
    "tasks-of": "task",
    "reviews-of": "task",
    "project-tasks": "task",
    "children": "task",
    "dependents": "task",
    "comments": "comment",
    "documents": "document",
    "runs-on": "run",
    "runs-by": "run",
}


class Reads(Notes):
    """Records, rows and history, given to pages as they are, and to facts so that what these read is known."""

    def __init__(self, site: SiteInput, rows: Rows | None, log: SiteLog | None, words: Words | None) -> None:
        super().__init__()
        self._site = site
        self._given = rows
        self._given_log = log
        self._given_words = words
        self.snapshot = TrackedSnapshot(site.snapshot, self.note)
        self._read_site = cast("SiteInput", _Read(self._read_of_site))

    def note(self, what: str) -> None:
        """Note a question, and which records answer it."""
        super().note(what)
        if self.reading is not None:
            self.reading.add(_source(what))

    @property
    def site(self) -> SiteInput:
        """What the register answers from."""
        return self._site if self.reading is None else self._read_site

    @cached_property
    def clock(self) -> Clock:
        """How times are written."""
        company = self._site.snapshot.company
        return Clock.of(self._site.now, company.timezone if company else "UTC")

    @property
    def rows(self) -> Rows:
        """All tasks and runs, without a note: for facts. A page asks questions, or a fact."""
        return self._rows if self.reading is None else self._read_rows

    @property
    def log(self) -> SiteLog:
        """The whole history, without a note: for facts."""
        if self.reading is not None:
            self.reading.add(LOG)
        return self._log

    @property
    def words(self) -> Words:
        """The words of all tasks, without a note: for the search."""
        if self.reading is not None:
            self.reading.add(ALWAYS)
        return self._words

    @cached_property
    def _rows(self) -> Rows:
        return self._given or Rows.of(self._site.snapshot)

    @cached_property
    def _read_rows(self) -> Rows:
        return cast("Rows", _Read(self._read_of_rows))

    @cached_property
    def _log(self) -> SiteLog:
        return self._given_log or ReadLog(self._site.history.entries())

    @cached_property
    def _words(self) -> Words:
        return self._given_words or Postings.of(self._site.snapshot)

    def _read_of_rows(self, name: str) -> Any:
        if self.reading is not None:
            self.reading.add(_ROWS.get(name, ALWAYS))
        return getattr(self._rows, name)

    def _read_of_site(self, name: str) -> Any:
        if name == "snapshot":
            return self.snapshot
        if self.reading is not None and name not in _AROUND:
            self.reading.add(_SITE.get(name, ALWAYS))
        return getattr(self._site, name)


class _Read:
    """Something whose every field is asked for by its name."""

    def __init__(self, field: Callable[[str], Any]) -> None:
        self._field = field

    def __getattr__(self, name: str) -> Any:
        return self._field(name)


def always(changed: Iterable[str]) -> frozenset[str]:
    """Name what changed together with what always does."""
    return frozenset((ALWAYS, *changed))


def unchanged(reads: Mapping[str, Collection[str]], changed: Collection[str]) -> frozenset[str]:
    """Name the facts of which nothing changed that they read; `reads` is what each reads."""
    others = always(changed)
    return frozenset(name for name, read in reads.items() if others.isdisjoint(read))


def _source(note: str) -> str:
    word, _, argument = note.partition(" ")
    kind = argument if word == "any" else _QUESTIONS.get(word, word)
    return kind if kind in _KINDS else ALWAYS
