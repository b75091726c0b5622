import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gitcp.runtimes import process_table as module
from gitcp.runtimes.process_table import Row, has_variable, process_of, process_table

WAITS = [sys.executable, "-c", "input()"]


@pytest.fixture(params=[True, False], ids=["files", "library"])
def child(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[str]]:
    """Start a process that waits, and look at it by the files of Linux or as on any other system."""
    if request.param and not module._HAS_FILES:
        pytest.skip("only Linux has such files")
    monkeypatch.setattr(module, "_HAS_FILES", request.param)
    environment = {"PATH": os.environ["PATH"], "WHOSE": "ours", "EMPTY": ""}
    with subprocess.Popen(
        WAITS, stdin=subprocess.PIPE, env=environment, text=True, start_new_session=True
    ) as process:
        until = time.monotonic() + 10  # a program is seen to have begun before its environment is
        while not has_variable(process.pid, "WHOSE", "ours") and time.monotonic() < until:
            time.sleep(0.01)
        yield process
        process.kill()


def row_of(pid: int) -> Row:
    [row] = [row for row in process_table() if row.pid == pid]
    return row


def test_each_process_stands_in_the_table_with_its_parent_and_its_session(
    child: subprocess.Popen[str],
) -> None:
    row, own = row_of(child.pid), row_of(os.getpid())

    assert (row.parent, row.session) == (own.pid, child.pid)
    assert own.parent == os.getppid()
    assert own.session == os.getsid(0)


def test_a_variable_is_told_from_one_that_only_looks_like_it(child: subprocess.Popen[str]) -> None:
    assert has_variable(child.pid, "WHOSE", "ours")
    assert has_variable(child.pid, "EMPTY", "")
    assert not has_variable(child.pid, "WHOSE", "our")
    assert not has_variable(child.pid, "HOSE", "ours")


def test_a_row_leads_to_its_process_and_never_to_a_later_one_with_its_number(
    child: subprocess.Popen[str],
) -> None:
    row = row_of(child.pid)
    found = process_of(row)

    assert found is not None
    assert found.pid == child.pid
    assert process_of(replace(row, started=row.started - 1)) is None


def test_of_a_process_that_is_gone_nothing_is_said(child: subprocess.Popen[str]) -> None:
    row = row_of(child.pid)
    child.kill()
    child.wait()

    assert process_of(row) is None
    assert not has_variable(child.pid, "WHOSE", "ours")
    assert child.pid not in {each.pid for each in process_table()}
