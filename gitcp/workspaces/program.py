"""The git program, by GitPython. Rule: arguments are a list, what comes from outside stands behind `--` or has passed `names` and `urls`."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitcp.errors import WorkspaceError
from gitcp.workspaces.urls import masked

# What tells git who the person is and how to reach a server; all other GIT_* would lead it to another repository or index.
KEPT: Final = re.compile(
    r"GIT_(ASKPASS|EXEC_PATH|SSH\w*|(SSL|PROXY|HTTP)_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|(KEY|VALUE)_\d+))\Z"
)
ALWAYS: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file:ssh:https:http",
    "GIT_OPTIONAL_LOCKS": "0",
    "SSH_ASKPASS_REQUIRE": "never",
}
ALONE: Final = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "0"}
# Agents' commands never pack or prune the clone (its configuration says so); gitcp's do, and nothing goes on behind them.
OPTIONS: Final = (
    *("-c", "maintenance.auto=true"),
    *("-c", "maintenance.autoDetach=false"),
    *("-c", "gc.auto=6700"),
    *("-c", "gc.autoDetach=false"),
    # A run that is confined has a list of packed refs of its own, as it was at its start.
    *("-c", "gc.packRefs=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.quotePath=false"),
    *("-c", "protocol.ext.allow=never"),
)


@dataclass(frozen=True, slots=True)
class Output:
    """What git said."""

    status: int
    stdout: str
    stderr: str


class Git:
    """The git program with a time limit; what is longer is ended with all its helpers."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout

    def local(
        self, verb: str, *arguments: str, clone: Path, tree: Path | None = None, index: Path | None = None
    ) -> str:
        """Run a command within gitcp's own clones and return what it printed.

        Raises:
            WorkspaceError: git failed; its words are in the message.
        """
        output = self.attempt(verb, *arguments, clone=clone, tree=tree, index=index)
        if output.status:
            raise failed(verb, output)
        return output.stdout

    def attempt(
        self, verb: str, *arguments: str, clone: Path, tree: Path | None = None, index: Path | None = None
    ) -> Output:
        """Run a command within gitcp's own clones, without the configuration of the person and of the machine."""
        environment = ALWAYS | ALONE | ({"GIT_INDEX_FILE": str(index)} if index else {})
        options = (f"--git-dir={clone}", *((f"--work-tree={tree}",) if tree else ()))
        return self._run((*options, verb, *arguments), tree or clone.parent, environment)

    def remote(self, verb: str, *arguments: str, clone: Path, at: Path | None = None) -> Output:
        """Run a command that talks to a server, with the person's configuration and credentials, and return how it went.

        `at`: the folder from which the relative path of a remote counts, if that is not the clone.
        """
        return self._run((f"--git-dir={clone}", verb, *arguments), at or clone, ALWAYS)

    def _run(self, arguments: tuple[str, ...], at: Path, environment: Mapping[str, str]) -> Output:
        import git  # noqa: PLC0415 - a tenth of a second that most commands do without

        argv = [*_without_inherited(environment), "git", *OPTIONS, *arguments]
        try:
            started = git.Git(at).execute(argv, as_process=True, env=environment, start_new_session=True)
        except (git.exc.GitCommandNotFound, OSError) as error:
            raise WorkspaceError(f"git could not be started: {error}", hint="install git") from error
        process = started.proc
        assert process is not None
        try:
            stdout, stderr = process.communicate(timeout=self.timeout)
        except subprocess.TimeoutExpired as error:
            raise WorkspaceError(f"git was ended: not done after {self.timeout:g} seconds") from error
        finally:
            if process.returncode is None:
                _end(process)
        return Output(process.returncode, _text(stdout), masked(_text(stderr)))


def failed(verb: str, output: Output) -> WorkspaceError:
    """Make the error of a git command that failed, in git's words."""
    lines = [line for line in output.stderr.strip().splitlines() if line.strip()]
    return WorkspaceError(f"git {verb}: {'; '.join(lines) or f'exit code {output.status}'}")


def _without_inherited(environment: Mapping[str, str]) -> Iterator[str]:
    # GitPython only adds to what is inherited; env(1) takes away and becomes git in the same process.
    inherited = (name for name in os.environ if name.startswith("GIT_") and name not in environment)
    names = [name for name in inherited if not KEPT.match(name)]
    if names:
        yield "env"
        for name in names:
            yield from ("-u", name)


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
