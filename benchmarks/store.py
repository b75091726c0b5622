"""What Git costs as a database: operations, ticks, questions and the cache, for companies of any size.

    python benchmarks/store.py [TASKS ...] [--only PART ...] [--json]

For each size a company is generated (see generated.py: three files a task, two years of history) and measured: single operations in a bare
clone and in a checkout, an idle tick in a running process and as a command, the cache from nothing and by a hundred files, an inbox and
the board, the memory of a tick, the bytes that a finished run leaves in a packed repository. Beside each figure stands the naive way,
measured in the same run: `git add` and `git commit` in the checkout, or reading all records anew. Needs git and an installed gitcp.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import generated

from gitcp.control.clock import Clock, new_request
from gitcp.control.plane import Plane
from gitcp.control.tick import LastLook, tick
from gitcp.core.admission import judge
from gitcp.core.causes import assignment
from gitcp.core.inbox import inbox
from gitcp.core.operations.claim_run import ClaimRun
from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.finish_run import FinishRun
from gitcp.model.actors import as_person, the_scheduler
from gitcp.model.amounts import RunLimits, Usage
from gitcp.model.ids import run_id
from gitcp.model.members import Person
from gitcp.model.operation import Actor, Call, Operation, Receipt
from gitcp.model.runs import Declared, Outcome, Run
from gitcp.model.tasks import Task, TaskStatus
from gitcp.store.git_store import GitStore
from gitcp.store.layout import path_of
from gitcp.store.objects import Objects
from gitcp.store.reading_worker import read_chunk
from gitcp.store.trees import Leaf

TURNS: Final = 50
RUNS: Final = 300
CHANGED: Final = 100


@dataclass(frozen=True)
class Figure:
    """One line of the table; `naive` is what the naive way takes, in the same unit."""

    key: str
    words: str
    value: float
    unit: str
    naive: float | None = None

    def __str__(self) -> str:
        """Print it as a line."""
        text = f"  {self.words:46} {self.value:12,.2f} {self.unit:6}"
        return text if self.naive is None else f"{text} {self.naive:12,.1f} {self.naive / self.value:9,.1f}x"


@dataclass
class Bench:
    """One generated company, and what was measured on it."""

    tasks: int
    folder: Path
    figures: list[Figure] = field(default_factory=list)

    @property
    def bare(self) -> Path:
        """The repository."""
        return self.folder / "company.git"

    @property
    def size(self) -> str:
        """The size as keys have it."""
        return f"{self.tasks // 1000}k" if self.tasks % 1000 == 0 else str(self.tasks)

    def add(self, name: str, words: str, value: float, unit: str, naive: float | None = None) -> None:
        """Note a figure and print it."""
        self.figures.append(Figure(f"{name}_{self.size}", words, value, unit, naive))
        print(self.figures[-1], file=sys.stderr, flush=True)

    def changed_copy(self, name: str) -> Path:
        """Return another repository on the same objects, so that no part spoils the next."""
        copy = self.folder / name
        git(self.folder, "clone", "--quiet", "--bare", "--local", str(self.bare), str(copy))
        git(copy, "remote", "remove", "origin")
        return copy


class Company:
    """Does in a store what people, agents and the scheduler do."""

    def __init__(self, store: GitStore, tasks: int) -> None:
        self.store = store
        self.agents = generated.agents(tasks)
        clara = store.snapshot().get(Person, "clara")
        assert clara is not None
        self.clara = as_person(clara, "clara@example.org")
        self.now = generated.NOW
        self.taken: list[float] = []

    def create(self, number: int) -> str:
        """File a task."""
        fields = {"title": f"Enforce the cadence of source {number}", "description": generated.DESCRIPTION}
        agent = self.agents[number % len(self.agents)]
        receipt = self._do(CreateTask(project="CI", assignee=agent, **fields), self.clara)
        assert receipt.edit.task is not None
        return receipt.edit.task

    def work(self, task: str, number: int) -> None:
        """Claim a run, comment from it, and finish it."""
        agent = self.agents[number % len(self.agents)]
        self.now += timedelta(seconds=7)
        snapshot = self.store.snapshot()
        found = snapshot.get(Task, task)
        assert found is not None
        run = Run(
            id=run_id(agent, self.now.replace(microsecond=0)),
            agent=agent,
            task=task,
            answers=(assignment(snapshot, found),),
            runtime="process",
            repository="factory",
            limits=RunLimits(usd=Decimal(2), tokens=400_000, minutes=Decimal(30)),
            claimed_at=self.now,
            claimed_by="bench",
            deadline=self.now + timedelta(minutes=35),
        )
        self._do(ClaimRun(run=run, because="assignment"), the_scheduler())
        self._do(
            CreateComment(task=task, body=f"The scan found {number} sources.\nTwo of them are new.\n"),
            self.clara,
        )
        self._do(_end(run, number), the_scheduler())

    def _do(self, operation: Operation, actor: Actor) -> Receipt:
        self.now += timedelta(milliseconds=1)
        call = Call(actor, self.now, new_request())
        begin = time.perf_counter()
        (result,) = self.store.apply(lambda _: [(operation, call)]).results
        self.taken.append((time.perf_counter() - begin) * 1000)
        assert isinstance(result, Receipt), result
        return result


def _end(run: Run, number: int) -> FinishRun:
    return FinishRun(
        run=run.id,
        outcome=Outcome.SUCCEEDED,
        declared=Declared.FINISH,
        started_at=run.claimed_at,
        usage=Usage(usd=Decimal(number % 100) / 100, tokens=1000 + number, runs=1, minutes=Decimal("7.5")),
        branch=f"{run.agent}/{run.task}",
        commits=(hashlib.sha1(b"%d" % number).hexdigest(),),
        summary=f"{number} new sources are in the catalogue, and the check is green.\n",
    )


def operations(bench: Bench) -> None:
    """Measure single operations without a checkout."""
    with open_store(bench.changed_copy("operations.git")) as store:
        company = _worked(store, bench.tasks)
    naive = _plumbing(bench.changed_copy("plumbing.git"))
    bench.add("op_ms_p50", "one operation, bare clone, p50", statistics.median(company.taken), "ms", naive)
    bench.add("op_ms_p99", "one operation, bare clone, p99", _p99(company.taken), "ms", naive)


def worktree(bench: Bench) -> None:
    """Measure single operations in a checkout."""
    checkout = bench.folder / "checkout"
    git(bench.folder, "clone", "--quiet", "--local", str(bench.bare), str(checkout))
    git(checkout, "remote", "remove", "origin")
    with open_store(checkout) as store:
        company = _worked(store, bench.tasks)
    naive = statistics.median([milliseconds(lambda n=n: _add_and_commit(checkout, n)) for n in range(9)])
    bench.add(
        "op_worktree_ms_p50", "one operation, checkout, p50", statistics.median(company.taken), "ms", naive
    )
    bench.add("op_worktree_ms_p99", "one operation, checkout, p99", _p99(company.taken), "ms", naive)
    shutil.rmtree(checkout)


def _worked(store: GitStore, tasks: int) -> Company:
    company = Company(store, tasks)
    company.work(company.create(TURNS), TURNS)  # what is imported and read once is no part of an operation
    company.taken.clear()
    for number in range(TURNS):
        company.work(company.create(number), number)
    return company


def ticks(bench: Bench) -> None:
    """Measure ticks that find nothing to do."""
    with Plane.open(bench.bare, Clock()) as plane:
        last = LastLook()
        assert tick(plane, last).is_idle
        warm = statistics.median([milliseconds(lambda: tick(plane, last)) for _ in range(TURNS)])
        unremembered = statistics.median([milliseconds(lambda: tick(plane)) for _ in range(5)])
    naive = read_all(bench.bare) * 1000
    bench.add("tick_idle_warm_ms", "idle tick, running process", warm, "ms", naive)
    bench.add("tick_planned_ms", "idle tick that plans anew", unremembered, "ms", naive)
    cold = statistics.median([milliseconds(lambda: gitcp(bench.bare, "tick")) for _ in range(7)])
    bench.add("tick_idle_cold_ms", "idle tick, as a command", cold, "ms", naive)


def cache(bench: Bench) -> None:
    """Measure how the cache is built and kept."""
    copy = bench.changed_copy("cache.git")
    with open_store(copy) as store:
        cold = milliseconds(store.snapshot) / 1000
    naive = read_all(copy)
    bench.add("cache_cold_s", "cache from nothing", cold, "s", naive)
    taken = []
    with open_store(copy) as store:
        store.snapshot()
        for turn in range(5):
            _change_files(copy, turn)
            taken.append(milliseconds(store.snapshot))
    bench.add(
        "cache_advance_ms", f"cache advanced by {CHANGED} files", statistics.median(taken), "ms", naive * 1000
    )


def questions(bench: Bench) -> None:
    """Measure an inbox, and the board without what is done."""
    agent = generated.agents(bench.tasks)[0]
    with open_store(bench.bare) as store:
        store.snapshot()
        mine = [milliseconds(lambda: inbox(store.snapshot(), agent)) for _ in range(TURNS)]
        states = set(TaskStatus) - {TaskStatus.DONE}
        board = [milliseconds(lambda: store.snapshot().tasks(statuses=states)) for _ in range(TURNS)]
    naive = read_all(bench.bare) * 1000
    bench.add("inbox_ms", "inbox of an agent", statistics.median(mine), "ms", naive)
    bench.add("status_ms", "tasks by status", statistics.median(board), "ms", naive)


def memory(bench: Bench) -> None:
    """Measure what a tick holds at most, the cache at hand."""
    gitcp(bench.bare, "tick")
    told = subprocess.run(
        [sys.executable, "-c", TICK_AND_TELL, "tick"],
        cwd=bench.bare,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    bench.add("rss_mb", "memory of a tick, at most", int(told.split()[-1]) / 1e6, "MB")


def size(bench: Bench) -> None:
    """Measure what a claim, a comment and a finish leave behind."""
    copy = bench.folder / "size.git"
    shutil.copytree(bench.bare, copy)
    with open_store(copy) as store:
        company = Company(store, bench.tasks)
        tasks = [company.create(number) for number in range(RUNS)]
        before = _packed(copy)
        for number, task in enumerate(tasks):
            company.work(task, number)
    pack, index = ((now - then) / RUNS for now, then in zip(_packed(copy), before, strict=True))
    bench.add("bytes_per_run", "a finished run, packed, index included", pack + index, "bytes")
    bench.add("pack_bytes_per_run", "a finished run, in the pack itself", pack, "bytes")


def _packed(repository: Path) -> tuple[int, int]:
    """Return how many bytes the pack has, and its index."""
    git(repository, "repack", "-adfq", "--window=50")
    (pack,) = (repository / "objects/pack").glob("*.pack")
    return pack.stat().st_size, pack.with_suffix(".idx").stat().st_size


def _p99(taken: list[float]) -> float:
    return sorted(taken)[int(0.99 * (len(taken) - 1))]


def _plumbing(repository: Path) -> float:
    """Return how many milliseconds a commit takes with git's plumbing and an index that is at hand."""
    index = {"GIT_INDEX_FILE": str(repository / "naive.index")}
    git(repository, "read-tree", "main", more=index)
    return statistics.median([milliseconds(lambda n=n: _plumb(repository, index, n)) for n in range(9)])


