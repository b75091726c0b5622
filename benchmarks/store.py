"""What the store costs: one operation, and a cache from nothing. Usage: `python benchmarks/store.py [TASKS ...]`."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from gitcp.model.actors import the_scheduler
from gitcp.model.operation import Call, Edit, Operation, Put, Receipt
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus
from gitcp.store.git_store import GitStore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TURNS = 40
NUMBERS: dict[str, int] = {}


class Fill(Operation):
    """Make tasks."""

    name: ClassVar[str] = "bench.fill"
    tasks: int

    def decide(self, _: Snapshot, __: Call) -> Edit:
        text = "A scan older than seven days must fail the health check.\n" * 8
        numbers = range(1, self.tasks + 1)
        made = (
            Task(id=f"CI-{n:04d}", title=f"Task {n}", created=NOW, labels=("scan", "ci"), description=text)
            for n in numbers
        )
        return Edit(tuple(Put(task) for task in made), "fill")


class Flip(Operation):
    """Change one task."""

    name: ClassVar[str] = "bench.flip"
    task: str

    def decide(self, snapshot: Snapshot, _: Call) -> Edit:
        task = snapshot.get(Task, self.task)
        assert task is not None
        done = TaskStatus.DONE if task.status is TaskStatus.TODO else TaskStatus.TODO
        return Edit((Put(task.evolve(status=done)),), f"flip task {task.id}", task=task.id)


def main() -> None:
    """Measure and print."""
    for tasks in map(int, sys.argv[1:] or ["1000", "10000"]):
        folder = Path(tempfile.mkdtemp(prefix="gitcp-bench-"))
        try:
            measure(folder, tasks)
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # git may be packing in the background


def measure(folder: Path, tasks: int) -> None:
    """Measure a company with so many tasks."""
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "upstream.git")
    with GitStore.open(folder / "upstream.git") as store:
        print(
            f"{tasks:>7,} tasks   fill in one commit            {seconds(lambda: apply(store, Fill(tasks=tasks), 0)):8.2f} s"
        )
    git(folder, "clone", "--quiet", "upstream.git", "checkout")
    git(folder / "checkout", "remote", "remove", "origin")
    shutil.rmtree(folder / "upstream.git" / "gitcp")
    with GitStore.open(folder / "upstream.git") as store:
        print(f"{'':15}cache from nothing            {seconds(store.snapshot):8.2f} s")
        print(f"{'':15}snapshot, cache at hand       {seconds(store.snapshot) * 1000:8.2f} ms")
        operations("bare repository", store, tasks)
    with GitStore.open(folder / "checkout") as store:
        store.snapshot()
        operations("checkout", store, tasks)
    with GitStore.clone(str(folder / "upstream.git"), folder / "clone.git") as store:
        store.snapshot()
        operations("bare clone, push to a path", store, tasks)


def operations(where: str, store: GitStore, tasks: int) -> None:
    """Measure single operations in one store."""
    first = NUMBERS.setdefault(
        where, TURNS * len(NUMBERS) + 1
    )  # a request that was carried out elsewhere would only be told so
    taken = sorted(
        seconds(
            lambda turn=turn: apply(store, Flip(task=f"CI-{1 + turn * tasks // TURNS:04d}"), first + turn)
        )
        for turn in range(TURNS)
    )
    p50, p95 = statistics.median(taken) * 1000, taken[int(0.95 * TURNS)] * 1000
    best = taken[0] * 1000
    print(f"{'':15}one operation, {where:27} best {best:6.1f} ms   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")


def apply(store: GitStore, operation: Operation, number: int) -> None:
    """Carry out one operation."""
    call = Call(the_scheduler(), NOW + timedelta(seconds=number), f"{number:032x}")
    (result,) = store.apply(lambda _: [(operation, call)]).results
    assert isinstance(result, Receipt), result
    assert not result.repeated


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def git(folder: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main()
