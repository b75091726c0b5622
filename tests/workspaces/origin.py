"""An execution repository as a company has it, and an agent that works in a checkout of it."""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gitcp.model.planning import WorkspaceMode
from gitcp.workspaces import Purpose, RepositorySpec, Workspace, Workspaces

RILEY = ("Riley", "riley@example.org")
RUN = "20261122T090000Z-riley"
LATER = "20261122T100000Z-riley"
TASK = "CI-0028"
BRANCH = "riley/CI-0028"


def git(at: Path, *arguments: str, author: tuple[str, str] = ("Ada", "ada@example.org")) -> str:
    """Run git as somebody would in a terminal."""
    name, email = author
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", name), ("EMAIL", email))
    }
    done = subprocess.run(
        ["git", *arguments], cwd=at, env={**os.environ, **who}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"git {' '.join(arguments)}: {done.stderr or done.stdout}"
        raise AssertionError(message)
    return done.stdout.strip()


@dataclass(frozen=True)
class Origin:
    """A repository with a checkout that a person works in."""

    path: Path
    branch: str = "main"

    @property
    def spec(self) -> RepositorySpec:
        return RepositorySpec("factory", str(self.path), self.branch)

    def git(self, *arguments: str) -> str:
        return git(self.path, *arguments)

    def commit(self, files: Mapping[str, str], message: str = "change", on: str | None = None) -> str:
        """Commit to a branch without touching the checkout that somebody works in."""
        branch = on or self.branch
        aside = self.path.parent / "aside"
        self.git("worktree", "add", "--quiet", "--force", "--detach", str(aside), branch)
        write(aside, files)
        git(aside, "add", "--all")
        git(aside, "commit", "--quiet", "-m", message)
        head = git(aside, "rev-parse", "HEAD")
        self.git("worktree", "remove", "--force", str(aside))
        self.git("update-ref", f"refs/heads/{branch}", head)
        return head

    def tip(self, branch: str) -> str | None:
        found = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        return found or None

    def show(self, branch: str, path: str) -> str:
        return self.git("show", f"{branch}:{path}")

    def subjects(self, branch: str) -> list[str]:
        return self.git("log", "--format=%s", branch).splitlines()

    def fingerprint(self) -> dict[str, str]:
        """Return every file of it but its objects, with mode and content."""
        return {
            str(path.relative_to(self.path)): _digest(path)
            for path in sorted(self.path.rglob("*"))
            if ".git/objects" not in path.as_posix()
        }


def _digest(path: Path) -> str:
    status = path.lstat()
    content = path.read_bytes() if path.is_file() else b""
    return f"{status.st_mode:o} {hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True)
class Agent:
    """An agent at work in a workspace."""

    workspace: Workspace

    def git(self, *arguments: str) -> str:
        return git(self.workspace.path, *arguments, author=self.workspace.author)

    def write(self, files: Mapping[str, str]) -> None:
        write(self.workspace.path, files)

    def commit(self, files: Mapping[str, str], message: str = "work") -> str:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def prepare(
    workspaces: Workspaces,
    origin: Origin,
    *,
    run: str = RUN,
    task: str | None = TASK,
    agent: str = "riley",
    mode: WorkspaceMode = WorkspaceMode.TASK,
    branch: str | None = None,
    restores: bool = True,
) -> Workspace:
    author = (agent.title(), f"{agent}@example.org")
    return workspaces.prepare(origin.spec, Purpose(run, agent, task, author, branch, mode, restores))
