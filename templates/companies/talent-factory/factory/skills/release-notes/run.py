"""Draft the release notes of the catalog from the manifests.

Rule: the page says only what a manifest says; what is built but not packaged is listed apart.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor.catalog import Manifest, Release, load_manifests
from shopfloor.cli import DONE, Job, launch, plural
from shopfloor.files import ROOT, write
from shopfloor.lines import Line, line_names, load_line

PAGE: Final = "catalog/RELEASES.md"
HEAD: Final = "# Releases\n\nWritten by `skills/release-notes` from the manifests beside this page.\n"


def work(job: Job) -> int:
    """Read the manifests, write the page, tell."""
    manifests = load_manifests(job.root)
    waiting = [
        line
        for line in (load_line(job.root, name) for name in line_names(job.root))
        if _is_ahead(line, manifests)
    ]
    entries = [entry for manifest in manifests.values() for entry in _entries(manifest)]
    entries.sort(key=lambda entry: (-entry[0].packaged.toordinal(), entry[1].talent))
    print(
        f"{plural(len(entries), 'release')} of {plural(len(manifests), 'talent')}; {len(waiting)} not yet packaged"
    )
    for line in waiting:
        print(f"  {line.name} {line.version} ({line.status})")
    print(write(job.root, PAGE, _page(entries, waiting)))
    return DONE


def _is_ahead(line: Line, manifests: dict[str, Manifest]) -> bool:
    manifest = manifests.get(line.name)
    return manifest is None or line.version not in {release.version for release in manifest.releases}


def _entries(manifest: Manifest) -> list[tuple[Release, Manifest, Release | None]]:
    """Return each release with its manifest and the release before it."""
    return [
        (release, manifest, before) for release, before in pairwise([*manifest.releases, None]) if release
    ]


def _page(entries: Sequence[tuple[Release, Manifest, Release | None]], waiting: Sequence[Line]) -> str:
    lines = [HEAD]
    if waiting:
        lines += ["## Not yet packaged", "", *(_waiting(line) for line in waiting), ""]
    for release, manifest, before in entries:
        lines += [f"## {release.packaged}: {manifest.title} {release.version}", ""]
        lines += [*(f"- {change}" for change in release.changes), ""]
        lines += [
            f"{plural(release.cases, 'case')} passed. {_files(release, before)} Digest `{release.digest[:12]}`.",
            "",
        ]
    return "\n".join(lines)


def _waiting(line: Line) -> str:
    step = "in the works" if line.status == "building" else "run `skills/talent-package`"
    return f"- {line.title} {line.version}: {step}"


def _files(release: Release, before: Release | None) -> str:
    if before is None:
        return f"First in this catalog, {plural(len(release.files), 'file')}."
    names = sorted({name for name, _ in before.files.items() ^ release.files.items()})
    return f"Changed since {before.version}: {', '.join(f'`{name}`' for name in names)}."


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    return launch(work, about="Draft catalog/RELEASES.md from the manifests.", argv=argv, root=root)


if __name__ == "__main__":
    sys.exit(main())
