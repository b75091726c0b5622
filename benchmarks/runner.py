"""What a run costs beside the program that it runs, and what it leaves behind.

    python benchmarks/runner.py [--json] [--tasks 8] [--no-leaks]

run_overhead_ms        claim -> done, median, around a program that does nothing (`true`), started by a scheduler that is warm: both commits as they
                       reach the branch; between them lie the lease, the checkout, the callback, the end of the process tree, the settlement
run_overhead_cold_ms   the same, started by `gitcp tick`, which has nothing warm
loop_ms                what one would do without gitcp, in the same minute: a shell that clones the repository, runs `true` and commits
leaked_processes       what lives after runs whose program left a daemon behind: in a session of its own, by a double fork, deaf to TERM
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
from scheduler import OWNER, gitcp, scheduler, wait_until

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.core.operations.create_task import CreateTask
from gitcp.store.founding import found_repository

LOOKED_EVERY: Final = 0.001
# Nothing else on the machine sleeps for so long.
MARK: Final = "86421"
DAEMONS: Final = (
    f"setsid sleep {MARK} &",
    f"(setsid sh -c 'sleep {MARK} & exit' &)",
    f"(trap '' TERM HUP; nohup sleep {MARK} >/dev/null 2>&1 &)",
    f"env -i setsid sleep {MARK} & sleep 0.3",
)
BY_HAND: Final = (
    'git clone --quiet "$1" "$2" && cd "$2" && true && git commit --quiet --allow-empty --message done'
)

Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tasks", type=int, default=8, help="how many tasks are measured")
    parser.add_argument("--no-leaks", action="store_true", help="leave out the programs that leave daemons")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.tasks)
        if not arguments.no_leaks:
            figures["leaked_processes"] = leaked(Path(folder) / "leaks")
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<24}{value:>10.1f}")


def measure(folder: Path, tasks: int) -> Figures:
    warm = a_company(folder / "warm", ["true"])
    with scheduler(warm), watched(warm) as tips:
        for number in range(tasks):
            work_off(warm, number)
    figures = {"run_overhead_ms": statistics.median(taken(warm, tips)[2:])}
    cold = a_company(folder / "cold", ["true"])
    with watched(cold) as tips:
        for _ in range(max(tasks // 2, 2)):
            assign(cold)
            subprocess.run([*gitcp(cold), "tick"], check=True, capture_output=True)
    figures["run_overhead_cold_ms"] = statistics.median(taken(cold, tips)[1:])
    figures["loop_ms"] = statistics.median(by_hand(folder, number) for number in range(tasks))
    return figures


def leaked(folder: Path) -> float:
    """Run programs that leave daemons behind; return how many of these live on. They are ended then."""
    for number, daemon in enumerate(DAEMONS):
        control = a_company(folder / str(number), ["/bin/sh", "-c", daemon])
        assign(control)
        subprocess.run([*gitcp(control), "tick"], check=True, capture_output=True)
    left = list(marked())
    for process in left:
        with suppress(psutil.Error):
            process.kill()
    return float(len(left))


def marked() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cmdline() == ["sleep", MARK]:
                yield process


# -- a company, and what is seen of its branch


def a_company(folder: Path, command: list[str]) -> Path:
    begin = datetime.now(UTC) - timedelta(hours=1)
    work, control = folder / "work", folder / "control"
    found_repository(work, {"README.md": b"# Work\n"}, OWNER, "begin", begin)
    files = {
        "gitcp.yaml": f"format: 1\nname: Bench\nscheduler: {{continue_runs: 0}}\nrepositories:\n  work: {{url: {work}}}\n",
        "org/alex.yaml": "kind: person\nname: Alex\nemails: [alex@example.com]\n",
        "org/riley.yaml": "kind: agent\nname: Riley\nreports_to: alex\nrepository: work\n"
        f"runtime: {{type: process, command: {json.dumps(command)}}}\nlimits: {{usd: 1, minutes: 5}}\n",
        "projects/CI.yaml": "name: CI\nrepository: work\nlead: alex\n",
        "tasks/CI/next": "1\n",
    }
    data = {path: text.encode() for path, text in files.items()}
    found_repository(control, data, OWNER, "found", begin, keep_identity=True)
    with Plane.open(control, Clock()) as plane:
        plane.store.set_config("gitcp.state", str(folder / "state"))
    return control


def assign(control: Path) -> None:
    with Plane.open(control, Clock()) as plane:
        plane.apply(CreateTask(project="CI", title="Do nothing", assignee="riley"), plane.person())


def work_off(control: Path, number: int) -> None:
    """Give it a task, and wait for the end of its run; that it says nothing of it is asked for only minutes later."""
    assign(control)
    wait_until(lambda: settled(control) > number, 0.2)


def settled(control: Path) -> int:
    with Plane.open(control, Clock()) as plane:
        return sum(not run.is_active for run in plane.snapshot().runs())


@contextmanager
def watched(control: Path) -> Iterator[list[tuple[float, str]]]:
    """Note when the branch moves, and where to."""
    ref, tips, done = control / ".git" / "refs" / "heads" / "main", [(0.0, "")], threading.Event()

    def look() -> None:
        while not done.wait(LOOKED_EVERY):
            with suppress(OSError):
                tip = ref.read_text().strip()
                if tip and tip != tips[-1][1]:
                    tips.append((time.perf_counter(), tip))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield tips
    finally:
        done.set()
        watcher.join()


def taken(control: Path, tips: list[tuple[float, str]]) -> list[float]:
    """Return how long each run took from its claim to its end, in milliseconds, in their order."""
    log = subprocess.run(
        ["git", "-C", str(control), "log", "--reverse", "--format=%H %s"],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    seen = {tip: at for at, tip in tips}
    began: dict[str, float] = {}
    found: list[float] = []
    pending: list[tuple[str, str]] = []
    for line in log:
        commit, verb, kind, run, *_ = f"{line} - - -".split()
        pending.append((f"{verb} {kind}", run))
        if commit not in seen:
            continue  # it came with the next one
        for said, name in pending:
            if said == "claim run":
                began[name] = seen[commit]
            elif said == "finish run":
                found.append((seen[commit] - began[name]) * 1000)
        pending.clear()
    return found


def by_hand(folder: Path, number: int) -> float:
    begun = time.perf_counter()
    subprocess.run(
        ["/bin/sh", "-c", BY_HAND, "loop", str(folder / "warm" / "work"), str(folder / f"by-hand-{number}")],
        check=True,
        env={
            **os.environ,
            "GIT_AUTHOR_NAME": "x",
            "GIT_AUTHOR_EMAIL": "x@example.com",
            "GIT_COMMITTER_NAME": "x",
            "GIT_COMMITTER_EMAIL": "x@example.com",
        },
    )
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    main()
