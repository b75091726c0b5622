"""How quick a scheduler is: from a commit that assigns to the first line of the agent's program, a company's work, what it costs while idle.

    python benchmarks/scheduler.py [--json] [--part wake --part idle …] [--tasks 100000] [--seconds 30] [--no-alternative]

Beside `gitcp scheduler` stands what one would do without it, in the same run: `gitcp tick` in a loop, once a second. Figures of that loop
begin with `loop_`. Agents are as small as programs get, so that what is measured is gitcp. Each works in a checkout of a repository of its own.

wake       wake_to_spawn_ms_p50, wake_11_last_ms: the branch moves -> the first line of the program, one at a time and eleven at once
company    company_46_s: 46 tasks of 11 agents that check out and finish, from their assignment to the last settlement
idle       idle_rss_mb, idle_cpu_pct: memory (pages shared by its processes counted once) and share of one processor over so many tasks
ahead      plan_10k_agents_s, simulate_1000x30_s: one plan for 10,000 agents and 100,000 open tasks, a month of 1,000 agents on a virtual clock
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import generated
import planning
import psutil
import simulation

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.operation import Operation
from gitcp.store.founding import Founder, found_repository

OWNER: Final = Founder("Alex Example", "alex@example.com")
AGENTS: Final = 11
TASKS: Final = 46
WAKES: Final = 9
PATIENCE: Final = 300.0

# Its first line is the time; a shell begins at once, where an interpreter would take its time first.
STARTS: Final = (
    'date +%s%N >> "$MARKS/$GITCP_AGENT_ID"; sleep "$SECONDS_OF_WORK"; exec "$PYTHON" -I -S "$FINISHES"'
)
FINISHES: Final = """\
import json, os, socket
place = os.environ["GITCP_API_URL"].removeprefix("http://")
host, _, port = place.rstrip("/").rpartition(":")
body = json.dumps({"summary": "done"})
with socket.create_connection((host, int(port))) as line:
    line.sendall((
        f"POST /v1/run/finish HTTP/1.1\\r\\nHost: {place}\\r\\nAuthorization: Bearer {os.environ['GITCP_API_KEY']}\\r\\n"
        f"Content-Type: application/json\\r\\nContent-Length: {len(body)}\\r\\nConnection: close\\r\\n\\r\\n{body}"
    ).encode())
    answer = line.recv(65536)
assert answer.split()[1] == b"200", answer
"""
LOOP: Final = 'while :; do "$@" tick --detach >/dev/null 2>&1; sleep 1; done'

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    tasks: int
    seconds: float
    has_alternative: bool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", action="append", choices=sorted(PARTS), help="only these; repeatable")
    parser.add_argument("--tasks", type=int, default=100_000, help="how large the idle company is")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long an idle scheduler is watched")
    parser.add_argument("--no-alternative", action="store_true", help="leave out the loop of ticks")
    arguments = parser.parse_args()
    options = Options(arguments.tasks, arguments.seconds, not arguments.no_alternative)
    figures: Figures = {}
    for part in arguments.part or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            figures |= PARTS[part](Path(folder), options)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<36}{value:>12.2f}")


# -- the parts


def wake(folder: Path, options: Options) -> Figures:
    """One task at a time, and eleven at once; none of them has ended when the last begins."""
    figures: Figures = {}
    for lead, ticking in alternatives(options):
        company = a_company(folder / f"wake-{lead or 'scheduler'}", 1.5)
        with ticking(company.control):
            single = [company.milliseconds_to_spawn(1) for _ in range(WAKES)]
            figures[f"{lead}wake_to_spawn_ms_p50"] = statistics.median(single)
            figures[f"{lead}wake_11_last_ms"] = company.milliseconds_to_spawn(AGENTS)
    return figures


def company_of_46(folder: Path, options: Options) -> Figures:
    """A small company's work, from its assignment to the last settlement."""
    figures: Figures = {}
    for lead, ticking in alternatives(options):
        company = a_company(folder / f"company-{lead or 'scheduler'}", 0)
        with ticking(company.control):
            company.milliseconds_to_spawn(1)
            began = time.perf_counter()
            company.assign([name(1 + number % AGENTS) for number in range(TASKS)])
            company.wait_until_settled(TASKS + 1)
            figures[f"{lead}company_46_s"] = time.perf_counter() - began
    return figures


def idle(folder: Path, options: Options) -> Figures:
    """A company in which nothing is due."""
    control = generated.found(folder, options.tasks)
    subprocess.run(["git", "-C", str(control), "config", "gitcp.state", str(folder / "state")], check=True)
    subprocess.run([*gitcp(control), "tick"], check=True, capture_output=True)
    with scheduler(control) as process:
        wait_until(lambda: is_at_rest(process))
        before = seconds_used(process)
        began = time.perf_counter()
        time.sleep(options.seconds)
        share = (seconds_used(process) - before) / (time.perf_counter() - began)
        return {"idle_rss_mb": megabytes(process), "idle_cpu_pct": 100 * share}


def look_ahead(folder: Path, options: Options) -> Figures:  # noqa: ARG001 - as the other parts
    """Plan for 10,000 agents, and simulate 1,000 for 30 days; more of either in benchmarks/planning.py and benchmarks/simulation.py."""
    planned = planning.plan_10k_agents_s(folder)
    simulated = simulation.measure(1000, 30)
    name = "simulate_1000x30_s"
    return {"plan_10k_agents_s": planned["plan_10k_agents_s"], name: simulated[name]}


