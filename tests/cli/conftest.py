"""Commands as a user calls them, on a real control repository."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gitcp.cli.application import gitcp
from tests.cli.company import IDLE, found_company


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Calls `gitcp` on one repository; none: wherever the process is."""

    folder: Path | None = None

    def __call__(self, *argv: str, stdin: str | None = None) -> Ran:
        where = ["-C", str(self.folder)] if self.folder else []
        result = CliRunner().invoke(gitcp, [*where, *argv], input=stdin, prog_name="gitcp")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        code = result.exit_code if result.return_value is None else int(result.return_value)
        return Ran(code, result.stdout, result.stderr)

    def text(self, path: str) -> str:
        """Return a file of the checkout."""
        assert self.folder is not None
        return (self.folder / path).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def prepared_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_company(tmp_path_factory.mktemp("prepared") / "control")


@pytest.fixture
def shell(prepared_company: Path, tmp_path: Path) -> Shell:
    """Return the command on a company of its own."""
    return Shell(shutil.copytree(prepared_company, tmp_path / "control"))


@pytest.fixture
def idle(tmp_path: Path) -> Shell:
    """Return the command on a company that has nothing to do."""
    return Shell(found_company(tmp_path / "idle", IDLE))
