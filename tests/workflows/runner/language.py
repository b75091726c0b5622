"""GitHub's own reader of workflows and evaluator of expressions, asked in one process of Node."""

import json
import os
import subprocess
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.workflows.judges import modules


class RefusedError(Exception):
    """The workflow asks for what GitHub, or this runner, does not offer: nothing is passed over in silence."""


@dataclass(frozen=True)
class Said:
    """What an expression comes to: its value, that value as text, and whether it holds."""

    value: Any
    text: str
    truthy: bool


class Language:
    """Answers one question after the other; threads may share it."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            ["node", str(_bundled(folder))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def read(self, kind: str, name: str, text: str) -> Any:
        """Return the tree of a `workflow` or an `action`.

        Raises:
            RefusedError: GitHub would not take the file.
        """
        return self._ask({"read": kind, "name": name, "text": text}, name)["tree"]

    def evaluate(
        self,
        expression: Mapping[str, Any],
        contexts: Mapping[str, Any],
        closed: Collection[str],
        status: Mapping[str, bool],
    ) -> Said:
        """Evaluate an expression of a tree.

        Raises:
            RefusedError: it names what is not allowed at its place, or what is not there in a closed context.
        """
        text, allowed = expression["$expression"], expression["allowed"]
        question = {
            "evaluate": text,
            "allowed": allowed,
            "contexts": {name: value for name, value in contexts.items() if name in allowed},
            "closed": sorted(closed),
            "status": dict(status),
        }
        answer = self._ask(question, text)
        return Said(answer["value"], answer["text"], answer["truthy"])

    def _ask(self, question: Mapping[str, Any], about: str) -> Any:
        with self._lock:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        if "errors" in answer:
            raise RefusedError(f"{about}: " + "; ".join(answer["errors"]))
        return answer


def _bundled(folder: Path) -> Path:
    # Node 20 does not read the packages' own form of imports: they are made one file.
    program, packages = folder / "language.cjs", modules()
    subprocess.run(
        [packages / ".bin" / "esbuild", Path(__file__).with_name("language.mjs"), "--bundle",
         "--platform=node", "--format=cjs", "--log-level=warning", f"--outfile={program}"],
        env={**os.environ, "NODE_PATH": str(packages)}, check=True, timeout=60,
    )  # fmt: skip
    return program
