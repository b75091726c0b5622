"""How many operations a second reach one remote, by how many writers.

    python benchmarks/contention.py [WRITERS ...] [--seconds S] [--apart] [--threads N] [--json]

Each writer is a process with a bare clone of its own of one bare remote on disk, and counts the same record up as often as it can.
Beside gitcp writes a naive loop: fetch, commit, push, on refusal again. `--apart` lets the writers know nothing of each other, as if
each were on a machine of its own; `--threads` adds one process with so many threads. What was lost or doubled is read from the log of
the remote afterwards. Needs git and an installed gitcp.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pygit2

from gitcp.model.actors import the_scheduler
from gitcp.model.operation import Call, Edit, Operation, Put, Receipt, Step
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from gitcp.store.git_store import GitStore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TASK = "CI-0001"
FILE = "tasks/CI/CI-0001.yaml"
BRANCH = "refs/heads/main"
START = {
    "gitcp.yaml": "format: 1\nname: Scan Works\n",
    FILE: "title: Count\nattempts: 0\ncreated: 2026-11-20T08:15:00Z\n",
}


class Count(Operation):
    """Count up: what is lost, or written on an old state, shows in the number."""

    name: ClassVar[str] = "bench.count"

    def decide(self, snapshot: Snapshot, _: Call) -> Edit:
        task = snapshot.get(Task, TASK)
        assert task is not None
        return Edit((Put(task.evolve(attempts=task.attempts + 1)),), f"count task {TASK}")


@dataclass
class Tally:
    """What one writer says that it did."""

    requests: list[str] = field(default_factory=list)
    tries: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


Write = Callable[[str], int]
"""Carry one request out, and return how many tries that took."""


def through_gitcp(store: GitStore) -> Write:
    """Write by the store's own door."""

    def write(request: str) -> int:
        tries = 0

        def decide(_: Snapshot) -> Sequence[Step]:
            nonlocal tries
            tries += 1
            return [(Count(), Call(the_scheduler(), NOW, request))]

        (result,) = store.apply(decide).results
        assert isinstance(result, Receipt), result
        return tries

    return write


def naively(clone: Path) -> Write:
    """Write as a loop of a few lines does; the commit is made in process, which is kind to it."""
    repository = pygit2.Repository(str(clone))

    def write(request: str) -> int:
        tries = 0
        while True:
            tries += 1
            run(clone, "fetch", "--quiet", "origin", "+main:refs/remotes/origin/main")
            commit = counted(repository, request)
            if run(clone, "push", "--quiet", "origin", f"{commit}:{BRANCH}", check=False) == 0:
                return tries

    return write


def counted(repository: pygit2.Repository, request: str) -> str:
    """Commit the next number on top of what was fetched."""
    tip = repository.references["refs/remotes/origin/main"].peel(pygit2.Commit)
    lines = text_of(repository, tip).splitlines()
    number = next(i for i, text in enumerate(lines) if text.startswith("attempts:"))
    lines[number] = f"attempts: {int(lines[number].split()[1]) + 1}"
    return write_commit(repository, {FILE: "\n".join(lines) + "\n"}, f"count\n\nGitcp-Request: {request}\n")


def text_of(repository: pygit2.Repository, commit: pygit2.Commit) -> str:
    return bytes(repository.read(commit.tree[FILE].id)[1]).decode()


def write_commit(repository: pygit2.Repository, files: dict[str, str], message: str) -> str:
    known = repository.references.get("refs/remotes/origin/main")
    index = pygit2.Index()
    if known is not None:
        index.read_tree(repository[known.target].peel(pygit2.Tree))
    for path, text in files.items():
        blob = repository.create_blob(text.encode())
        index.add(pygit2.IndexEntry(path, blob, pygit2.enums.FileMode.BLOB))
    who = pygit2.Signature("Bench", "bench@example.org", int(time.time()), 0)
    parents = [] if known is None else [known.target]
    return str(repository.create_commit(None, who, who, message, index.write_tree(repository), parents))


def work(write: Write, seconds: float, writer: int) -> Tally:
    """Write one request after another for so many seconds."""
    tally = Tally()
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        request = f"{writer:08x}{len(tally.requests):024x}"
        tally.tries.append(write(request))
        tally.requests.append(request)
        tally.waits.append(time.monotonic() - began)
    return tally


