"""Processes that read records and make the pages of a site, each of which asks its own copy of the same records."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess  # noqa: TC003 - an annotation names it
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.site import bound
from gitcp.control.templates import templates
from gitcp.dashboard.index.file import PageKey, SiteIndex
from gitcp.dashboard.index.known import Known
from gitcp.dashboard.index.log import IndexedLog
from gitcp.dashboard.index.words import IndexedWords
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import Done, Maker, Place
from gitcp.dashboard.portions import Portion
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer
from gitcp.dashboard.site_folder import SiteFolder
from gitcp.dashboard.staging import Staging
from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.problem import Problem
from gitcp.store.collector import without_collector
from gitcp.store.copies import copied
from gitcp.store.view import CacheSnapshot

T = TypeVar("T")
K = TypeVar("K")

_TOGETHER: Final = 25  # names whose records are read, and held, together
_AHEAD: Final = 2  # what a process has at hand, so that it need not wait for the next

Part = tuple[Sequence[type[Record]], Sequence[str]]
"""What is read at a time: the records of some kinds that are of some names."""

Share = Sequence[PageKey]
"""What is made at a time."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a process makes pages from: a copy of records and one of the site's index, which is there when it is told so, and the folder of the site, where all pages may be staged first."""

    repository: Path
    records: Path
    problems: Sequence[Problem]
    index: Path
    folder: Path
    is_staged: bool


def place_in(folder: Path, *, is_staged: bool) -> Place:
    """Return where the files of a site are put."""
    return Staging(folder) if is_staged else SiteFolder(folder)


def portion(snapshot: CacheSnapshot, part: Part) -> Portion:
    """Read a part of the records."""
    kinds, names = part
    some = (names[start : start + _TOGETHER] for start in range(0, len(names), _TOGETHER))
    return Portion.of(chain.from_iterable(snapshot.among(each, *kinds) for each in some))


class Todo(Generic[K]):
    """What is not made yet, by who has read its records: who did holds them still; `readers` are by the names of what they read."""

    def __init__(self, shares: Iterable[Share], readers: Mapping[str, K]) -> None:
        self._waiting: dict[K | None, deque[Share]] = defaultdict(deque)
        for share in shares:
            who = (readers[name] for _, name in share if name in readers)
            self._waiting[next(who, None)].append(share)

    def next_for(self, who: K) -> Share | None:
        """Take what nobody has read, then what this one has, then what another has who has most to do; none where all is taken."""
        waiting = self._waiting
        chosen = waiting[None] or waiting[who] or max(waiting.values(), key=len)
        return chosen.popleft() if chosen else None


class Team:
    """Processes that read and make what they are given, each some of it at a time."""

    def __init__(self, source: Source, jobs: int) -> None:
        self.source = source
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._parts: Iterator[Part] = iter(())
        self._owed: deque[Connection] = deque()
        self._readers: dict[str, Connection] = {}
        try:
            for _ in range(jobs):
                self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        context = get_context("spawn")
        here, there = context.Pipe()
        self._pipes.append(here)
        with closing(there):
            process = context.Process(target=work, args=(self.source, there), daemon=True)
            process.start()
        self._processes.append(process)

    def close(self) -> None:
        """End them."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()

    def read(self, parts: Iterator[Part]) -> None:
        """Begin to read parts of the records."""
        self._parts = parts
        for pipe in self._pipes * _AHEAD:
            self._read_more(pipe)

    def _read_more(self, pipe: Connection) -> None:
        part = next(self._parts, None)
        if part is not None:
            _send(pipe, part)
            self._owed.append(pipe)
            self._readers.update(dict.fromkeys(part[1], pipe))

    def portions(self, *, wait: bool) -> Iterator[Portion]:
        """Yield what was read, in the order of the parts; as far as it is there already, or all."""
        while self._owed and (wait or self._owed[0].poll()):
            pipe = self._owed.popleft()
            found = _taken(pipe, Portion)
            self._read_more(pipe)
            yield found

    def learn(self, values: Mapping[str, Any]) -> None:
        """Tell that the copy of the index is there, and what was carried of the site."""
        for pipe in self._pipes:
            _send(pipe, None)
            _send(pipe, values)

    def make(self, shares: Iterable[Share]) -> Iterator[Done]:
        """Make pages, in whatever order."""
        owed = dict.fromkeys(self._pipes, 0)
        todo = Todo(shares, self._readers)

        def give(pipe: Connection) -> None:
            share = todo.next_for(pipe)
            if share is not None:
                _send(pipe, share)
                owed[pipe] += 1

        for pipe in self._pipes * _AHEAD:
            give(pipe)
        while any(owed.values()):
            ready = wait([pipe for pipe, count in owed.items() if count])
            for pipe in (pipe for pipe in owed if pipe in ready):
                done = _taken(pipe, Done)
                owed[pipe] -= 1
                give(pipe)
                yield done


def _send(pipe: Connection, what: object) -> None:
    with _alive():
        pipe.send(what)


def _taken(pipe: Connection, kind: type[T]) -> T:
    with _alive():
        found = pipe.recv()
    if isinstance(found, Exception):
        raise found
    assert isinstance(found, kind)
    return found


@contextmanager
def _alive() -> Iterator[None]:
    """Tell of a process that is gone as an expected failure; it depends on the moment whether its pipe is at its end, broken, or cut off."""
    try:
        yield
    except (EOFError, OSError) as error:
        raise GitcpError(
            "a process that made pages ended before it was done",
            hint="there may be too little memory: try --jobs 1",
        ) from error


def work(source: Source, pipe: Connection) -> None:
    """Be such a process: make what comes until nothing more does."""
    with suppress(EOFError, KeyboardInterrupt, ConnectionError):
        try:
            _work(source, pipe)
        except (GitcpError, OSError) as error:
            pipe.send(error)


def _work(source: Source, pipe: Connection) -> None:
    with (
        without_collector(),
        Plane.open(source.repository, Clock()) as plane,
        copied(source.records, plane.store, source.problems) as snapshot,
    ):
        for part in iter(pipe.recv, None):
            pipe.send(portion(snapshot, part))
        site = bound(plane, snapshot, pipe.recv())
        maker = _maker(site, SiteIndex.read(source.index))
        place = place_in(source.folder, is_staged=source.is_staged)
        while True:
            pipe.send(maker.put(place, pipe.recv()))


def _maker(site: SiteInput, index: SiteIndex) -> Maker:
    there = index.connection
    register = Register(site, Known.load(there).rows, IndexedLog(there), IndexedWords(there))
    return Maker(register, Renderer(templates() / "dashboard"))
