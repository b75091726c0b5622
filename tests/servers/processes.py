"""Server programs: which are here, and how one is started, waited for and ended."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

_ELSEWHERE: Final = "/usr/local/sbin:/usr/sbin:/sbin"
_PATIENCE: Final = 20.0


def program(name: str) -> str:
    """Find a program, also among those of the administrator; skip where there is none, fail where servers are required."""
    found = shutil.which(name) or shutil.which(name, path=_ELSEWHERE)
    return found or absent(f"{name}: make ci-deps installs it on Debian and Ubuntu")


def absent(what: str) -> str:
    """Skip the test for want of something; where `GITCP_TEST_SERVERS=required`, as in CI, fail."""
    if os.environ.get("GITCP_TEST_SERVERS") == "required":
        pytest.fail(f"needs {what}")
    pytest.skip(f"needs {what}")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A running server program."""

    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, argv: Sequence[str], log: Path, stdin: socket.socket | None = None) -> "Server":
        """Start a program, which ends with this process, however that ends."""
        setpriv = shutil.which("setpriv")
        tied = [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*tied, *argv], stdin=stdin.fileno() if stdin else subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        return cls(process, log)

    def stop(self) -> None:
        """End it, and wait for its end."""
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # a session of its own: itself and what it started
            self.process.wait()

    def wait_for(self, port: int) -> None:
        """Wait until it listens on a port of 127.0.0.1."""
        give_up = time.monotonic() + _PATIENCE
        while not _answers(port):
            if self.process.poll() is not None or time.monotonic() > give_up:
                pytest.fail(f"{self.process.args!r} does not listen on {port}:\n{self.log.read_text()}")
            time.sleep(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
