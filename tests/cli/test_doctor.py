"""`gitcp doctor`."""

import re

import pytest

from tests.cli.conftest import Shell


def test_a_person_reads_what_was_found_and_what_to_do(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitcp.control.doctor.FULL_BYTES", 2**80)

    done = shell("doctor")

    assert done.code == 1
    assert "ok       git: git version " in done.out
    assert "error    disk: " in done.out
    assert "         make room: runs that cannot write fail" in done.out
    assert re.match(r"[1-9]\d* errors?, ", done.err)  # what its agents are may be missing here as well


def test_json_holds_every_finding(shell: Shell) -> None:
    done = shell("doctor", "--json")

    assert done.code == (1 if "error" in {finding["state"] for finding in done.json} else 0)
    assert {"git", "disk", "clock"} <= {finding["about"] for finding in done.json}
    assert {"about", "state", "message", "remedy"} == set(done.json[0])
