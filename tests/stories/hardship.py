"""Commands on a small company, and how they fail when they are expected to."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from click.testing import CliRunner

from gitcp.cli.application import gitcp
from gitcp.store.founding import Founder

ALEX: Final = Founder("Alex Example", "alex@example.com")
AT: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FILES: Final = {
    "gitcp.yaml": b"format: 1\nname: Acme\nrepositories: {factory: {url: ../factory}}\n",
    "org/alex.yaml": b"kind: person\nname: Alex\nemails: [alex@example.com]\n",
    "projects/CI.yaml": b"name: Checks\nrepository: factory\nlead: alex\n",
    "tasks/CI/CI-0001.yaml": b"title: Look\nassignee: alex\ncreated: 2026-11-20T08:00:00Z\nstatus: todo\n",
}
TASK: Final = "tasks/CI/CI-0001.yaml"
READ: Final = ("status",)
WRITE: Final = ("comment", "new", "CI-0001", "I looked.")


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said of that."""

    code: int
    said: str


def ran(folder: Path, *command: str) -> Ran:
    result = CliRunner().invoke(gitcp, ["-C", str(folder), *command], prog_name="gitcp")
    assert result.exception is None, result.exception
    return Ran(int(result.return_value), result.stderr)


def hold_told(ended: Ran) -> None:
    """Hold that a command failed as expected failures do: with a place, what is wrong, and a next step."""
    assert ended.code == 1, ended
    assert ended.said.startswith("Error: ")
    assert "\n  hint: " in ended.said
    assert "Traceback" not in ended.said
