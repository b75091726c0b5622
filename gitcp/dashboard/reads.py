"""What facts are worked out from, and what they read of it, so that a later build works out none again of which all of that is as it was."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from gitcp.dashboard.all_rows import THERE, WORK, Rows
from gitcp.dashboard.days import DayOf
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.groups import Counting, Grouping
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.log import ReadLog, SiteLog
from gitcp.dashboard.notes import Notes
from gitcp.dashboard.postings import Postings, Words
from gitcp.dashboard.tracked import MEMBER, TrackedSnapshot
from gitcp.model.kinds import KINDS

V = TypeVar("V", bound=Hashable)
K = TypeVar("K", bound=Hashable)

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
    "task_ids": f"task {THERE}",
    "run_ids": f"run {THERE}",
    "works": WORK,
    "by_parent": "task",
    "by_blocker": "task",
    "runs": "run",
    "by_task": "run",
    "by_agent": "run",
    "documents": "document",
    "documents_of": "document",
    "comments_of": "comment",
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
        if self._asked is not None:  # as `Notes` has it: a page notes a score of questions
            self._asked.add(what)
        if self.reading is not None:
            self.reading.add(_source(what))

    @property
    def site(self) -> SiteInput:
        """What the register answers from."""
        return self._site if self.reading is None else self._read_site

    @property
    def rows(self) -> Rows:
        """All tasks and runs, without a note: for facts. A page asks questions, or a fact."""
        return self._rows if self.reading is None else self._read_rows

    @property
    def log(self) -> SiteLog:
        """The whole history, without a note: for facts."""
        self._read(LOG)
        return self._log

    @property
    def words(self) -> Words:
        """The words of all tasks, without a note: for the search."""
        self._read(ALWAYS)
        return self._words

    @cached_property
    def clock(self) -> Clock:
        """How times are written."""
        company = self._site.snapshot.company
        return Clock.of(self._site.now, company.timezone if company else "UTC")

    @cached_property
    def day_of(self) -> DayOf:
        """Tells the days of times."""
        return DayOf(self.clock)

    # rows in groups, for facts: a group is read for itself

    def group(self, how: Grouping[Any, V], key: str) -> Sequence[V]:
        """Return one group of rows."""
        self._read(how.of(key))
        return self._rows.groups(how, self.day_of).get(key, ())

    def groups(self, how: Grouping[Any, V]) -> Mapping[str, Sequence[V]]:
        """Return all groups of rows, in no order."""
        self._read(how.every)
        return self._rows.groups(how, self.day_of)

    def names_of(self, how: Grouping[Any, V]) -> Sequence[str]:
        """Name the groups that there are, in order."""
        self._read(how.names)
        return sorted(self._rows.groups(how, self.day_of))

    def counts(self, how: Counting[Any, K]) -> Mapping[K, int]:
        """Return rows in numbers, in no order."""
        self._read(how.every)
        return self._rows.counts(how, self.day_of)

    def _read(self, source: str) -> None:
        if self.reading is not None:
            self.reading.add(source)

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
        self._read(_ROWS.get(name, ALWAYS))
        return getattr(self._rows, name)

    def _read_of_site(self, name: str) -> Any:
        if name == "snapshot":
            return self.snapshot
        if name not in _AROUND:
            self._read(_SITE.get(name, ALWAYS))
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
