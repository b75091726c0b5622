"""A company that lives at a forge by its workflows alone: founded from a template, installed by the command, pushed by its owner."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from gitcp.control.founding import Wish, found
from gitcp.control.github.workflows import Choices, Credential
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.store.founding import Founder
from tests.workflows.runner.forge import Forge
from tests.workflows.runner.workflow_run import WorkflowRun

OWNER: Final = Founder("Alex Example", "alex@example.com")
# A Monday; nine o'clock in Madrid is eight here.
BEGIN: Final = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
READS: Final = {"contents": "read", "metadata": "read"}
SCHEDULER: Final = Founder("gitcp scheduler", SCHEDULER_EMAIL)


@dataclass
class Company:
    """A company at a forge, and the checkout of its owner."""

    forge: Forge
    checkout: Path
    factory: Path

    def git(self, *arguments: str, at: Path | None = None, who: Founder = OWNER) -> str:
        """Run git as the owner, by the forge's clock."""
        person = {"NAME": who.name, "EMAIL": who.email, "DATE": self.forge.now.isoformat()}
        done = subprocess.run(
            ["git", "-C", str(at or self.checkout), *arguments], capture_output=True, text=True, check=False,
            env=os.environ | {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in person.items()},
        )  # fmt: skip
        assert done.returncode == 0, f"git {arguments}: {done.stderr}"
        return done.stdout.rstrip("\n")

    def variables(self, credential: str = "") -> dict[str, str]:
        """Return the environment of a gitcp of the owner's, which goes by the forge's clock and lets git ask a program for passwords."""
        clock = Path(__file__).with_name("runner") / "clock"
        helper = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "credential.helper",
            "GIT_CONFIG_VALUE_0": credential,
        }
        shift = str(self.forge.shift.total_seconds())
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(clock), *sys.path]),
            "FORGE_SHIFT": shift,
            **(helper if credential else {}),
        }

    def gitcp(self, *arguments: str) -> str:
        """Run gitcp as the owner."""
        done = subprocess.run(
            [sys.executable, "-m", "gitcp", "-C", str(self.checkout), *arguments], capture_output=True, text=True, check=False,
            env=self.variables(),
        )  # fmt: skip
        assert done.returncode == 0, f"gitcp {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def write(
        self, files: Mapping[str, str | None], message: str, *, push: bool = True, who: Founder = OWNER
    ) -> str:
        """Edit by hand, commit and push; nothing is a file that goes. Return the commit."""
        for name, text in files.items():
            path = self.checkout / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-qm", message, who=who)
        if push:
            self.push()
        return self.git("rev-parse", "HEAD")

    def amend(self) -> None:
        """Add edits to the last commit: so it was founded, and there is no change for policies to judge."""
        self.git("add", "-A")
        self.git("commit", "-q", "--amend", "--no-edit")

    def push(self) -> None:
        self.git("push", "-q", "origin", "HEAD:main")

    def pull(self) -> None:
        self.git("pull", "-q", "--rebase", "origin", "main")

    def subjects(self, *options: str) -> list[str]:
        """Return what the record says that happened, oldest first."""
        return self.forge.git("log", "--reverse", "--format=%s", *options, "main").splitlines()

    def claims(self) -> list[str]:
        """Return the runs that were claimed, in order."""
        return [line.split()[2] for line in self.subjects() if line.startswith("claim run ")]

    def finished(self) -> dict[str, str]:
        """Return what became of each run that is over."""
        lines = [
            line.partition(": ")[::2]
            for line in self.subjects()
            if line.startswith(("finish run ", "reap run "))
        ]
        return {head.split()[2]: tail.partition(",")[0] for head, tail in lines}

    def tick(self, at: datetime | None = None) -> list[WorkflowRun]:
        """Let the schedule fire at its next time, or at a given one, and all that follows happen."""
        self.forge.fire("tick.yml", at or self.forge.next_fire("tick.yml", self.forge.now))
        return self.forge.work()


Edit = Callable[[Path], None]


def a_company(
    new_forge: Callable[[Path], Forge], folder: Path, *, tasks: Sequence[str] = (), credential: Credential = Credential.TOKEN,
    template: str = "talent-factory", edit: Edit | None = None, at: datetime = BEGIN,
) -> Company:  # fmt: skip
    """Found a company with some of its template's tasks, install its workflows, and push it."""
    repository, factory = folder / "control.git", folder / "factory.git"
    for bare in (repository, factory):
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(bare)], check=True)
    forge = new_forge(repository)
    forge.be(at)
    checkout = folder / "owner" / "control"
    wish = Wish(template, checkout, OWNER, execution=folder / "owner" / "factory", github=Choices(credential))
    founded = found(wish, forge.now - timedelta(minutes=5))
    company = Company(forge, checkout, factory)
    for name, value in (("user.name", OWNER.name), ("user.email", OWNER.email)):
        company.git("config", name, value)
    company.git("remote", "add", "origin", str(repository))
    if founded.execution:
        company.git("push", "-q", str(factory), "HEAD:main", at=folder / "owner" / "factory")
        _readdress(checkout, forge.serve("acme/factory", factory))
    _keep_only(checkout, tasks)
    if edit is not None:
        edit(checkout)
    forge.hub.workflows = dict.fromkeys(
        ("tick.yml", "pages.yml", "check.yml", "audit.yml", "run.yml"), "active"
    )
    company.amend()
    company.gitcp("github", "install")  # what was edited may ask for other secrets
    company.amend()
    company.push()
    delivery = forge.mint("alex", {"contents": "write"}, triggers=True, repository="acme/factory")
    forge.set_secret("GITCP_DELIVERY_TOKEN", delivery)
    return company


def _readdress(checkout: Path, url: str) -> None:
    path = checkout / "gitcp.yaml"
    lines = [
        f"    url: {url}" if line.strip().startswith("url:") else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")


def _keep_only(checkout: Path, tasks: Sequence[str]) -> None:
    for path in (checkout / "tasks").glob("*/*.yaml"):
        if path.stem not in tasks:
            path.unlink()
            shutil.rmtree(checkout / "comments" / path.parent.name / path.stem, ignore_errors=True)


def beats(checkout: Path, agent: str) -> None:
    """Let an agent wake by its heartbeat, Mondays at nine, and when what it delegated is done; nothing else wakes it."""
    path = checkout / "org" / f"{agent}.yaml"
    more = 'heartbeat: {cron: "0 9 * * MON", timezone: Europe/Madrid}\nwake_on: [heartbeat, children_done]\n'
    path.write_text(path.read_text() + more)
