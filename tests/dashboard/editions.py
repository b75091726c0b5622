"""A folder that is brought from one edition of a site to the next, and what a build from nothing makes of the same."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gitcp.dashboard import Files, SiteInput, build
from gitcp.dashboard.building import Building, Built
from gitcp.dashboard.index.file import SiteIndex
from gitcp.dashboard.index.known import Key, Known
from gitcp.dashboard.site_folder import INDEX, OWN, SiteFolder


class Editions:
    """One folder with its index; a process that stays holds what the last build knew, another reads it of the index."""

    def __init__(self, folder: Path, templates: Path, *, stays: bool = False) -> None:
        self.folder = folder
        self._templates = templates
        self._stays = stays
        self.known: Known | None = None

    def show(self, site: SiteInput, keys: Iterable[Key] = ()) -> Built:
        """Bring the folder to a site; `keys` are the records that may have changed."""
        place = SiteFolder(self.folder)
        place.expect_free()
        with self.opened() as index:
            building = Building(place, index, site, self._templates)
            held = building.held()
            known, self.known = self.known, None
            if held is None:
                built, known = building.full()
            else:
                known = known or Known.load(index.connection)
                built = building.update(held, known, keys)
            self.known = known if self._stays else None
            return built

    def forget(self) -> None:
        """Let the next build make everything."""
        with self.opened() as index:
            index.note(state="forgotten")
            index.keep()

    @contextmanager
    def opened(self) -> Iterator[SiteIndex]:
        """Open the index."""
        self.folder.mkdir(parents=True, exist_ok=True)
        index = SiteIndex.open(self.folder / INDEX)
        try:
            yield index
        finally:
            index.close()

    def files(self) -> dict[str, bytes]:
        """Return what is in the folder, without what is gitcp's own."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith(OWN))
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    def fresh(self, site: SiteInput) -> dict[str, bytes]:
        """Return what a build from nothing makes."""
        return in_bytes(build(site, self._templates))


def in_bytes(files: Files) -> dict[str, bytes]:
    """Return files as they are on a disk."""
    return {path.as_posix(): text.encode() if isinstance(text, str) else text for path, text in files.items()}
