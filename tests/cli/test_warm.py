import subprocess
import sys

import pytest

from gitcp.cli.warm import run_command

# What a run imports once it was asked for, every run imports anew.
LATE = """
import sys
from gitcp.cli.warm import warm_up
warm_up()
before = set(sys.modules)
import git, yaml, gitcp.control.runner, gitcp.control.delivering, gitcp.control.launching, gitcp.core.brief, gitcp.store.codec
print(sorted(set(sys.modules) - before))
from gitcp.model.runs import Run
print(Run.__pydantic_complete__)
"""


def test_a_command_tells_its_code_and_never_raises(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--version"]) == 0
    assert run_command(["no-such-command"]) == 2
    assert "No such command 'no-such-command'" in capsys.readouterr().err


def test_what_a_run_needs_is_there_before_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout == "[]\nTrue\n"
