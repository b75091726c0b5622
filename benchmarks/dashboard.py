"""How long the dashboard takes: all of it, and after one operation.

    python benchmarks/dashboard.py [--tasks N ...] [--jobs N] [--operations N] [--json]

full_N_s            the whole site of a company of N tasks, and about as many runs and comments (see generated.py)
incremental_N_ms    after one comment, in a process that holds the site open as `gitcp site serve` does: the median of several
incremental_N_cli_ms  after one more, by `gitcp site build`
naive_after_operation_s  what a program would do after an operation that knows nothing of what changed: every page again, in one
                    process, without an index
max_page_kb         the largest page of all sites as it goes over the wire, compressed
peak_N_mib          the most memory that all processes of the full build took together; files_N: how many files it made

Operations, and what the naive program does, are measured at the first size alone. Needs git and an installed gitcp.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from generated import found, task_id

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.site import site_input
from gitcp.control.site_building import SiteBuild, SiteWish
from gitcp.control.templates import templates
from gitcp.dashboard import build

_LARGE = 50_000  # a page that may be the largest when it is compressed
_LOOKED_EVERY = 0.1


def whole(repository: Path, site: Path, jobs: int | None) -> dict[str, float]:
    """Build a site in a folder that does not exist."""
    with Plane.open(repository, Clock()) as plane, peak() as most:
        plane.snapshot()
        built, full = timed(SiteBuild(plane, site, SiteWish(jobs=jobs)).bring)
    return {"s": round(full, 2), "files": built.files, "mib": round(max(most)), "kb": largest(site)}


def operations(repository: Path, site: Path, tasks: int, count: int) -> dict[str, float]:
    """Comment on tasks, and bring a site to each comment: in a process that stays, then each time in a new one."""
    with Plane.open(repository, Clock()) as plane:
        building = SiteBuild(plane, site, SiteWish())
        building.bring()
        held = []
        for number in range(count):
            comment(repository, tasks, number)
            plane.snapshot()  # a process that watches has read the commit
            again, taken = timed(building.bring)
            assert 0 < again.made < again.files / 2
            held.append(taken)
    new = []
    for number in range(count):
        comment(repository, tasks, count + number)
        new.append(timed(lambda: gitcp(repository, "site", "build", "-o", str(site)))[1])
    return {"ms": round(statistics.median(held) * 1000), "cli_ms": round(statistics.median(new) * 1000)}


def naive(repository: Path, tasks: int, count: int) -> float:
    """Make every page again after an operation."""
    comment(repository, tasks, 2 * count)
    with Plane.open(repository, Clock()) as plane:
        plane.snapshot()
        taken = timed(
            lambda: build(site_input(plane, plane.snapshot(), plane.clock.now()), templates() / "dashboard")
        )[1]
    return round(taken, 2)


def comment(repository: Path, tasks: int, number: int) -> None:
    """Comment on one of the open tasks, another each time."""
    gitcp(
        repository, "comment", "new", task_id(tasks - 1 - number % (tasks // 100)), f"Looked at it, {number}"
    )


def gitcp(repository: Path, *arguments: str) -> None:
    """Do one command."""
    command = [sys.executable, "-m", "gitcp", "-C", str(repository), *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def largest(site: Path) -> float:
    """Return the size of the largest page as it goes over the wire, in kilobytes."""
    large = (path for path in site.rglob("*.html") if path.stat().st_size > _LARGE)
    return round(max((len(gzip.compress(path.read_bytes(), 6)) for path in large), default=0) / 1000, 1)


@contextmanager
def peak() -> Iterator[list[float]]:
    """Look again and again how much memory this process and those that it started take together, in MiB."""
    seen, is_over = [0.0], threading.Event()

    def look() -> None:
        this = psutil.Process()
        while not is_over.wait(_LOOKED_EVERY):
            seen.append(sum(resident(process) for process in (this, *this.children(recursive=True))))

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield seen
    finally:
        is_over.set()
        watching.join()


def resident(process: psutil.Process) -> float:
    """Return how much memory a process takes now, in MiB."""
    with suppress(psutil.Error):
        return float(process.memory_info().rss) / 2**20
    return 0.0


def timed(act: Callable[[], Any]) -> tuple[Any, float]:
    """Do something; return its result, and how many seconds it took."""
    begin = time.perf_counter()
    result = act()
    return result, time.perf_counter() - begin


def alone(act: Callable[..., Any], *arguments: object) -> Any:
    """Do something in a process of its own, whose memory holds nothing of what was measured before."""
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        return processes.submit(act, *arguments).result()


def measured(folder: Path, tasks: int, wish: argparse.Namespace, *, is_first: bool) -> dict[str, float]:
    """Build the site of a company in several ways; return the figures."""
    repository, site, size = found(folder, tasks), folder / "site", f"{tasks // 1000}k"
    for name, value in (("user.name", "Clara"), ("user.email", "clara@example.org")):
        subprocess.run(["git", "-C", str(repository), "config", name, value], check=True)
    full = alone(whole, repository, site, wish.jobs)
    figures = {
        f"full_{size}_s": full["s"],
        f"files_{size}": full["files"],
        f"peak_{size}_mib": full["mib"],
        "max_page_kb": full["kb"],
    }
    if is_first:
        after = alone(operations, repository, site, tasks, wish.operations)
        figures |= {f"incremental_{size}_{unit}": taken for unit, taken in after.items()}
        figures["naive_after_operation_s"] = alone(naive, repository, tasks, wish.operations)
    return figures


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How long the dashboard takes.")
    parser.add_argument("--tasks", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--operations", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    figures: dict[str, float] = {}
    with (
        ExitStack() as kept
    ):  # files are made up to ten times as slowly in the minutes after many were removed, on ext4
        for tasks in wish.tasks:
            folder = kept.enter_context(tempfile.TemporaryDirectory())
            os.environ["XDG_STATE_HOME"] = folder
            new = measured(Path(folder), tasks, wish, is_first=tasks == wish.tasks[0])
            figures |= new | {"max_page_kb": max(new["max_page_kb"], figures.get("max_page_kb", 0))}
    if wish.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32} {value:>12,}")


if __name__ == "__main__":
    main()
