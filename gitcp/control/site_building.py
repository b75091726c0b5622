"""The dashboard of a control repository, in a folder: made once, and from then on made anew where it changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from gitcp.control.plane import Plane
from gitcp.control.site import site_input
from gitcp.control.site_workers import Progress as Making
from gitcp.control.site_workers import Workers
from gitcp.control.templates import templates
from gitcp.core.admission import judge
from gitcp.dashboard.building import Building, Built
from gitcp.dashboard.crew import Reading
from gitcp.dashboard.index.file import SiteIndex, opened
from gitcp.dashboard.index.known import Key, Known, record_key
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.site_folder import INDEX, OWN, SiteFolder
from gitcp.errors import ConflictError, GitcpError
from gitcp.model.snapshot import Snapshot
from gitcp.store.collector import without_collector
from gitcp.store.filling import Progress as Filling
from gitcp.store.layout import place_of
from gitcp.store.past_records import records_at
from gitcp.store.states import States

__all__ = ["Built", "Progress", "SiteBuild", "SiteWish", "build_site"]

_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class SiteWish:
    """How a site is to be made.

    `at`: a commit by any name that git has for it, or a date; the site is then as of that commit's time. None: the branch as it is, now.
    `base_url`: where it will be read. `is_full`: every page anew. `jobs`: by how many processes, none: as many as fit.
    """

    at: str | None = None

    base_url: str | None = None
    is_full: bool = False
    jobs: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is no address.

        Raises:
            GitcpError: `base_url` is none of a site.
        """
        parts = urlsplit(self.base_url or "https://site.invalid")
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise GitcpError(
                f"--base-url: expected an address such as https://press.example/site/, found {self.base_url!r}"
            )


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told how a long build goes on: how many record files were read; how many records and commits; how many pages of how many are made."""

    filling: Filling | None = None

    reading: Reading | None = None
    making: Making | None = None


_USUAL: Final = SiteWish()
_SILENT: Final = Progress()


def build_site(plane: Plane, folder: Path, wish: SiteWish = _USUAL, progress: Progress = _SILENT) -> Built:
    """Bring the dashboard in a folder to the branch as it is now.

    Raises:
        GitcpError: the folder holds something that gitcp did not write.
    """
    return SiteBuild(plane, folder, wish, progress).bring()


class SiteBuild:
    """Builds one folder again and again; what is read of its index stays at hand."""

    def __init__(
        self, plane: Plane, folder: Path, wish: SiteWish = _USUAL, progress: Progress = _SILENT
    ) -> None:
        self._plane = plane
        self._folder = folder
        self._wish = wish
        self._progress = progress
        self._known: tuple[str, Known] | None = None

    def bring(self) -> Built:
        """Bring the folder to the branch as it is now.

        Raises:
            ConflictError: another build of the folder goes on.
            GitcpError: the folder holds something that gitcp did not write, the file system refused, or its index is damaged.
        """
        try:
            with without_collector(), self._opened() as (place, index):
                return self._brought(place, index)
        except OSError as error:
            raise GitcpError(
                f"{error.filename or self._folder}: cannot be written: {error.strerror}"
            ) from error

    @contextmanager
    def _opened(self) -> Iterator[tuple[SiteFolder, SiteIndex]]:
        place = SiteFolder(self._folder)
        place.expect_free()
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / f"{OWN}.lock", timeout=_PATIENCE):
                place.tidy()
                with opened(self._folder / INDEX) as index:
                    yield place, index
        except Timeout as error:
            raise ConflictError(
                f"{self._folder}: another build is at work there", hint="wait for it to end"
            ) from error

    def _brought(self, place: SiteFolder, index: SiteIndex) -> Built:
        with self._records() as (snapshot, now):
            site = site_input(self._plane, snapshot, now, self._address())
            return self._made(place, index, site)

    @contextmanager
    def _records(self) -> Iterator[tuple[Snapshot, datetime]]:
        plane = self._plane
        if self._wish.at is None:
            yield plane.snapshot(), plane.clock.now()
            return
        with States.open(plane.store.root) as states:
            commit = states.at(self._wish.at).commit
        with records_at(plane.store, commit.oid, judge, self._progress.filling) as snapshot:
            yield snapshot, commit.committer.at.astimezone(UTC)

    def _made(self, place: SiteFolder, index: SiteIndex, site: SiteInput) -> Built:
        jobs, progress = self._wish.jobs, self._progress
        with Workers(self._plane, site, place, jobs, progress.making) as workers:
            return self._made_by(workers, place, index, site)

    def _made_by(self, workers: Workers, place: SiteFolder, index: SiteIndex, site: SiteInput) -> Built:
        building = Building(place, index, site, templates() / "dashboard")
        held = None if self._wish.is_full else building.held()
        keys = self._changed(site, held.revision) if held else None
        known = None if held is None or keys is None else self._known_of(index)
        self._known = None
        if held is None or keys is None or known is None:
            workers.read()
            built, known = building.full(workers, self._progress.reading)
        else:
            built = building.update(held, known, keys, workers.make)
        self._known = (index.fact("edition") or "", known)
        return built

    def _known_of(self, index: SiteIndex) -> Known | None:
        """Return the rows of an index, or none where they cannot be read: somebody else may have written them."""
        if self._known is not None and self._known[0] == index.fact("edition"):
            return self._known[1]
        try:
            return Known.load(index.connection)
        except (ValueError, TypeError, LookupError, ArithmeticError):
            return None

    def _changed(self, site: SiteInput, since: str) -> list[Key] | None:
        """Return the records whose files are other than they were at a commit, or none where this is not known."""
        revision = site.snapshot.revision
        if revision == since:
            return []
        paths = self._plane.store.history(site.snapshot).paths_since(since)
        if paths is None:
            return None
        places = filter(None, map(place_of, paths))
        return list({record_key(place.kind, place.id) for place in places})

    def _address(self) -> str | None:
        url = self._wish.base_url
        return url if url is None or url.endswith("/") else f"{url}/"
