"""Package talents: put a manifest with the hash of each file into the catalog, for lines whose regression is green.

Rule: a version is packaged once; other files under the same version are refused, never overwritten.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shopfloor.catalog import Manifest, Release, load_manifests
from shopfloor.cli import Job, launch, report
from shopfloor.files import ROOT, listed, read, to_json, write
from shopfloor.lines import Line, chosen, line_names, load_line, run_cases
from shopfloor.quality import Baseline, load_baselines


def work(job: Job) -> int:
    """Package what is ready; name what is not, and why."""
    manifests, baselines = load_manifests(job.root), load_baselines(job.root)
    names = chosen(job.root, job.options.line, job.text)
    asked = names != line_names(job.root)
    reasons = []
    for line in [load_line(job.root, name) for name in names]:
        if line.status == "building" and not asked:
            print(f"skipped {line.name} {line.version}: the line is still building")
            continue
        release, objections = _release(job.root, line, job.today)
        known = manifests.get(line.name, Manifest(line.name, line.title, ()))
        objections += _not_green(line, baselines.get(line.name)) + _clash(line, known, release)
        if not objections:
            print(f"{line.name} {line.version}: {_written(job.root, line, known, release)}")
        reasons += [f"lines/{line.name}: {each}" for each in objections]
    return report(reasons, fine="the catalog is up to date", failed="not packaged, reasons")


def _release(root: Path, line: Line, today: date) -> tuple[Release, list[str]]:
    """Return the release that the files of the line make, and what its README lacks."""
    paths = [
        f"lines/{line.name}/README.md",
        f"lines/{line.name}/talent.py",
        *listed(root, f"lines/{line.name}/cases/*.json"),
    ]
    files = {
        path.split("/", 2)[2]: hashlib.sha256(read(root, path).encode()).hexdigest() for path in sorted(paths)
    }
    digest = hashlib.sha256(
        "".join(f"{name} {each}\n" for name, each in sorted(files.items())).encode()
    ).hexdigest()
    changes = _changes(line)
    missing = (
        []
        if changes
        else [f"README.md has no changes for {line.version}; add `### {line.version}` under Changes"]
    )
    return Release(line.version, today, digest, len(line.cases), changes, files), missing


def _changes(line: Line) -> tuple[str, ...]:
    """Return the bullets under the heading of the line's version, each as one line."""
    section = re.search(
        rf"^### {re.escape(line.version)}\n(.*?)(?=^#|\Z)", line.readme, re.MULTILINE | re.DOTALL
    )
    if section is None:
        return ()
    return tuple(" ".join(bullet.split()) for bullet in re.split(r"^- ", section[1], flags=re.MULTILINE)[1:])


def _not_green(line: Line, baseline: Baseline | None) -> list[str]:
    objections = [
        f"case {r.case.id} fails: {'; '.join(r.differences)}; repair the talent"
        for r in run_cases(line)
        if not r.passed
    ]
    if line.status == "building":
        objections.append(
            "status is building, expected ready or released; set it in README.md when quality agrees"
        )
    if baseline is None or baseline.version != line.version:
        accepted = baseline.version if baseline else "no version"
        objections.append(
            f"quality accepted {accepted}, not {line.version}; run skills/qa-regression --line {line.name}"
        )
    return objections


def _clash(line: Line, known: Manifest, release: Release) -> list[str]:
    before = {each.version: each for each in known.releases}.get(line.version)
    if before is None or before.digest == release.digest:
        return []
    changed = ", ".join(sorted({name for name, _ in before.files.items() ^ release.files.items()}))
    return [
        f"{line.version} was packaged on {before.packaged} with other files ({changed}); raise VERSION in talent.py"
    ]


def _written(root: Path, line: Line, known: Manifest, release: Release) -> str:
    older = [each for each in known.releases if each.version != release.version]
    same = [each for each in known.releases if each.version == release.version]
    releases = known.releases if same else (release, *older)
    return write(
        root, f"catalog/{line.name}.json", to_json(Manifest(line.name, line.title, tuple(releases)).as_json())
    )


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--line", metavar="NAME", help="one line; default: those that the text names, else all"
    )


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the skill."""
    about = "Package the talents whose regression is green into the catalog."
    return launch(work, about=about, argv=argv, root=root, options=_options)


if __name__ == "__main__":
    sys.exit(main())
