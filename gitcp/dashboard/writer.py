"""The one place of the dashboard that touches files.

Rule: a reader of the folder never sees a part of a page, and gitcp removes only what a manifest in the folder says that gitcp wrote. The
manifest names new pages before they are there, so that a build that dies owns what it left.
"""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from gitcp.errors import GitcpError

MANIFEST: Final = ".gitcp-site.json"
_BESIDE: Final = ".gitcp-site.new"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the folder."""

    written: int
    unchanged: int
    removed: int


def write(pages: Mapping[PurePosixPath, str | bytes], folder: Path) -> Written:
    """Make the folder hold exactly these pages, next to files that are not gitcp's. One writer at a time.

    Raises:
        GitcpError: the folder holds files but no manifest, or a file that is not gitcp's is in the way, and nothing was written; or
            the file system refused.
    """
    wanted = {path: page.encode() if isinstance(page, str) else page for path, page in sorted(pages.items())}
    try:
        earlier = _earlier(folder)
        _refuse_strange(wanted)
        _refuse_foreign(folder, wanted, earlier)
        return _replace(folder, wanted, earlier)
    except OSError as error:
        raise GitcpError(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def _replace(folder: Path, wanted: Mapping[PurePosixPath, bytes], earlier: set[PurePosixPath]) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder, PurePosixPath(MANIFEST), _manifest({*earlier, *wanted}))
    changed = [path for path, page in wanted.items() if _read(folder / path) != page]
    for path in sorted(changed, key=lambda path: (path.suffix == ".html", path)):
        _put(folder, path, wanted[path])
    removed = [path for path in sorted(earlier - wanted.keys()) if _remove(folder, path)]
    _put(folder, PurePosixPath(MANIFEST), _manifest(wanted))
    return Written(len(changed), len(wanted) - len(changed), len(removed))


def _earlier(folder: Path) -> set[PurePosixPath]:
    """Return what an earlier build wrote."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise GitcpError(f"{folder}: is a file, expected a folder for the site")
    manifest = folder / MANIFEST
    if manifest.is_file():
        return _listed(manifest)
    if any(path.name != _BESIDE for path in folder.iterdir()):
        raise GitcpError(
            f"{folder}: holds files that gitcp did not write, expected an empty folder or a site of gitcp",
            hint="choose an empty folder, or one that does not exist yet",
        )
    return set()


def _listed(manifest: Path) -> set[PurePosixPath]:
    try:
        listed = json.loads(manifest.read_bytes())
        paths = {PurePosixPath(path) for path in listed["pages"]}
    except (ValueError, TypeError, KeyError) as error:
        raise GitcpError(
            f"{manifest}: is not a list of pages, so gitcp does not know what it may replace",
            hint="build the site into another folder",
        ) from error
    _refuse_strange(paths)
    return paths


def _refuse_strange(paths: Collection[PurePosixPath]) -> None:
    for path in paths:
        if path.is_absolute() or ".." in path.parts or not path.parts or path.parts[0] in {MANIFEST, _BESIDE}:
            raise GitcpError(f"{path}: is not a page's path, expected one inside the site's folder")


def _refuse_foreign(
    folder: Path, wanted: Collection[PurePosixPath], earlier: Collection[PurePosixPath]
) -> None:
    for page in wanted:
        place = folder / page
        if place.is_dir() or (page not in earlier and os.path.lexists(place)):
            raise GitcpError(
                f"{place}: gitcp did not write it, expected nothing there",
                hint="move it away, or choose another folder",
            )
    parents = {parent for page in {*wanted, *earlier} for parent in page.parents if parent.parts}
    for place in sorted(folder / parent for parent in parents):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise GitcpError(f"{place}: is not a folder, expected one for pages", hint="move it away")


def _manifest(paths: Collection[PurePosixPath]) -> bytes:
    listed = {"format": _FORMAT, "pages": sorted(str(path) for path in paths)}
    return (json.dumps(listed, indent=1) + "\n").encode()


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def _put(folder: Path, path: PurePosixPath, content: bytes) -> None:
    target, beside = folder / path, folder / _BESIDE
    target.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(content)
    beside.replace(target)


def _remove(folder: Path, path: PurePosixPath) -> bool:
    """Remove a page that is gone, and the folders that it leaves empty."""
    target = folder / path
    found = os.path.lexists(target)
    target.unlink(missing_ok=True)
    for parent in (folder / parent for parent in path.parents if parent.parts):
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
    return found
