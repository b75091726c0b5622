"""actions/checkout: the repository as the job may see it, with or without what git needs to come back."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tests.workflows.runner.language import RefusedError
from tests.workflows.runner.steps import Called, FailedError, Worker

_HASH: Final = 40


@dataclass
class Checkout:
    """Without a credential of its own it takes the job's token; what is persisted is gone at the job's end."""

    inputs = frozenset({"repository", "ref", "token", "ssh-key", "ssh-strict", "ssh-known-hosts", "persist-credentials", "path", "fetch-depth", "fetch-tags", "clean", "show-progress", "set-safe-directory"})  # fmt: skip

    def __call__(self, called: Called) -> Mapping[str, str]:
        """Check out."""
        job = called.job
        if called.get("repository", job.forge.name) != job.forge.name:
            raise RefusedError("checkout: this runner has one repository")
        place = job.machine.workspace / called.get("path", ".")
        place.mkdir(parents=True, exist_ok=True)
        if any(place.iterdir()):
            raise RefusedError(
                f"checkout: expected an empty folder, found {sorted(path.name for path in place.iterdir())}"
            )
        git = Git(job, place)
        git("init", "--quiet", str(place))
        secret = _Secret(job, git, called)
        git("remote", "add", "origin", secret.url)
        secret.put()
        sha = _fetched(called, git)
        if not called.flag("persist-credentials", "true"):
            secret.take_away()
        else:
            called.post = secret.take_away
        return {"ref": called.get("ref", job.scope.contexts["github"]["ref"]), "commit": sha}


@dataclass
class Git:
    """git as the action runs it."""

    job: Worker
    place: Path

    def __call__(self, *arguments: str, **more: str) -> None:
        machine = self.job.machine
        variables = machine.variables({"GIT_TERMINAL_PROMPT": "0"}, more)
        if machine.program(["git", "-C", str(self.place), *arguments], self.place, variables):
            raise FailedError(f"The process '/usr/bin/git' failed: git {arguments[0]}")


class _Secret:
    """What git is let in with, as version 6 of the action leaves it: in a file of the job's, which the clone includes."""

    def __init__(self, job: Worker, git: Git, called: Called) -> None:
        self._job, self._git, self._key = job, git, called.get("ssh-key")
        self._token = called.get("token", job.scope.contexts["github"]["token"])
        name = uuid4()
        self._file = job.machine.temp / (f"{name}" if self._key else f"git-credentials-{name}.config")
        self.url = job.forge.ssh_url if self._key else job.forge.url

    def put(self) -> None:
        if self._key:
            self._file.write_text(self._key.rstrip("\n") + "\n", encoding="utf-8")
            self._file.chmod(0o600)
            self._git("config", "--local", "core.sshCommand", self._job.forge.ssh_command(self._file))
            return
        told = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
        self._job.machine.masks.add(told)
        name = f"http.{self._job.forge.address}/.extraheader"
        self._git("config", "--file", str(self._file), name, f"AUTHORIZATION: basic {told}")
        self._git("config", "--local", self._included, str(self._file))

    def take_away(self) -> None:
        self._file.unlink(missing_ok=True)
        if (self._git.place / ".git" / "config").exists():
            self._git("config", "--local", "--unset-all", "core.sshCommand" if self._key else self._included)

    @property
    def _included(self) -> str:
        return f"includeIf.gitdir:{(self._git.place / '.git').resolve()}.path"


def _fetched(called: Called, git: Git) -> str:
    github: Mapping[str, Any] = called.job.scope.contexts["github"]
    given = called.get("ref")
    ref, sha = (given, "") if given else (str(github["ref"]), str(github["sha"]))
    if len(given) == _HASH and all(sign in "0123456789abcdef" for sign in given):
        ref, sha = "", given
    branch = ref.removeprefix("refs/heads/")
    depth = int(called.get("fetch-depth", "1"))
    options = ["--no-tags", "--prune", "--no-recurse-submodules", "--quiet"]
    if depth:
        options.append(f"--depth={depth}")
    tip = f"refs/remotes/origin/{branch}"
    if not depth:
        wanted = [
            "+refs/heads/*:refs/remotes/origin/*",
            "+refs/tags/*:refs/tags/*",
            *([f"+{sha}:{tip}"] if ref and sha else []),
        ]
    elif ref:
        wanted = [f"+{sha or f'refs/heads/{branch}'}:{tip}"]
    else:
        wanted = [sha]
    git("fetch", *options, "origin", *wanted)
    if ref:
        git("checkout", "--quiet", "--force", "-B", branch, tip)
    else:
        git("checkout", "--quiet", "--force", "--detach", sha)
    return sha
