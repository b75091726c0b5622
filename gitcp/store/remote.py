"""The git program, and the remotes that it talks to. The one module of the store that knows GitPython.

Rule: what happened is read from exit statuses, porcelain output and refs, never from a message.
"""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gitcp.errors import RemoteError
from gitcp.store.urls import allow, masked

BRANCHES: Final = "refs/heads/"
LEASES: Final = "refs/gitcp/leases/"

_OPTIONS: Final = ("-c", "protocol.ext.allow=never", "-c", "i18n.commitEncoding=UTF-8")
_ENVIRONMENT: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GCM_INTERACTIVE": "never",
    "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
    "GIT_OPTIONAL_LOCKS": "0",
}
# How a remote is reached is the user's to say; where git works, and as whom, is not the environment's.
_KEPT = re.compile(
    r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|HTTP_\w+|PROXY_\w+|ASKPASS|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
_SECONDS: Final[Mapping[str, float]] = {
    "ls-remote": 60,
    "fetch": 120,
    "push": 120,
    "clone": 900,
    "commit-tree": 300,
}
_OTHERWISE: Final = 60.0
_GRACE: Final = 5.0
_BLOCK: Final = 1 << 18
_FETCHES: Final = 3
_QUIETLY: Final = (
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    "--no-recurse-submodules",
    "--no-auto-maintenance",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a git program ended; what it said has no credentials in it."""

    status: int
    output: str
    said: str


@dataclass(frozen=True, slots=True)
class Move:
    """A ref of the remote that shall move: from what it is expected to hold (none: it is not there) to something new (none: away)."""

    ref: str
    expected: str | None
    new: str | None


class Git:
    """Runs the git program in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(
        self,
        *arguments: str,
        given: bytes | None = None,
        index: Path | None = None,
        commits_as: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run git, on another index if one is given, wait for its end, and return that whatever the status.

        `commits_as`: in whose name it commits, as variables. It may then ask the person at the terminal for the passphrase of a key.

        Raises:
            RemoteError: it cannot be started, or does not end in time.
        """
        stdin = None if given is None else subprocess.PIPE
        own = commits_as or ({} if index is None else {"GIT_INDEX_FILE": str(index)})
        started, process = self._started(arguments, stdin, own, asks=commits_as is not None)
        try:
            return _ended(process, arguments[0], given)
        finally:
            del started

    def records(self, *arguments: str) -> Iterator[bytes]:
        """Run git and yield what it prints, cut at its zero bytes; where it fails, that comes last.

        Raises:
            RemoteError: it cannot be started, or fails.
        """
        started, process = self._started(arguments, None, {})
        assert process.stdout is not None
        rest, is_read = b"", False
        try:
            while block := process.stdout.read(_BLOCK):
                *whole, rest = (rest + block).split(b"\0")
                yield from whole
            is_read = True
        finally:
            if not is_read:
                _stop(process)
        outcome = _ended(process, arguments[0], None)
        del started
        if outcome.status != 0:
            raise remote_error("git", arguments[0], outcome)

    def _started(
        self, arguments: Sequence[str], stdin: int | None, own: Mapping[str, str], *, asks: bool = False
    ) -> tuple[object, "subprocess.Popen[bytes]"]:
        # GitPython ends the process when nobody holds the first of the two any more.
        try:
            from git import Git as Program  # noqa: PLC0415 - a tenth of a second that many commands do without
        except ImportError as error:
            raise RemoteError(
                "git: the program is not installed", hint="install git 2.30 or newer"
            ) from error
        command = [
            *_forgetting(os.environ, own),
            str(Program.GIT_PYTHON_GIT_EXECUTABLE),
            *_OPTIONS,
            *arguments,
        ]
        # A session of its own, unless it has to ask: it can ask no terminal, and can be stopped with all that it started.
        started = Program(str(self._folder)).execute(
            command, as_process=True, istream=stdin, env={**_ENVIRONMENT, **own}, start_new_session=not asks
        )
        assert started.proc is not None
        return started, started.proc


class Remote:
    """One remote of a repository."""

    def __init__(self, git: Git, name: str, url: str = "") -> None:
        self._git = git
        self.name = name
        self.url = url

    def tracking(self, branch: str) -> str:
        """Name the local ref that holds what was last seen of a branch."""
        return f"refs/remotes/{self.name}/{branch}"

    def head(self) -> str | None:
        """Ask for the branch that the remote's HEAD names."""
        for line in self._asked("ls-remote", "--quiet", "--symref", "--", self.name, "HEAD").splitlines():
            if line.startswith(f"ref: {BRANCHES}"):
                return line.partition("\t")[0].removeprefix(f"ref: {BRANCHES}")
        return None

    def read(self, ref: str) -> str | None:
        """Ask what a ref holds now, or none."""
        for line in self._asked("ls-remote", "--quiet", "--", self.name, ref).splitlines():
            oid, _, name = line.partition("\t")
            if name == ref:
                return oid
        return None

    def fetch(self, branch: str, *, deepen: int = 0, briefly: bool = False) -> bool:
        """Fetch a branch; return whether the remote has it. Unless it has to be brief, leases too."""
        refs = [f"+{BRANCHES}{branch}:{self.tracking(branch)}"]
        options = list(_QUIETLY)
        if not briefly:
            options.append("--prune")
            refs.append(f"+{LEASES}*:{LEASES}*")
        if deepen:
            options.append(f"--deepen={deepen}")
        for _ in range(_FETCHES):  # a ref that another process moves in the same moment makes one fail
            outcome = self._git.run("fetch", *options, "--", self.name, *refs)
            if outcome.status == 0:
                return True
            if self.read(BRANCHES + branch) is None:
                return False
        raise self._failed("fetch", outcome)

    def under(self, prefix: str) -> dict[str, str]:
        """Ask for the refs whose names begin so, with their objects."""
        lines = self._asked("ls-remote", "--quiet", "--", self.name, f"{prefix}*").splitlines()
        found = (line.partition("\t") for line in lines)
        return {name: oid for oid, _, name in found if name.startswith(prefix)}

    def bring(self, ref: str) -> None:
        """Fetch one ref as it is."""
        outcome = self._git.run("fetch", *_QUIETLY, "--", self.name, f"+{ref}:{ref}")
        if outcome.status != 0:
            raise self._failed("fetch", outcome)

    def push(self, moves: Sequence[Move]) -> Outcome:
        """Move refs of the remote, all or none, each only from where it is expected: status 0 says that they moved.

        A lease on each ref makes the server's old value part of the question; a branch moves forward all the same, since its new commit
        was made on the expected one.
        """
        options = [f"--force-with-lease={move.ref}:{move.expected or ''}" for move in moves]
        if len(moves) > 1:
            options.append("--atomic")
        refs = [f"{move.new or ''}:{move.ref}" for move in moves]
        return self._git.run(
            "push", "--porcelain", "--quiet", "--no-follow-tags", *options, "--", self.name, *refs
        )

    def _asked(self, *arguments: str) -> str:
        outcome = self._git.run(*arguments)
        if outcome.status != 0:
            raise self._failed(arguments[0], outcome)
        return outcome.output

    def _failed(self, verb: str, outcome: Outcome) -> RemoteError:
        return remote_error(self.name, verb, outcome)


def clone(url: str, folder: Path, *, depth: int | None = None) -> None:
    """Make a bare clone for gitcp to work in.

    Raises:
        RemoteError: the URL is of a kind that is not allowed, or the remote cannot be cloned.
    """
    allow(url)
    url = str(Path(url).resolve()) if Path(url).exists() else url
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = [
        "--bare",
        "--no-tags",
        "--quiet",
        "-c",
        f"remote.origin.fetch=+{BRANCHES}*:refs/remotes/origin/*",
    ]
    if depth is not None:
        options.append(f"--depth={depth}")
    outcome = Git(folder.parent).run("clone", *options, "--", url, str(folder.resolve()))
    if outcome.status != 0:
        raise remote_error(masked(url), "clone", outcome)


def spoken(text: str) -> str:
    """Return what a program or a server said so that it can be shown: without credentials and control characters."""
    return masked("".join(c for c in text if c.isprintable() or c in "\n\t")).strip()


def remote_error(name: str, verb: str, outcome: Outcome) -> RemoteError:
    """Tell of a git program that failed, in its own words."""
    said = outcome.said or outcome.output.strip() or "it said nothing"
    return RemoteError(
        f"{name}: git {verb} ended with status {outcome.status}: {said}",
        hint="check the remote and the right to use it",
    )


def _ended(process: subprocess.Popen[bytes], verb: str, given: bytes | None) -> Outcome:
    seconds = _SECONDS.get(verb, _OTHERWISE)
    try:
        output, said = process.communicate(given, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        _stop(process)
        raise RemoteError(
            f"git {verb}: did not end within {seconds:.0f} seconds", hint="check the network, then try again"
        ) from error
    except BaseException:
        _stop(process)
        raise
    return Outcome(
        process.returncode, output.decode("utf-8", "replace"), spoken(said.decode("utf-8", "replace"))
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):  # git takes its lock files away on the first
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        try:
            process.communicate(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            continue
        return


def _forgetting(environment: Mapping[str, str], given: Mapping[str, str]) -> list[str]:
    """Return the words before a command that take inherited variables away: GitPython can only add some."""
    foreign = (name for name in environment if name.startswith("GIT_") and not _KEPT.fullmatch(name))
    inherited = sorted(name for name in foreign if name not in given)
    return ["env", *(word for name in inherited for word in ("-u", name))] if inherited else []