# A part is given an empty folder and returns its figures.
PARTS: Final[Mapping[str, Callable[[Path, Options], Figures]]] = {
    "wake": wake,
    "company": company_of_46,
    "idle": idle,
    "ahead": look_ahead,
}


# -- what ticks


def gitcp(control: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "gitcp", "-C", str(control)]


@contextmanager
def scheduler(control: Path) -> Iterator[psutil.Process]:
    with running([*gitcp(control), "scheduler"]) as process:
        yield process


@contextmanager
def loop(control: Path) -> Iterator[psutil.Process]:
    with running(["/bin/sh", "-c", LOOP, "loop", *gitcp(control)]) as process:
        yield process


@contextmanager
def running(argv: list[str]) -> Iterator[psutil.Process]:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    with tempfile.TemporaryFile() as errors, subprocess.Popen(argv, stderr=errors, **quiet) as process:
        try:
            yield psutil.Process(process.pid)
        except BaseException:
            errors.seek(0)
            sys.stderr.write(errors.read().decode(errors="replace"))
            raise
        finally:
            process.terminate()


def alternatives(options: Options) -> Iterator[tuple[str, Callable[[Path], object]]]:
    yield "", scheduler
    if options.has_alternative:
        yield "loop_", loop


# -- a company


def name(number: int) -> str:
    return f"agent{number:02d}"


@dataclass(frozen=True, slots=True)
class Company:
    """A control repository, and where its agents leave the time at which they began."""

    control: Path
    marks: Path

    def apply(self, *operations: Operation) -> None:
        with Plane.open(self.control, Clock()) as plane:
            steps = [(operation, plane.call(plane.person())) for operation in operations]
            plane.store.apply(lambda _: steps)

    def assign(self, agents: list[str]) -> int:
        """Give each agent a task, all at once; return when the branch moved, in nanoseconds."""
        self.apply(*(CreateTask(project="CI", title=f"Look at {agent}", assignee=agent) for agent in agents))
        landed = time.time_ns()
        ref = self.control / ".git" / "refs" / "heads" / "main"
        # What moved it after that is somebody else's commit.
        return min(landed, ref.stat().st_mtime_ns)

    def milliseconds_to_spawn(self, agents: int) -> float:
        settled = self.settled()
        called = [name(1 + number) for number in range(agents)]
        had = {agent: len(self.marked(agent)) for agent in called}
        began = self.assign(called)
        for agent in called:
            wait_until(lambda agent=agent: len(self.marked(agent)) > had[agent])
        last = max(self.marked(agent)[-1] for agent in called)
        self.wait_until_settled(settled + agents)
        return (last - began) / 1e6

    def wait_until_settled(self, runs: int) -> None:
        # Seldom, because to look takes of what is measured.
        wait_until(lambda: self.settled() >= runs, 0.2)

    def settled(self) -> int:
        with Plane.open(self.control, Clock()) as plane:
            return sum(not run.is_active for run in plane.snapshot().runs())

    def marked(self, agent: str) -> list[int]:
        path = self.marks / agent
        return [int(line) for line in path.read_text().split()] if path.exists() else []


def a_company(folder: Path, seconds_of_work: float) -> Company:
    company = Company(folder / "control", folder / "marks")
    company.marks.mkdir(parents=True)
    finishes = folder / "finishes.py"
    finishes.write_text(FINISHES)
    begin = datetime.now(UTC) - timedelta(hours=1)
    found_repository(folder / "work", {"README.md": b"# Work\n"}, OWNER, "begin", begin)
    environment = {
        "MARKS": str(company.marks),
        "PYTHON": sys.executable,
        "SECONDS_OF_WORK": str(seconds_of_work),
        "FINISHES": str(finishes),
    }
    files = {
        "gitcp.yaml": f"format: 1\nname: Bench\nscheduler: {{concurrency: {AGENTS}, continue_runs: 0}}\n"
        f"repositories:\n  work: {{url: {folder / 'work'}}}\n",
        "org/alex.yaml": "kind: person\nname: Alex\nemails: [alex@example.com]\n",
        "projects/CI.yaml": "name: CI\nrepository: work\nlead: alex\n",
        "tasks/CI/next": "1\n",
    }
    for number in range(1, AGENTS + 1):
        files[f"org/{name(number)}.yaml"] = (
            f"kind: agent\nname: Agent {number}\nreports_to: alex\nrepository: work\n"
            f"runtime:\n  type: process\n  command: {json.dumps(['/bin/sh', '-c', STARTS])}\n  environment: {json.dumps(environment)}\n"
            "limits: {usd: 1, minutes: 5}\n"
        )
    data = {path: text.encode() for path, text in files.items()}
    found_repository(company.control, data, OWNER, "found", begin, keep_identity=True)
    with Plane.open(company.control, Clock()) as plane:
        plane.store.set_config("gitcp.state", str(folder / "state"))
    return company


# -- what a process uses


def wait_until(is_so: Callable[[], bool], pause: float = 0.05) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited for five minutes"
        time.sleep(pause)


def is_at_rest(process: psutil.Process) -> bool:
    before = seconds_used(process)
    time.sleep(2)
    return seconds_used(process) - before < 0.1


def seconds_used(process: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in family(process))


def megabytes(process: psutil.Process) -> float:
    """Return the memory of a process and its children; what they share is counted once."""
    return sum(one.memory_full_info().pss for one in family(process)) / 2**20


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


if __name__ == "__main__":
    os.environ["GIT_CONFIG_GLOBAL"] = os.devnull
    main()
