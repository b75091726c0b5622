import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import Outcome
from tests.stories.company import a_company

WAITS = """
while not (marks / "go").exists():
    time.sleep(0.05)
client.finish("done")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere runners begin from nothing")
def test_a_runner_begins_as_a_copy_of_the_tick_and_outlives_it(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", WAITS)
    company.does(CreateTask(project="CI", title="Wait", assignee="riley"))
    tick = [sys.executable, "-P", "-m", "gitcp", "-C", str(company.control), "tick", "--detach", "--json"]

    said = json.loads(subprocess.run(tick, check=True, capture_output=True, text=True).stdout)

    [run] = said["started"]
    handle = json.loads((tmp_path / "state" / "runs" / run / "handle.json").read_text())
    assert psutil.Process(int(handle["place"])).cmdline() == tick
    (company.marks / "go").touch()
    until = time.monotonic() + 60
    while company.runs()[0].is_active:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert company.runs()[0].outcome is Outcome.SUCCEEDED
