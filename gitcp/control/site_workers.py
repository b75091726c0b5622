"""Reading the records of a site and making its pages, in several processes where there is much to do."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, Self

from gitcp.control.plane import Plane
from gitcp.control.site import carried
from gitcp.control.site_team import Part, Source, Team, place_in, portion
from gitcp.dashboard.index.copies import copy as copy_index
from gitcp.dashboard.index.file import PageKey
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import Done, Maker
from gitcp.dashboard.portions import Portion
from gitcp.dashboard.shares import in_order, shares
from gitcp.dashboard.site_folder import INDEX, SiteFolder
from gitcp.model.base import Record
from gitcp.model.runs import Run
from gitcp.model.tasks import Comment, Document, Task
from gitcp.store.copies import copy
from gitcp.store.view import CacheSnapshot

FEW: Final = 3_000
"""Records that are read, or pages that are made, by one process sooner than by two, which have to start first."""

_PART: Final = 250  # tasks that are read at a time, with all that belongs to them, or runs that are on none
_WORDED: Final = (Task, Comment, Document)  # what a task's words are in

Progress = Callable[[int, int], None]
"""Told how many pages of how many are made."""


class Workers:
    """Reads records and makes pages; `jobs` is how many processes do, none: as many as there are processors.

    They are processes of their own only where there is much to do, and while this is open. Implements `gitcp.dashboard.crew.Crew`.
    """

    def __init__(
        self,
        plane: Plane,
        site: SiteInput,
        folder: SiteFolder,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        self._plane = plane
        self._site = site
        self._folder = folder
        self._is_staged = False
        self._jobs = jobs or _processors()
        self._progress = progress
        self._team: Team | None = None
        self._parts: Iterator[Part] = iter(())
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def read(self) -> None:
        """Begin to read all records, of which all pages will be made."""
        self._is_staged = self._folder.is_new
        tasks, runs = self._snapshot.names(*_WORDED), self._snapshot.names(Run)
        others = sorted({*runs}.difference(tasks))
        self._parts = chain(_parts((*_WORDED, Run), in_order(tasks)), _parts((Run,), others))
        if self._jobs > 1 and len(tasks) + len(runs) >= FEW:
            self._team = self._started()
            self._team.read(self._parts)

    def ready(self) -> Iterator[Portion]:
        """Yield what others have read."""
        yield from self._team.portions(wait=False) if self._team else ()

    def rest(self) -> Iterator[Portion]:
        """Yield what is not read yet."""
        here = (portion(self._snapshot, part) for part in self._parts)
        yield from self._team.portions(wait=True) if self._team else here

    def learn(self) -> None:
        """Tell others that the index holds what they need of it."""
        if self._team is not None:
            self._teach(self._team)

    def make(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        """Make pages, here if they are few."""
        made = 0
        if self._progress is not None and keys:
            self._progress(0, len(keys))
        for done in self._by_team(keys) if self._is_for_team(keys) else self._here(maker, keys):
            made += len(done.made)
            if self._progress is not None:
                self._progress(made, len(keys))
            yield done

    def _is_for_team(self, keys: Sequence[PageKey]) -> bool:
        return self._team is not None or (self._jobs > 1 and len(keys) >= FEW)

    def _here(self, maker: Maker, keys: Sequence[PageKey]) -> Iterator[Done]:
        place = place_in(self._folder.path, is_staged=self._is_staged)
        yield from (maker.put(place, share) for share in shares(keys))

    def _by_team(self, keys: Sequence[PageKey]) -> Iterator[Done]:
        if self._team is None:
            self._team = self._started()
            self._teach(self._team)
        return self._team.make(shares(keys))

    def _started(self) -> Team:
        place = Path(self._open.enter_context(TemporaryDirectory(prefix="gitcp-")))
        records = place / "records.sqlite"
        problems = copy(self._snapshot, records)
        source = Source(
            self._plane.store.root,
            records,
            problems,
            place / "index.sqlite",
            self._folder.path,
            self._is_staged,
        )
        return self._open.enter_context(closing(Team(source, self._jobs)))

    def _teach(self, team: Team) -> None:
        copy_index(self._folder.path / INDEX, team.source.index)
        team.learn(carried(self._site))

    @property
    def _snapshot(self) -> CacheSnapshot:
        assert isinstance(self._site.snapshot, CacheSnapshot)
        return self._site.snapshot


def _parts(kinds: Sequence[type[Record]], names: Sequence[str]) -> Iterator[Part]:
    yield from ((kinds, names[start : start + _PART]) for start in range(0, len(names), _PART))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