def _plumb(repository: Path, index: dict[str, str], number: int) -> None:
    path = f"tasks/CI/CI-{number + 1:04d}.yaml"
    blob = git(repository, "hash-object", "-w", "--stdin", given=f"title: Changed {number}\n")
    git(repository, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", more=index)
    tree = git(repository, "write-tree", more=index)
    commit = git(repository, "commit-tree", "-p", "main", "-m", "naive", tree)
    git(repository, "update-ref", "refs/heads/main", commit)


def _add_and_commit(checkout: Path, number: int) -> None:
    path = checkout / f"tasks/CI/CI-{number + 1:04d}.yaml"
    path.write_text(path.read_text().replace("priority", "Priority") + "# naive\n")
    git(checkout, "add", "--", str(path))
    git(checkout, "commit", "--quiet", "-m", "naive")


def _change_files(repository: Path, turn: int) -> None:
    """Commit what a person did to a hundred tasks."""
    objects = Objects(repository)
    tip = objects.commit(git(repository, "rev-parse", "main"))
    changes = {}
    for number in range(turn * CHANGED, (turn + 1) * CHANGED):
        path = path_of(Task, generated.task_id(number))
        leaf = objects.leaf(tip.tree, path)
        assert leaf is not None
        text = objects.data(leaf.oid).decode().replace("goal: quality", "priority: high\ngoal: quality")
        changes[path] = Leaf(objects.write(text.encode()), leaf.mode)
    tree = objects.edit(tip.tree, changes)
    commit = objects.write_commit(tree, (tip.oid,), tip.author, tip.committer, f"change tasks {turn}\n")
    objects.close()
    git(repository, "update-ref", "refs/heads/main", commit)


def read_all(repository: Path) -> float:
    """Return how many seconds it takes to read every record of a repository, as one would do without a cache."""
    objects = Objects(repository)
    tree = objects.commit(git(repository, "rev-parse", "main")).tree
    begin = time.perf_counter()
    chunk = [(path, leaf.oid, leaf.mode) for path, leaf in objects.leaves(tree)]
    read_chunk(chunk, objects.data)
    taken = time.perf_counter() - begin
    objects.close()
    return taken


def open_store(path: Path) -> GitStore:
    """Open a store as every command does."""
    return GitStore.open(path, judge=judge)


def gitcp(folder: Path, *arguments: str) -> None:
    """Run gitcp."""
    subprocess.run([sys.executable, "-m", "gitcp", *arguments], cwd=folder, check=True, capture_output=True)


def git(folder: Path, *arguments: str, given: str | None = None, more: dict[str, str] | None = None) -> str:
    """Run git."""
    environment = os.environ | IDENTITY | (more or {})
    command = ["git", *arguments]
    ran = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, input=given, env=environment
    )
    return ran.stdout.strip()


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