def as_writer(how: str, clone: Path, writer: int, seconds: float, threads: int) -> None:
    """Be one of the writers: say that all is ready, wait for the start, write, tell."""
    tallies: list[Tally] = []
    with GitStore.open(clone) as store:
        store.snapshot()
        write = naively(clone) if how == "naive" else through_gitcp(store)
        print("ready", flush=True)
        sys.stdin.readline()

        def one(number: int) -> None:
            tallies.append(work(write, seconds, number))

        running = [threading.Thread(target=one, args=(1000 * writer + n,)) for n in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
    print(json.dumps([asdict(tally) for tally in tallies]), flush=True)


def measure(how: str, writers: int, arguments: argparse.Namespace, threads: int = 1) -> dict[str, float]:
    """Let so many processes write at once, and return what came of it."""
    with tempfile.TemporaryDirectory(prefix="gitcp-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        upstream = prepared(folder, writers)
        processes = [start(how, folder, n, arguments, threads) for n in range(writers)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=arguments.seconds * 10 + 120)[0] for process in processes]
        took = time.monotonic() - began
        tallies = [Tally(**tally) for text in told for tally in json.loads(text)]
        return figures(tallies, took) | proven(upstream, tallies)


def prepared(folder: Path, writers: int) -> Path:
    """Make the remote with its first commit, and a clone for each writer."""
    upstream = folder / "upstream.git"
    repository = pygit2.init_repository(str(upstream), bare=True, initial_head="main")
    repository.references.create(BRANCH, write_commit(repository, START, "found the company\n"))
    for writer in range(writers):
        GitStore.clone(str(upstream), folder / f"{writer}.git").close()
    return upstream


def start(
    how: str, folder: Path, writer: int, arguments: argparse.Namespace, threads: int
) -> "subprocess.Popen[str]":
    home = folder / (f"home{writer}" if arguments.apart else "home")
    names = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "GIT_CONFIG_GLOBAL": os.devnull}
    command = [sys.executable, __file__, "--writer", how, str(folder / f"{writer}.git"), str(writer)]
    return subprocess.Popen(
        [*command, "--seconds", str(arguments.seconds), "--threads", str(threads)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | names,
        text=True,
    )


def figures(tallies: Sequence[Tally], took: float) -> dict[str, float]:
    tries = [number for tally in tallies for number in tally.tries]
    return {
        "ops_per_s": round(len(tries) / took, 1),
        "retries": round(sum(tries) / len(tries) - 1, 2),
        "worst_retries": max(tries) - 1,
        "worst_wait_s": round(max(wait for tally in tallies for wait in tally.waits), 2),
        "fewest": min(len(tally.requests) for tally in tallies),
        "most": max(len(tally.requests) for tally in tallies),
    }


def proven(upstream: Path, tallies: Sequence[Tally]) -> dict[str, float]:
    """Compare what the writers say with the log of the remote, and the log with the number that was counted."""
    log = ["log", "--format=%(trailers:key=Gitcp-Request,valueonly,separator=)", "main"]
    found = subprocess.run(["git", *log], cwd=upstream, capture_output=True, text=True, check=True).stdout
    there = Counter(found.split())
    told = {request for tally in tallies for request in tally.requests}
    repository = pygit2.Repository(str(upstream))
    text = text_of(repository, repository.references[BRANCH].peel(pygit2.Commit))
    number = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("attempts:"))
    overwritten = max(0, there.total() - number)
    return {
        "lost": len(told - there.keys()) + overwritten,
        "doubled": sum(times - 1 for times in there.values()) + len(there.keys() - told),
    }


def run(folder: Path, *arguments: str, check: bool = True) -> int:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=check)
    return done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("writers", nargs="*", type=int, default=[1, 2, 4, 8, 16])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument(
        "--apart", action="store_true", help="let no writer know that others are on this machine"
    )
    parser.add_argument(
        "--threads", type=int, default=0, help="also measure one process with so many threads"
    )
    parser.add_argument("--no-naive", action="store_true", help="leave the naive loop out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--writer", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.writer:
        how, clone, number = arguments.writer
        as_writer(how, Path(clone), int(number), arguments.seconds, arguments.threads)
    else:
        show(arguments)


def show(arguments: argparse.Namespace) -> None:
    """Measure all that is asked for; a table goes out line by line, JSON at the end."""
    told: dict[str, float] = {"lost": 0, "doubled": 0}
    if not arguments.json:
        print(
            f"{'':12}{'ops/s':>8}{'retries':>9}{'worst':>7}{'worst wait':>12}{'fewest':>8}{'most':>6}{'naive':>8}{'ratio':>7}"
        )
    for writers in arguments.writers:
        found = measure("gitcp", writers, arguments)
        if not arguments.no_naive:
            naive = measure("naive", writers, arguments)
            found |= {f"naive_{name}": value for name, value in naive.items()}
            found["ratio"] = round(found["ops_per_s"] / max(naive["ops_per_s"], 0.1), 2)
        add(told, found, str(writers), f"{writers} writers", quiet=arguments.json)
    if arguments.threads:
        found = measure("gitcp", 1, arguments, arguments.threads)
        add(told, found, f"threads_{arguments.threads}", f"{arguments.threads} threads", quiet=arguments.json)
    if arguments.json:
        print(json.dumps(told))
    else:
        print(f"lost {told['lost']:.0f}, doubled {told['doubled']:.0f}")


def add(told: dict[str, float], found: dict[str, float], key: str, name: str, *, quiet: bool) -> None:
    for sum_of in ("lost", "doubled"):
        told[sum_of] += found.pop(sum_of)
        found.pop(f"naive_{sum_of}", None)
    told |= {f"{figure}_{key}": value for figure, value in found.items()}
    if not quiet:
        print(
            f"{name:12}{found['ops_per_s']:8.1f}{found['retries']:9.2f}{found['worst_retries']:7.0f}"
            f"{found['worst_wait_s']:10.2f} s{found['fewest']:8.0f}{found['most']:6.0f}"
            f"{found.get('naive_ops_per_s', float('nan')):8.1f}{found.get('ratio', float('nan')):7.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
