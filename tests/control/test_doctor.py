import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.control.doctor import examine
from gitcp.control.finding import Finding, State
from gitcp.model.runtimes import Sandbox
from gitcp.runtimes.confinement.bubblewrap import Bubblewrap
from gitcp.runtimes.confinement.cgroup import ControlGroup
from gitcp.workspaces.program import Git, Output
from tests.stories.company import Company, a_company, commit_all

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return a_company(tmp_path)


def found(company: Company, about: str) -> list[Finding]:
    with company.plane() as plane:
        return [finding for finding in examine(plane) if finding.about == about]


def change(company: Company, before: str, after: str) -> None:
    record = company.control / "org" / "riley.yaml"
    text = record.read_text()
    assert before in text
    record.write_text(text.replace(before, after))
    commit_all(company.control, "change riley")


def test_a_sound_machine_has_no_errors(company: Company) -> None:
    with company.plane() as plane:
        findings = examine(plane)

    assert [finding for finding in findings if finding.state is State.ERROR] == []
    assert {"git", "agent riley", "state folder", "disk", "clock"} <= {finding.about for finding in findings}


def test_an_old_git_is_told(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Git, "attempt", lambda *_, **__: Output(0, "git version 2.9.5\n", ""))

    [finding] = found(company, "git")

    assert (finding.state, finding.message) == (
        State.ERROR,
        "expected 2.30 or newer, found git version 2.9.5",
    )


def test_a_program_that_is_not_there_is_an_error(company: Company) -> None:
    change(company, "command: [", 'command: ["no-such-program", ')

    finding = found(company, "agent riley")[0]

    assert finding.state is State.ERROR
    assert "no-such-program" in finding.message


def test_what_hides_nothing_is_said_loudly(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for level in (Bubblewrap, ControlGroup):
        monkeypatch.setattr(level, "why_not", lambda *_, **__: "not here")

    finding = found(company, "agent riley")[1]

    assert finding.state is State.WARNING
    assert "isolation: process-group, which HIDES NOTHING" in finding.message
    assert [finding.state for finding in found(company, "isolation bubblewrap")] == [State.WARNING]


def test_a_level_that_is_asked_for_and_not_there_is_an_error(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bubblewrap, "why_not", lambda *_, **__: "not here")
    change(company, "sandbox: auto", f"sandbox: {Sandbox.BUBBLEWRAP.value}")

    finding = found(company, "agent riley")[1]

    assert (finding.state, finding.message) == (
        State.ERROR,
        "runtime.sandbox: bubblewrap is not to be had on this machine: not here",
    )


def test_a_command_line_that_cannot_reach_its_model_is_warned_of(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bubblewrap, "why_not", lambda *_, **__: None)
    text = (company.control / "org" / "riley.yaml").read_text()
    runtime = text[text.index("runtime:") : text.index("repository:")]
    change(company, runtime, "runtime: {type: codex, network: false}\n")

    finding = found(company, "agent riley")[1]

    assert finding.state is State.WARNING
    assert "without network: it cannot reach its model" in finding.message
    assert finding.remedy == "set runtime.network to true"


def test_secrets_are_looked_for_and_never_told(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERE", "value-4711")
    change(company, "sandbox: auto", "secrets: {A: env:THERE, B: env:MISSING}")

    there, missing = found(company, "agent riley")[2:]

    assert (there.state, there.message) == (State.OK, "secret env:THERE: there")
    assert (missing.state, missing.message) == (
        State.ERROR,
        "secret env:MISSING: is not set, or is empty",
    )


def test_a_state_folder_that_others_may_read_is_an_error(company: Company) -> None:
    folder = company.folder / "state"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)

    [finding] = found(company, "state folder")

    assert (finding.state, finding.remedy) == (State.ERROR, f"chmod 700 {folder}")


@pytest.mark.parametrize(("free", "state"), [(2**20, State.ERROR), (2**31, State.WARNING), (2**40, State.OK)])
def test_a_disk_is_full_scarce_or_well(
    company: Company, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**41, 0, free))

    assert [finding.state for finding in found(company, "disk")] == [state]


def test_a_clock_that_is_behind_the_last_commit_is_an_error(company: Company) -> None:
    company.now -= timedelta(days=2)

    [finding] = found(company, "clock")

    assert finding.state is State.ERROR
    assert "and the last commit is of" in finding.message
