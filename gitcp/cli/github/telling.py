"""How commands speak in a job of GitHub Actions: the log obeys nothing that they print, and what went wrong is an annotation."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click

from gitcp.cli.output import harmless
from gitcp.cli.text import block
from gitcp.errors import GitcpError
from gitcp.github.actions import Job, Level, annotation, silence


@dataclass(frozen=True, slots=True)
class Telling:
    """The job that a command runs in, and what it has to say there beside its output."""

    job: Job
    _annotations: list[str] = field(default_factory=list)

    def annotate(self, level: Level, title: str, message: str) -> None:
        """Show a text on the page of the workflow run, once the command is done."""
        self._annotations.append(annotation(level, title, block(message)))

    @property
    def lines(self) -> list[str]:
        """The lines of the log that show them."""
        return self._annotations if self.job.is_here else []


@contextmanager
def telling() -> Iterator[Telling]:
    """Speak in the job that this process runs in, if it runs in one.

    Raises:
        GitcpError: what the command raised, or a file of the job cannot be written.
    """
    told = Telling(Job.of(os.environ))
    with _silenced(told):
        try:
            yield told
        except OSError as error:
            names = {os.fspath(path) for path in (told.job.output, told.job.summary) if path is not None}
            if error.filename is None or os.fspath(error.filename) not in names:
                raise
            raise GitcpError(
                f"{error.filename}: cannot be written: {error.strerror}",
                hint="set GITHUB_OUTPUT and GITHUB_STEP_SUMMARY to files, or leave them unset",
            ) from error


@contextmanager
def _silenced(told: Telling) -> Iterator[None]:
    if not told.job.is_here:
        yield
        return
    stop, resume = silence()
    _print(stop)
    try:
        yield
    except GitcpError as error:
        told.annotate(Level.ERROR, "gitcp", error.message + (f"\n{error.hint}" if error.hint else ""))
        _print(resume, *told.lines, silence()[0])  # whoever reports the error prints it once more
        raise
    except BaseException:
        _print(resume, *told.lines, silence()[0])
        raise
    _print(resume, *told.lines)


def _print(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)


def print_data(data: Any) -> None:
    """Print data for programs; nothing in it is obeyed by a terminal or by the log of a job, which reads `##[` anywhere in a line."""
    import json

    click.echo(harmless(json.dumps(data, indent=2, ensure_ascii=False)).replace("##[", "#\\u0023["))
