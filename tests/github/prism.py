"""GitHub's own description of its API, and Prism, which answers by it and refuses what it does not allow.

The description is cut down to what the fake knows: the whole of it takes ten seconds and two gigabytes to read.
"""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.github.routes import ROUTES

VARIABLE: Final = "GITCP_TEST_GITHUB"
MODULES: Final = Path(__file__).resolve().parents[2] / ".venv" / "github" / "node_modules"
DESCRIPTION: Final = MODULES / "@octokit" / "openapi" / "generated" / "api.github.com.json"
PATIENCE: Final = 60
_NAMED: Final = re.compile(r"\{\w+\}")


@contextmanager
def prism(folder: Path) -> Iterator[str]:
    """Run Prism on the routes of the fake; yield the root of the API."""
    program = _there(MODULES / ".bin" / "prism")
    cut = folder / "api.json"
    cut.write_text(json.dumps(described()), encoding="utf-8")
    port = _free_port()
    command = [str(program), "mock", "--host", "127.0.0.1", "--port", str(port), str(cut)]
    with (folder / "prism.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait_for(port, process, folder / "prism.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def described() -> dict[str, Any]:
    """Return the part of GitHub's description that is about the routes of the fake."""
    whole = json.loads(_there(DESCRIPTION).read_text(encoding="utf-8"))
    paths: dict[str, Any] = {}
    for route in ROUTES:
        path = next(path for path in whole["paths"] if _shape(path) == _shape(route.path))
        asked = whole["paths"][path][route.method.lower()]
        if "requestBody" in asked:
            # Prism does not look at a body that may be missing, nor at one of which a part may be null and has no type.
            asked["requestBody"]["required"] = True
            _expect_types(asked["requestBody"])
        paths.setdefault(path, {})[route.method.lower()] = asked
    kept: dict[str, dict[str, Any]] = {}
    waiting = [paths]
    while waiting:
        for kind, name in _references(waiting.pop()):
            if name not in kept.setdefault(kind, {}):
                kept[kind][name] = whole["components"][kind][name]
                waiting.append(kept[kind][name])
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": kept}


def _references(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        found = part.get("$ref")
        if isinstance(found, str):
            _, _, kind, name = found.split("/")
            yield kind, name
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _expect_types(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("nullable") is True and "type" not in part:
            del part["nullable"]
        for value in part.values():
            _expect_types(value)
    elif isinstance(part, list):
        for value in part:
            _expect_types(value)


def _shape(path: str) -> str:
    return _NAMED.sub("{}", path)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"prism does not answer: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _there(path: Path) -> Path:
    if path.exists():
        return path
    reason = f"needs {path.name}: make ci-deps"
    if os.environ.get(VARIABLE) == "required":
        pytest.fail(reason)
    pytest.skip(reason)
