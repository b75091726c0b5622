"""The checkout that a worker is in: its skills, its checks, its commits. No shell anywhere."""

import os
import shutil
import subprocess  # noqa: TID251 — a worker is an agent's program, not a part of gitcp that starts agents
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gitcp.cli.worker.orders import Skill
from gitcp.errors import WorkspaceError

CHECK_SECONDS = 600
_NOT_FOUND = 127
_TIMED_OUT = 124


@dataclass(frozen=True, slots=True)
class Done:
    """How a program ended."""

    exit_code: int
    output: str
    errors: str = ""

    @property
    def said(self) -> str:
        """All that it printed."""
        return "\n".join(part.rstrip() for part in (self.output, self.errors) if part.strip())


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and the files that it changes."""

    sha: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout, and the environment for programs in it."""

    path: Path
    environ: Mapping[str, str]

    def find(self, skill: Skill) -> Path | None:
        """Return a skill's program, or none."""
        program = Path("skills") / skill.name / "run.py"
        return program if (self.path / program).is_file() else None

    def run_skill(self, skill: Skill, today: str) -> Done:
        """Run a skill as a person would; it is told the day of the wake if it asks for one."""
        program = self.find(skill)
        assert program is not None
        dated = self._takes_a_day(program) and not any(a.startswith("--today") for a in skill.arguments)
        day = ["--today", today] if dated else []
        return self._run([sys.executable, str(program), *skill.arguments, *day], self._plain_environment())

    def check(self, argv: Sequence[str]) -> Done:
        """Run one of a task's checks."""
        environ = self._plain_environment()
        found = shutil.which(argv[0], path=environ.get("PATH"))
        python = argv[0] in {"python", "python3"} and found is None
        return self._run([sys.executable if python else argv[0], *argv[1:]], environ, CHECK_SECONDS)

    def commit(self, message: str, author: tuple[str, str]) -> Commit | None:
        """Commit everything that changed; return the commit, or none if nothing did or this is no checkout.

        Raises:
            WorkspaceError: git refuses.
        """
        status = self._run(["git", "status", "--porcelain"], self.environ)
        if status.exit_code != 0 or not status.output:
            return None
        name, email = author
        self._git("add", "--all")
        # The environment's own identity beats this one.
        self._git("-c", f"user.name={name}", "-c", f"user.email={email}", "commit", "--quiet", "-m", message)
        sha, _, *files = self._git("show", "--name-only", "--format=%H", "HEAD").output.splitlines()
        return Commit(sha, tuple(files))

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return self._git("rev-parse", "HEAD").output.strip()

    def go_to(self, commit: str) -> None:
        """Check out a commit, if it is not.

        Raises:
            WorkspaceError: it is not here.
        """
        if self.head != commit:
            self._git("checkout", "--quiet", "--detach", commit)

    def told_of(self, commit: str) -> str:
        """Return a commit's subject and what it changes."""
        return self._git("show", "--stat=72", "--format=%s", commit).output

    def _takes_a_day(self, program: Path) -> bool:
        # Asking the program would run it: one that ignores its arguments would do its work twice.
        pages = [self.path / program, self.path / program.parent / "SKILL.md"]
        return any("--today" in page.read_text("utf-8", "replace") for page in pages if page.is_file())

    def _plain_environment(self) -> dict[str, str]:
        # A skill works the same whether a wake runs it or a person types it: it never learns of gitcp.
        own = {name: value for name, value in self.environ.items() if not name.startswith("GITCP_")}
        return own | {"PYTHONDONTWRITEBYTECODE": "1"}

    def _git(self, *arguments: str) -> Done:
        done = self._run(["git", *arguments], self.environ)
        if done.exit_code != 0:
            raise WorkspaceError(f"git {arguments[0]} ended with {done.exit_code}: {done.said}")
        return done

    def _run(self, argv: Sequence[str], environ: Mapping[str, str], seconds: float | None = None) -> Done:
        try:
            done = subprocess.run(
                list(argv),
                cwd=self.path,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return Done(_TIMED_OUT, "", f"stopped after {seconds:g} seconds")
        except OSError as error:
            return Done(_NOT_FOUND, "", f"{argv[0]}: {os.strerror(error.errno or 0)}")
        return Done(
            done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )
