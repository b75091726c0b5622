"""How long the dashboard takes: all of it, and after one operation.

    python benchmarks/dashboard.py [--tasks N ...] [--jobs N] [--naive] [--json]

For companies of so many tasks, and about as many runs and comments (see generated.py): the whole site; one comment, in a process that
holds the site open as `gitcp site serve` does; one more, by `gitcp site build`. Beside it, with --naive, what a program would do that
knows nothing of what changed: every page again, in one process, without an index. Needs git and an installed gitcp.
"""

import argparse
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generated import found, task_id

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.site import site_input
from gitcp.control.site_building import SiteBuild, SiteWish
from gitcp.control.templates import templates
from gitcp.dashboard import build

_LARGE = 50_000  # a page that may be the largest when it is compressed


def measured(folder: Path, tasks: int, jobs: int | None, *, is_naive: bool) -> dict[str, Any]:
    """Build the site of a company in several ways; return the figures."""
    repository, site = found(folder, tasks), folder / "site"
    for name, value in (("user.name", "Clara"), ("user.email", "clara@example.org")):
        subprocess.run(["git", "-C", str(repository), "config", name, value], check=True)
    size = f"{tasks // 1000}k"
    with Plane.open(repository, Clock()) as plane:
        plane.snapshot()
        building = SiteBuild(plane, site, SiteWish(jobs=jobs))
        built, full = _timed(building.bring)
        _comment(repository, tasks, 1)
        plane.snapshot()
        again, operation = _timed(building.bring)
        assert not again.is_full
        _comment(repository, tasks, 2)
        _, command = _timed(lambda: _gitcp(repository, "site", "build", "-o", str(site)))
        figures = {
            f"full_{size}_s": round(full, 2),
            f"pages_per_s_{size}": round(built.files / full),
            f"incremental_{size}_ms": round(operation * 1000),
            f"incremental_{size}_pages": again.made,
            f"incremental_{size}_cli_ms": round(command * 1000),
            f"max_page_{size}_kb": round(_largest(site) / 1000, 1),
            f"peak_{size}_mib": round(_peak()),
        }
        if is_naive:
            figures[f"naive_{size}_s"] = round(_timed(lambda: _naive(plane))[1], 2)
    return figures


def _naive(plane: Plane) -> None:
    build(site_input(plane, plane.snapshot(), plane.clock.now()), templates() / "dashboard")


def _comment(repository: Path, tasks: int, number: int) -> None:
    _gitcp(repository, "comment", "new", task_id(tasks - 1), f"Looked at it, {number}")


def _gitcp(repository: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "gitcp", "-C", str(repository), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _largest(site: Path) -> int:
    """Return the size of the largest page as it goes over the wire, in bytes."""
    large = (path for path in site.rglob("*.html") if path.stat().st_size > _LARGE)
    return max((len(gzip.compress(path.read_bytes(), 6)) for path in large), default=0)


def _peak() -> float:
    """Return how much memory this process and its largest child took at most, in MiB."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(each).ru_maxrss for each in who) / 1024


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.perf_counter()
    result = act()
    return result, time.perf_counter() - begin


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How long the dashboard takes.")
    parser.add_argument("--tasks", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--naive", action="store_true", help="also every page again, without an index")
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    figures: dict[str, Any] = {}
    for tasks in wish.tasks:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = folder
            figures |= measured(Path(folder), tasks, wish.jobs, is_naive=wish.naive)
    if wish.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value:>12,}")


if __name__ == "__main__":
    sys.exit(main())
