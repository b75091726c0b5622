"""A small company for stories: two repositories, agents that are Python programs, and what happens when time passes."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.control.tick import Ticked, tick
from gitcp.control.working import wait_for
from gitcp.model.history import Entry
from gitcp.model.operation import Operation
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
from gitcp.store.founding import Founder, found_repository

BEGIN = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
OWNER = Founder("Alex Example", "alex@example.com")

# The beginning of every agent's program: how it talks back, and where it leaves a mark that the test can read.
PRELUDE = """
import json, os, pathlib, subprocess, sys, time
sys.path[:0] = []
from gitcp.api.client import CallbackClient
client = CallbackClient.from_environment(os.environ)
context = json.loads(pathlib.Path(os.environ["GITCP_WAKE_CONTEXT"]).read_text())
marks = pathlib.Path(os.environ["MARKS"])
def mark(text):
    with (marks / (os.environ["GITCP_AGENT_ID"] + ".marks")).open("a") as file:
        file.write(text + "\\n")
def commit(name, text):
    pathlib.Path(name).write_text(text)
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", "commit", "-qm", f"write {name}"], check=True)
mark("run " + os.environ["GITCP_RUN_ID"])
"""

FINISHES = 'commit(context["task"]["id"] + ".txt", "done\\n")\nclient.finish("done")\n'


@dataclass
class Company:
    """The two repositories of a story, and the clock of whoever ticks."""

    folder: Path
    now: datetime = BEGIN

    @property
    def control(self) -> Path:
        return self.folder / "control"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def marks(self) -> Path:
        return self.folder / "marks"

    @contextmanager
    def plane(self, folder: Path | None = None) -> Iterator[Plane]:
        with Plane.open(folder or self.control, Clock.at(self.now)) as plane:
            yield plane

    def passes(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def tick(self, folder: Path | None = None, *, wait: bool = True) -> Ticked:
        with self.plane(folder) as plane:
            ticked = tick(plane)
            if wait:
                wait_for(plane, ticked.started, lambda _: None)
        return ticked

    def does(self, operation: Operation) -> None:
        with self.plane() as plane:
            plane.apply(operation, plane.person())

    def task(self, name: str) -> Task:
        with self.plane() as plane:
            found = plane.snapshot().get(Task, name)
        assert found is not None
        return found

    def runs(self, folder: Path | None = None) -> list[Run]:
        with self.plane(folder) as plane:
            return list(reversed(plane.snapshot().runs()))

    def log(self) -> list[Entry]:
        with self.plane() as plane:
            return list(plane.store.history().entries())

    def marked(self, agent: str) -> list[str]:
        path = self.marks / f"{agent}.marks"
        return path.read_text().splitlines() if path.exists() else []

    def program(self, agent: str, text: str) -> None:
        (self.folder / "programs" / f"{agent}.py").write_text(PRELUDE + dedent(text))


def a_company(
    folder: Path,
    agents: Sequence[str] = ("riley",),
    files: dict[str, str] | None = None,
    sandbox: str = "auto",
) -> Company:
    """Found a company whose agents finish whatever they get."""
    company = Company(folder)
    (folder / "programs").mkdir(parents=True)
    company.marks.mkdir()
    found_repository(company.work, {"README.md": b"# Work\n"}, OWNER, "begin", BEGIN - timedelta(hours=1))
    records = _records(company, agents, sandbox) | (files or {})
    data = {path: dedent(text).encode() for path, text in records.items()}
    found_repository(company.control, data, OWNER, "found", BEGIN - timedelta(hours=1), keep_identity=True)
    with company.plane() as plane:
        plane.store.set_config("gitcp.state", str(folder / "state"))
    for agent in agents:
        company.program(agent, FINISHES)
    return company


def _records(company: Company, agents: Sequence[str], sandbox: str) -> dict[str, str]:
    records = {
        "gitcp.yaml": f"format: 1\nname: Story\nrepositories:\n  work: {{url: {company.work}}}\n",
        "org/alex.yaml": "kind: person\nname: Alex\nemails: [alex@example.com]\n",
        "projects/CI.yaml": "name: CI\nrepository: work\nlead: alex\n",
        "tasks/CI/next": "1\n",
    }
    for agent in agents:
        records[f"org/{agent}.yaml"] = f"""\
            kind: agent
            name: {agent.title()}
            reports_to: alex
            runtime:
              type: process
              command: ["{sys.executable}", "{company.folder}/programs/{agent}.py"]
              environment: {{MARKS: "{company.marks}"}}
              writable: ["{company.marks}"]
              sandbox: {sandbox}
            repository: work
            limits: {{usd: 1, minutes: 5}}
            """
    return records


def git(folder: Path, *argv: str) -> str:
    """Run git as the owner would: once more, where gitcp held the index at that very moment."""
    for wait in (0.05, 0.2, 0.5, 0):
        done = subprocess.run(["git", "-C", str(folder), *argv], check=False, capture_output=True, text=True)
        if "index.lock" not in done.stderr or not wait:
            break
        time.sleep(wait)
    done.check_returncode()
    return done.stdout.strip()


def commit_all(folder: Path, message: str) -> None:
    """Commit a hand edit, as a person does."""
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=Alex", "-c", "user.email=alex@example.com", "commit", "-qm", message)
