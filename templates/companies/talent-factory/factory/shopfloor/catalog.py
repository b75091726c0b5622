"""The catalog: one manifest for each packaged talent, newest release first."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shopfloor.files import line_of, listed, read, read_object
from shopfloor.frontmatter import a_date
from shopfloor.problems import InputError, Problem


@dataclass(frozen=True, slots=True)
class Release:
    """One packaged version of a talent."""

    version: str
    packaged: date
    digest: str
    cases: int
    changes: tuple[str, ...]
    files: dict[str, str]
    """The SHA-256 of each file, by its path."""

    def as_json(self) -> dict[str, Any]:
        """Return what the manifest holds."""
        return {
            "version": self.version,
            "packaged": str(self.packaged),
            "digest": self.digest,
            "cases_passed": self.cases,
            "changes": list(self.changes),
            "files": dict(sorted(self.files.items())),
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """A talent with all its releases."""

    talent: str
    title: str
    releases: tuple[Release, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what the file holds."""
        releases = [release.as_json() for release in self.releases]
        return {"talent": self.talent, "title": self.title, "releases": releases}


def load_manifests(root: Path) -> dict[str, Manifest]:
    """Read every manifest."""
    found = [_manifest(root, path) for path in listed(root, "catalog/*.json")]
    return {manifest.talent: manifest for manifest in found}


def _manifest(root: Path, path: str) -> Manifest:
    text, found = read(root, path), read_object(root, path)
    name, releases = found.get("talent"), found.get("releases")
    if name != Path(path).stem or not isinstance(found.get("title"), str) or not isinstance(releases, list):
        expected = f'talent "{Path(path).stem}", title and releases'
        raise InputError([Problem(path, 1, "is no manifest", expected, "restore it from Git")])
    return Manifest(name, found["title"], tuple(_release(path, text, each) for each in releases))


def _release(path: str, text: str, entry: Any) -> Release:
    kinds = {
        "version": str,
        "packaged": str,
        "digest": str,
        "cases_passed": int,
        "changes": list,
        "files": dict,
    }
    fine = isinstance(entry, dict) and all(isinstance(entry.get(key), kind) for key, kind in kinds.items())
    if not fine or a_date(entry["packaged"]):
        version = entry.get("version") if isinstance(entry, dict) else None
        line = line_of(text, f'"{version}"')
        expected = f"a release with {', '.join(kinds)}"
        raise InputError(
            [Problem(path, line, f"release {version} is incomplete", expected, "restore it from Git")]
        )
    return Release(
        entry["version"],
        date.fromisoformat(entry["packaged"]),
        entry["digest"],
        entry["cases_passed"],
        tuple(str(change) for change in entry["changes"]),
        {str(name): str(digest) for name, digest in entry["files"].items()},
    )
