"""Programs as agents are: well behaved, and not."""

import dataclasses
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from gitcp.model.runtimes import ProcessRuntime, Sandbox
from gitcp.runtimes import Launch, Limits, RuntimeConfig, StopCause
from gitcp.runtimes.tree import MARK

RUN = "20261122T090000Z-riley"


def shell(script: str, *, sandbox: Sandbox = Sandbox.PROCESS_GROUP, **given: Any) -> ProcessRuntime:
    return ProcessRuntime(type="process", command=("/bin/sh", "-c", script), sandbox=sandbox, **given)


def python(script: str, *arguments: str, sandbox: Sandbox = Sandbox.PROCESS_GROUP) -> ProcessRuntime:
    command = (sys.executable, "-S", "-E", "-c", script, *arguments)
    return ProcessRuntime(type="process", command=command, sandbox=sandbox)


def a_launch(folder: Path, config: RuntimeConfig, *, run: str = RUN, **given: Any) -> Launch:
    own = {field.name for field in dataclasses.fields(Limits)}
    limits = {"minutes": 0.5, "grace_seconds": 0.5} | {name: given.pop(name) for name in own & given.keys()}
    fields: dict[str, Any] = {
        "run": run,
        "config": config,
        "cwd": folder,
        "environment": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        "folder": folder,
        "log": folder / "run.log",
        "limits": Limits(**limits),
    }
    return Launch(**(fields | given))


def never() -> StopCause | None:
    return None


def of_run(folder: Path) -> list[psutil.Process]:
    """Find the living processes of a run without any help of the code that is tested."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def is_gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_until(condition: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def read_pid(path: Path) -> int:
    wait_until(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


# Leaves its session and its parent; writes its number to the file of its first argument.
DAEMON = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if "deaf" in sys.argv:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for number in (0, 1, 2):
            if "open" not in sys.argv:
                os.close(number)
        with open(sys.argv[1] + ".part", "w") as file:
            file.write(f"{os.getpid()}\\n")
        os.rename(sys.argv[1] + ".part", sys.argv[1])
        time.sleep(60)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.005)
"""
