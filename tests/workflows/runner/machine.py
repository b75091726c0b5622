"""A runner's machine: a fresh folder for one job, what the job's programs tell the runner by files, and what is seen of their output."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

from tests.workflows.runner.language import RefusedError

_COMMAND: Final = re.compile(r"^::([a-zA-Z-]+)(?: ([^:]*))?::(.*)$")
_OLD_COMMAND: Final = re.compile(r"##\[([a-zA-Z-]+)(?: ([^\]]*))?\](.*)$")  # anywhere in a line
_MARKS: Final = frozenset({"error", "warning", "notice"})
_DEAF: Final = frozenset({"set-env", "add-path"})
_SHELLS: Final[Mapping[str | None, str]] = {
    None: "bash -e {0}",
    "bash": "bash --noprofile --norc -eo pipefail {0}",
    "sh": "sh -e {0}",
}
FILES: Final = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")
LONGEST: Final = 240.0
TOO_LONG: Final = 124
CANCELLED: Final = 143


@dataclass
class Masks:
    """What must not be seen in any log."""

    values: set[str] = field(default_factory=set)

    def add(self, text: str) -> None:
        self.values |= {line for line in text.splitlines() if line.strip()}
        if text.strip():
            self.values.add(text)

    def hide(self, text: str) -> str:
        for value in sorted(self.values, key=len, reverse=True):
            text = text.replace(value, "***")
        return text

    def shows(self, text: str) -> bool:
        return self.hide(text) != text


@dataclass(frozen=True)
class Annotation:
    """A mark on a run's page."""

    level: str
    properties: str
    text: str


@dataclass
class Machine:
    """Where one job is carried out. Nothing of it was there before, and nothing of it is there afterwards."""

    folder: Path
    tools: Path
    masks: Masks
    base: Mapping[str, str]
    log: list[str] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    outputs_by_command: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    cancel: threading.Event = field(default_factory=threading.Event)
    groups: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for place in (self.home, self.temp, self.workspace, self.temp / "_commands"):
            place.mkdir(parents=True)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def workspace(self) -> Path:
        return self.folder / "work" / "control"

    def variables(self, *more: Mapping[str, str]) -> dict[str, str]:
        """Return the whole environment of a program: the runner's own variables win over nothing and lose to nobody."""
        merged: dict[str, str] = {}
        for part in (*more[:-1], self.environment, *more[-1:]):
            merged |= part
        path = os.pathsep.join([*reversed(self.path), self.base["PATH"]])
        own = {"HOME": str(self.home), "RUNNER_TEMP": str(self.temp), "RUNNER_TOOL_CACHE": str(self.tools)}
        return {**merged, **self.base, **own, "PATH": path}

    def script(
        self, text: str, shell: str | None, cwd: Path, variables: Mapping[str, str], seconds: float
    ) -> int:
        """Run a script as it stands, and return its status; what it takes too long for is killed and gives 124.

        Raises:
            RefusedError: no such shell is offered.
        """
        file = self.temp / f"{uuid4()}.sh"
        file.write_text(text, encoding="utf-8")
        return self.program(_started(shell, file), cwd, variables, seconds)

    def program(
        self, argv: Iterable[str], cwd: Path, variables: Mapping[str, str], seconds: float = LONGEST
    ) -> int:
        """Run a program with nothing but these variables, and keep what it says."""
        out = self.folder / "out"
        with out.open("wb") as file:
            process = subprocess.Popen(
                list(argv), cwd=cwd, env=dict(variables), stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            self.groups.append(process.pid)
            status = self._wait(process, min(seconds, LONGEST))
        self._hear(out.read_text(encoding="utf-8", errors="replace"))
        return status

    def _wait(self, process: subprocess.Popen[bytes], seconds: float) -> int:
        until = time.monotonic() + seconds
        while process.poll() is None:
            if self.cancel.is_set() or time.monotonic() > until:
                _end(process)
                return CANCELLED if self.cancel.is_set() else TOO_LONG
            time.sleep(0.01)
        return process.returncode

    def say(self, text: str) -> None:
        """Add to the log, with masks over what is secret."""
        self.log.extend(self.masks.hide(text).splitlines())

    def _hear(self, text: str) -> None:
        silent: str | None = None
        for line in text.splitlines():
            found = _COMMAND.match(line.strip()) or _OLD_COMMAND.search(line)
            if silent is not None:
                silent = None if line.strip() == f"::{silent}::" else silent
            elif found and found[1] == "stop-commands":
                silent = found[3]
                continue
            elif found and self._obeys(*found.groups(default="")):
                continue
            self.say(line)

    def _obeys(self, command: str, properties: str, text: str) -> bool:
        """Carry out what a program tells by its output; return whether the line is no line of the log."""
        if command == "add-mask":
            self.masks.add(_decoded(text))
            return True
        if command == "set-output":  # old, and still obeyed
            self.outputs_by_command[properties.removeprefix("name=")] = _decoded(text)
            return True
        if command in _DEAF:
            raise RefusedError(f"::{command}:: is no longer obeyed by GitHub")
        if command in _MARKS:
            self.annotations.append(
                Annotation(command, self.masks.hide(properties), self.masks.hide(_decoded(text)))
            )
        return False

    # What a step tells by files.

    def files(self) -> dict[str, Path]:
        """Return new files for one step, by the names of their variables."""
        key = uuid4().hex
        made = {name: self.temp / "_commands" / f"{name.lower()}_{key}" for name in FILES}
        for path in made.values():
            path.touch()
        return made

    def take(self, files: Mapping[str, Path]) -> dict[str, str]:
        """Carry out what a step wrote into its files, and return its outputs."""
        for name, value in pairs_of(files["GITHUB_ENV"].read_text(encoding="utf-8")).items():
            if name.startswith(("GITHUB_", "RUNNER_")) or name == "NODE_OPTIONS":
                raise RefusedError(f"GITHUB_ENV: {name} cannot be set")
            self.environment[name] = value
        self.path += [line for line in files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines() if line]
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        outputs = {**self.outputs_by_command, **pairs_of(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))}
        self.outputs_by_command.clear()
        return outputs

    def remove(self) -> None:
        """Take the machine away: programs that were left behind, and read-only folders as well."""
        for group in self.groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        for place, folders, _ in os.walk(self.folder):
            for name in folders:
                if not Path(place, name).is_symlink():
                    Path(place, name).chmod(0o700)
        shutil.rmtree(self.folder)


def _started(shell: str | None, file: Path) -> list[str]:
    argv = shlex.split(_SHELLS.get(shell, shell or ""))
    if argv[0] not in {"bash", "sh"} or "{0}" not in argv:
        raise RefusedError(f"shell {shell!r}: this runner does not carry that out")
    return [part.replace("{0}", str(file)) for part in argv]


def pairs_of(text: str) -> dict[str, str]:
    """Read `name=value` lines and `name<<END` blocks.

    Raises:
        RefusedError: a line is neither, or a block does not end.
    """
    pairs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if not line:
            continue
        name, block, end = line.partition("<<")
        if "=" in line and ("<<" not in line or line.index("=") < line.index("<<")):
            name, _, value = line.partition("=")
            pairs[name] = value
        elif block and name and end:
            pairs[name] = "\n".join(_until(lines, end))
        else:
            raise RefusedError(f"Invalid format '{line}'")
    return pairs


def _until(lines: Iterable[str], end: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if line == end:
            return found
        found.append(line)
    raise RefusedError(f"Matching delimiter not found '{end}'")


def _decoded(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    until = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
