"""A job of GitHub Actions as a command finds it: its variables, and the files that it takes."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class AJob:
    """The files of one step."""

    folder: Path

    @property
    def outputs(self) -> dict[str, str]:
        """Return the outputs as GitHub reads them: a name and a delimiter, lines, the delimiter."""
        lines = (self.folder / "output").read_text(encoding="utf-8").split("\n")
        found: dict[str, str] = {}
        while lines and lines[0]:
            name, delimiter = lines.pop(0).split("<<", 1)
            assert re.fullmatch(r"[0-9a-f]{32}", delimiter)
            end = lines.index(delimiter)
            found[name] = "\n".join(lines[:end])
            lines = lines[end + 1 :]
        return found

    @property
    def runs(self) -> list[dict[str, Any]]:
        found = json.loads(self.outputs["runs"])
        assert isinstance(found, list)
        return found

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text(encoding="utf-8")


def obeyed(log: str) -> list[str]:
    """Return the lines of a log that GitHub obeys as commands, without those that stop and resume that."""
    found: list[str] = []
    resume: str | None = None
    for line in log.splitlines():
        if resume is not None:
            resume = None if line.strip() == resume else resume
        elif line.strip().startswith("::stop-commands::"):
            resume = f"::{line.strip().removeprefix('::stop-commands::')}::"
        elif line.strip().startswith("::") or "##[" in line:
            found.append(line)
    return found


def outside_code(markdown: str) -> str:
    """Return what of a comment is no code span."""
    return re.sub(r"(?s)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)


def enter_job(patch: pytest.MonkeyPatch, folder: Path, attempt: int = 1) -> AJob:
    """Let the process believe that it runs in a step."""
    folder.mkdir(exist_ok=True)
    for name in ("output", "summary"):
        (folder / name).touch()
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_REPOSITORY": "acme/control",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "1234",
        "GITHUB_RUN_ATTEMPT": str(attempt),
    }
    for name, value in variables.items():
        patch.setenv(name, value)
    return AJob(folder)
