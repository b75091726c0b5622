"""Making the pages of a site in several processes, each of which asks its own copy of the same records."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.site import site_input
from gitcp.control.templates import templates
from gitcp.dashboard.index.file import PageKey, SiteIndex
from gitcp.dashboard.index.known import Known
from gitcp.dashboard.index.log import IndexedLog
from gitcp.dashboard.index.words import IndexedWords
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import Done, Maker
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer
from gitcp.dashboard.shares import shares
from gitcp.dashboard.site_folder import INDEX, SiteFolder
from gitcp.errors import GitcpError
from gitcp.model.problem import Problem
from gitcp.store.collector import without_collector
from gitcp.store.copies import copied, copy

FEW: Final = 3_000
"""Pages that one process makes sooner than two, which have to start first."""

_AHEAD: Final = 2  # shares that a process has at hand, so that it need not wait for the next

Progress = Callable[[int, int], None]
"""Told how many pages of how many are made."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a process makes pages from: a copy of records at a time, and the folder of the site with its index."""

    repository: Path
    records: Path
    problems: Sequence[Problem]
    now: datetime
    base_url: str | None
    folder: Path


class Workers:
    """Makes pages; `jobs` is how many processes do, none: as many as there are processors."""

    def __init__(
        self, plane: Plane, site: SiteInput, folder: Path, jobs: int | None, progress: Progress | None
    ) -> None:
        self._plane = plane
        self._site = site
        self._folder = folder
        self._jobs = jobs or _processors()
        self._progress = progress

    def make(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        """Make pages, here if they are few."""
        made = 0
        parts = self._by_others(keys) if self._jobs > 1 and len(keys) >= FEW else self._here(maker, keys)
        for done in parts:
            made += len(done.made)
            if self._progress is not None:
                self._progress(made, len(keys))
            yield done

    def _here(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        folder = SiteFolder(self._folder)
        yield from (maker.put(folder, share) for share in shares(keys))

    def _by_others(self, keys: Sequence[PageKey]) -> Iterator[Done]:
        with TemporaryDirectory(prefix="gitcp-") as place:
            records = Path(place) / "records.sqlite"
            problems = copy(self._site.snapshot, records)
            root, site = self._plane.store.root, self._site
            source = Source(root, records, problems, site.now, site.base_url, self._folder)
            yield from _spread(source, deque(shares(keys)), self._jobs)


def _spread(source: Source, todo: deque[Sequence[PageKey]], jobs: int) -> Iterator[Done]:
    context = get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    try:
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=work, args=(source, there), daemon=True)
            process.start()
            there.close()
            pipes.append(here)
            processes.append(process)
        yield from _collect(pipes, todo)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.terminate()
            process.join()


def _collect(pipes: Sequence[Connection], todo: deque[Sequence[PageKey]]) -> Iterator[Done]:
    owed = dict.fromkeys(pipes, 0)
    for pipe in list(pipes) * _AHEAD:
        _give(pipe, todo, owed)
    while any(owed.values()):
        ready = wait([pipe for pipe, count in owed.items() if count])
        for pipe in (pipe for pipe in owed if pipe in ready):
            done = _taken(pipe)
            owed[pipe] -= 1
            _give(pipe, todo, owed)
            yield done


def _give(pipe: Connection, todo: deque[Sequence[PageKey]], owed: dict[Connection, int]) -> None:
    if todo:
        with _alive():
            pipe.send(todo.popleft())
        owed[pipe] += 1


def _taken(pipe: Connection) -> Done:
    with _alive():
        found = pipe.recv()
    if isinstance(found, Exception):
        raise found
    assert isinstance(found, Done)
    return found


@contextmanager
def _alive() -> Iterator[None]:
    """Tell of a process that is gone as an expected failure; it depends on the moment whether its pipe is at its end or broken."""
    try:
        yield
    except (EOFError, ConnectionError) as error:
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
        index = SiteIndex.read(source.folder / INDEX)
        site = site_input(plane, snapshot, source.now, source.base_url)
        rows = Known.load(index.connection).rows
        register = Register(site, rows, IndexedLog(index.connection), IndexedWords(index.connection))
        maker = Maker(register, Renderer(templates() / "dashboard"))
        folder = SiteFolder(source.folder)
        while True:
            pipe.send(maker.put(folder, pipe.recv()))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
