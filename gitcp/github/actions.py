"""A job of GitHub Actions as a command in it sees it: what its environment tells, the files that it takes, the lines that its log obeys.

Rule: whatever is written there, none of it can be taken for something else: outputs are delimited by words that nobody knows before, and
text within a line that the log obeys is escaped.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

SERVER: Final = "https://github.com"
SUMMARY_BYTES: Final = 1024 * 1024 - 4096  # a step that says more than a mebibyte has no summary at all
_CUT: Final = "\n\n(cut: it is longer than GitHub shows)\n"
_ESCAPES: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY_ESCAPES: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


class Level(StrEnum):
    """How loud an annotation is."""

    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Job:
    """What a command knows of the job that it runs in. By hand there is none: then nothing is written anywhere.

    `attempt`: of the workflow run, from 1. `output` and `summary`: the files of this step.
    """

    is_here: bool = False
    repository: str | None = None
    server: str = SERVER
    workflow_run: str | None = None
    attempt: int = 1
    output: Path | None = None
    summary: Path | None = None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables of the environment."""
        attempt = environ.get("GITHUB_RUN_ATTEMPT", "")
        return cls(
            is_here=environ.get("GITHUB_ACTIONS") == "true",
            repository=environ.get("GITHUB_REPOSITORY") or None,
            server=environ.get("GITHUB_SERVER_URL") or SERVER,
            workflow_run=environ.get("GITHUB_RUN_ID") or None,
            attempt=int(attempt) if attempt.isascii() and attempt.isdecimal() and int(attempt) else 1,
            output=_path(environ, "GITHUB_OUTPUT"),
            summary=_path(environ, "GITHUB_STEP_SUMMARY"),
        )

    @property
    def page(self) -> str | None:
        """Where a person reads the log of this workflow run."""
        if not self.repository or not self.workflow_run:
            return None
        return f"{self.server}/{quote(self.repository)}/actions/runs/{quote(self.workflow_run)}"

    def set_output(self, name: str, value: str) -> None:
        """Hand a value to later steps and jobs.

        Raises:
            OSError: the file of outputs cannot be written.
        """
        if self.output is not None:
            word = secrets.token_hex(16)
            _append(self.output, f"{name}<<{word}\n{value}\n{word}\n")

    def summarise(self, markdown: str) -> None:
        """Add to what people see on the page of the workflow run; of what is too long, the beginning.

        Raises:
            OSError: the file of the summary cannot be written.
        """
        if self.summary is None:
            return
        held = self.summary.stat().st_size if self.summary.exists() else 0
        room = SUMMARY_BYTES - held
        data = markdown.encode()
        if len(data) > room:
            markdown = data[: max(room - len(_CUT), 0)].decode(errors="ignore") + _CUT
        _append(self.summary, f"{markdown.rstrip()}\n\n")


def annotation(level: Level, title: str, message: str) -> str:
    """Return the line of a log that makes an annotation of a text, whatever is in it."""
    return f"::{level.value} title={title.translate(_PROPERTY_ESCAPES)}::{message.translate(_ESCAPES)}"


def silence() -> tuple[str, str]:
    """Return two lines of a log; between them it obeys nothing that is printed. No text can know the second one before."""
    word = secrets.token_hex(16)
    return f"::stop-commands::{word}", f"::{word}::"


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]) if environ.get(name) else None


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
