"""The systemd unit that comes with gitcp."""

import configparser
import re
from pathlib import Path

import pytest

from gitcp.cli.scheduler import command


@pytest.fixture
def unit(project_root: Path) -> str:
    return (project_root / "templates/systemd/gitcp.service").read_text()


def test_the_manual_shows_the_unit_as_it_is(unit: str, project_root: Path) -> None:
    manual = (project_root / "docs/operating.md").read_text()

    assert f"```ini\n{unit}```\n" in manual


def test_it_starts_a_scheduler_with_options_that_there_are_and_ends_nothing_else(unit: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    parser.read_string(unit)

    known = {option for parameter in command.params for option in parameter.opts}
    assert parser["Service"]["ExecStart"].endswith("gitcp -C /srv/acme scheduler")
    assert parser["Service"]["KillMode"] == "process"
    assert set(re.findall(r"--\w+", unit)) == {"--drain"} <= known
