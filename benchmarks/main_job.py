"""How long the main job takes: commands, one operation, one tick, one run, each beside what one would do without gitcp.

    python benchmarks/main_job.py [--runs 5] [--json]

Medians of whole processes, or of calls in this process where the row says so. Needs git and an installed gitcp.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gitcp.control.clock import Clock
from gitcp.control.founding import Wish, found
from gitcp.control.plane import Plane
from gitcp.control.tick import look, tick
from gitcp.control.working import wait_for
from gitcp.core.operations.create_comment import CreateComment
from gitcp.store.founding import Founder

FOUNDER = Founder("Alex Example", "owner@example.com")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.runs)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<44}{value:>10.1f}")


def measure(folder: Path, runs: int) -> dict[str, float]:
    now = datetime.now(UTC) - timedelta(minutes=1)
    control = folder / "control"
    found(Wish("talent-factory", control, FOUNDER, execution=folder / "factory"), now)
    with Plane.open(control, Clock()) as plane:
        plane.store.set_config("gitcp.state", str(folder / "state"))
    gitcp = [sys.executable, "-m", "gitcp"]
    figures = {
        "python -c pass, ms": milliseconds(lambda: run([sys.executable, "-c", "pass"]), runs),
        "gitcp --help, ms": milliseconds(lambda: run([*gitcp, "--help"]), runs),
        "gitcp task --help, ms": milliseconds(lambda: run([*gitcp, "task", "--help"]), runs),
        "gitcp status, ms": milliseconds(lambda: run([*gitcp, "-C", str(control), "status"]), runs),
        "gitcp plan, ms": milliseconds(lambda: run([*gitcp, "-C", str(control), "plan"]), runs),
    }
    with Plane.open(control, Clock()) as plane:
        figures["plan on the template, in process, ms"] = milliseconds(lambda: look(plane), runs)
        figures["one operation, checkout, in process, ms"] = milliseconds(lambda: comment(plane), runs)
        figures["the same by git add + git commit, ms"] = milliseconds(lambda: by_git(control), runs)
        start = time.perf_counter()
        ticked = tick(plane)
        figures["tick that claims and spawns, in process, ms"] = (time.perf_counter() - start) * 1000
        figures["runs that it started"] = float(len(ticked.started))
        wait_for(plane, ticked.started, lambda _: None)
        figures["tick and its runs, to the last settlement, ms"] = (time.perf_counter() - start) * 1000
        first = min(path.stat().st_mtime for path in (folder / "state" / "runs").glob("*/agent.log"))
        claimed = min(path.stat().st_mtime for path in (folder / "state" / "runs").glob("*/handle.json"))
        figures["spawn to the first agent's start, ms"] = (first - claimed) * 1000
    return figures


def comment(plane: Plane) -> None:
    plane.apply(CreateComment(task="CI-0028", body="measured"), plane.person())


def by_git(control: Path) -> None:
    path = control / f"measured-{time.time_ns()}.txt"
    path.write_text("measured\n")
    git = ["git", "-C", str(control), "-c", "user.name=x", "-c", "user.email=x@example.com"]
    run([*git, "add", str(path)])
    run([*git, "commit", "-qm", "comment"])


def run(argv: list[str]) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def milliseconds(call: Callable[[], object], runs: int) -> float:
    call()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