@contextmanager
def made(tasks: int) -> Iterator[Bench]:
    """Make a company, packed as a clone of it would be, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="gitcp-bench-"))
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    try:
        generated.found(folder, tasks)
        yield Bench(tasks, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # git may be packing in the background


def measure(tasks: int, parts: list[str]) -> list[Figure]:
    """Measure a company with so many tasks."""
    with made(tasks) as bench:
        head = f"{tasks:,} tasks, {3 * tasks:,} files"
        print(f"{head:48} {'gitcp':>12}        {'naive':>12} {'ratio':>10}", file=sys.stderr, flush=True)
        for part in parts:
            MEASURES[part](bench)
        return bench.figures


MEASURES: Final[dict[str, Callable[[Bench], None]]] = {
    "cache": cache,
    "operations": operations,
    "worktree": worktree,
    "ticks": ticks,
    "questions": questions,
    "memory": memory,
    "size": size,
}
IDENTITY: Final = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Clara"), ("EMAIL", "clara@example.org"))
}
TICK_AND_TELL: Final = """
import resource, sys
from pathlib import Path
from gitcp.__main__ import main
try:
    main()
finally:
    status = Path("/proc/self/status")  # what getrusage tells includes the process that started this one
    told = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
    print(int(told) * 1024 or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def main() -> None:
    """Measure and print: a table to stderr as it comes, with `--json` one object to stdout at the end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tasks", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="TASKS")
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="PART", help=", ".join(MEASURES))
    parser.add_argument("--json", action="store_true", help="print one flat object")
    given = parser.parse_args()
    found = [figure for tasks in given.tasks for figure in measure(tasks, given.only or list(MEASURES))]
    if given.json:
        print(json.dumps(flat(found), indent=2))


def flat(figures: list[Figure]) -> dict[str, float]:
    """Return figures by key, the naive ones beside them; the bytes of a run once more without the size of the company."""
    values = {figure.key: round(figure.value, 2) for figure in figures}
    values |= {
        f"naive_{figure.key}": round(figure.naive, 2) for figure in figures if figure.naive is not None
    }
    runs = [figure.value for figure in figures if figure.key.startswith("bytes_per_run")]
    return values | ({"bytes_per_run": round(max(runs), 2)} if runs else {})


if __name__ == "__main__":
    main()
