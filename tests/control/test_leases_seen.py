"""A run whose runner is elsewhere: dead when its lease stood still for five minutes of this machine's own."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gitcp.control.plane import Plane
from gitcp.control.tick import Ticked, tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import RemoteError
from gitcp.model.runs import Outcome, Run
from gitcp.store.git_store import GitStore, Lease
from tests.store.repositories import copy_of
from tests.stories.company import BEGIN, Company, a_company
from tests.stories.test_crashes import KILLED_TICK

ELSEWHERE = "elsewhere"


@pytest.fixture(scope="module")
def claimed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the control repository of a company with a run that somebody has claimed who died."""
    company = a_company(tmp_path_factory.mktemp("claimed"))
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    subprocess.run([sys.executable, "-c", KILLED_TICK, str(company.control), BEGIN.isoformat()], check=False)
    return company.control


@pytest.fixture
def company(claimed: Path, tmp_path: Path) -> Company:
    """Return a company with a run that another machine has claimed, and whose lease it holds."""
    company = Company(tmp_path)
    copy_of(claimed, company.control)
    with company.plane() as plane:
        plane.store.set_config("gitcp.state", str(tmp_path / "here"))
        assert plane.store.create_lease(the_run(plane).id, ELSEWHERE, BEGIN) is not None
    return company


def the_run(plane: Plane) -> Run:
    return plane.snapshot().runs()[-1]


def ticks(company: Company, **after: float) -> Ticked:
    company.passes(**after)
    with company.plane() as plane:
        return tick(plane)


def renewed(company: Company) -> None:
    with company.plane() as plane:
        [lease] = plane.store.leases().values()
        assert plane.store.renew_lease(lease, company.now) is not None


def rewritten(folder: Path, **fields: object) -> None:
    """Change what is noted of all leases; a field that is none is taken out."""
    seen = folder / "here" / "leases.json"
    notes = {run: {**noted, **fields} for run, noted in json.loads(seen.read_text()).items()}
    kept = {
        run: {name: value for name, value in noted.items() if value is not None}
        for run, noted in notes.items()
    }
    seen.write_text(json.dumps(kept))


def outcomes(company: Company) -> list[Outcome | None]:
    return [run.outcome for run in company.runs()]


def test_a_lease_that_stood_still_for_five_minutes_is_taken_and_its_run_reaped(company: Company) -> None:
    ticks(company)
    ticks(company, minutes=4)
    assert outcomes(company) == [None]

    ticks(company, minutes=1, seconds=10)

    [run] = company.runs()
    assert (run.outcome, run.reason) == (Outcome.ABANDONED, "its lease did not move")
    with company.plane() as plane:
        assert plane.store.leases() == {}


def test_what_counts_is_how_long_this_machine_has_seen_it(company: Company) -> None:
    ticks(company, minutes=7)
    ticks(company, minutes=1)

    assert outcomes(company) == [None]


def test_a_lease_that_moves_is_alive(company: Company) -> None:
    ticks(company)
    for _ in range(3):
        renewed(company)
        ticks(company, minutes=3)

    assert outcomes(company) == [None]


def test_a_renewal_at_the_last_moment_keeps_the_run(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks(company)
    delete = GitStore.delete_lease

    def late(store: GitStore, lease: Lease) -> bool:
        store.renew_lease(lease, company.now)
        return delete(store, lease)

    monkeypatch.setattr(GitStore, "delete_lease", late)
    ticks(company, minutes=6)

    assert outcomes(company) == [None]
    with company.plane() as plane:
        assert len(plane.store.leases()) == 1


def test_a_lease_that_was_taken_cannot_be_renewed(company: Company) -> None:
    with company.plane() as plane:
        [held] = plane.store.leases().values()
    ticks(company)
    ticks(company, minutes=6)

    with company.plane() as plane:
        assert plane.store.renew_lease(held, company.now) is None


def test_what_cannot_be_taken_is_said_and_not_called_dead(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: GitStore, __: Lease) -> bool:
        raise RemoteError("origin: cannot be reached")

    ticks(company)
    monkeypatch.setattr(GitStore, "delete_lease", refused)
    ticked = ticks(company, minutes=6)
    assert "origin: cannot be reached" in ticked.notes
    assert outcomes(company) == [None]

    monkeypatch.undo()
    ticks(company)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_a_tick_that_died_after_it_took_the_lease_leaves_it_to_the_next(
    company: Company, tmp_path: Path
) -> None:
    ticks(company)
    with company.plane() as plane:
        [lease] = plane.store.leases().values()
        plane.store.delete_lease(lease)
    rewritten(tmp_path, oid="")

    ticks(company, seconds=1)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_what_another_host_saw_is_counted_anew_by_the_clock_of_this_one(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks(company)
    monkeypatch.setattr(socket, "gethostname", lambda: "neighbour")
    ticks(company, minutes=6)
    assert outcomes(company) == [None]

    ticks(company, minutes=6)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_a_lease_that_another_host_took_away_is_gone_for_this_one_too(
    company: Company, tmp_path: Path
) -> None:
    ticks(company)
    with company.plane() as plane:
        [lease] = plane.store.leases().values()
        plane.store.delete_lease(lease)
    rewritten(tmp_path, oid="", host="neighbour")

    ticks(company, seconds=1)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_what_was_noted_without_a_host_is_counted_anew(company: Company, tmp_path: Path) -> None:
    ticks(company)
    rewritten(tmp_path, host=None)
    ticks(company, minutes=6)
    assert outcomes(company) == [None]

    ticks(company, minutes=6)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_what_was_taken_away_and_noted_without_a_host_is_still_known(
    company: Company, tmp_path: Path
) -> None:
    ticks(company)
    with company.plane() as plane:
        [lease] = plane.store.leases().values()
        plane.store.delete_lease(lease)
    rewritten(tmp_path, oid="", host=None)

    ticks(company, seconds=1)

    assert outcomes(company) == [Outcome.ABANDONED]


def test_a_lease_that_its_runner_gave_back_is_no_proof_of_anything(company: Company) -> None:
    ticks(company)
    with company.plane() as plane:
        [lease] = plane.store.leases().values()
        plane.store.delete_lease(lease)

    ticks(company, minutes=6)

    assert outcomes(company) == [None]


def test_a_machine_that_started_anew_begins_to_count_anew(company: Company, tmp_path: Path) -> None:
    ticks(company)
    rewritten(tmp_path, since=1e15)

    ticks(company, minutes=6)

    assert outcomes(company) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"x": 1}',
        '{"x": {"oid": "y"}}',
        pytest.param('{"x": {"oid": "y", "since": 1' + "0" * 400 + "}}", id="huge"),
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_a_file_that_cannot_be_read_is_begun_anew(company: Company, tmp_path: Path, text: str) -> None:
    ticks(company)
    (tmp_path / "here" / "leases.json").write_text(text)

    ticks(company, minutes=6)

    assert outcomes(company) == [None]
    assert len(json.loads((tmp_path / "here" / "leases.json").read_text())) == 1


def test_when_the_run_has_ended_nothing_is_kept_of_it(company: Company, tmp_path: Path) -> None:
    ticks(company)
    ticks(company, minutes=6)
    ticks(company, seconds=1)

    assert json.loads((tmp_path / "here" / "leases.json").read_text()) == {}
