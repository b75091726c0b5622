"""Evidence that an auditor takes along: complete, the same for the same commits, and verified without the machine that wrote it."""

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from gitcp.control.auditing import Wish, verify_history
from gitcp.control.exporting import Choice, Form, export
from gitcp.errors import GitcpError
from tests.audit.attacks_on_money import over_limit
from tests.audit.company import worked
from tests.audit.forging import Forger
from tests.store.repositories import copy_of, git


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked(tmp_path_factory.mktemp("exported") / "company.git").folder


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.removeprefix("evidence/"): archive.read(name) for name in archive.namelist()}


def test_a_bundle_holds_all_that_happened_and_the_sums_of_its_files(company: Path) -> None:
    data, _ = export(company, Choice())

    held = unpacked(data)

    events = [json.loads(line) for line in held["events.jsonl"].splitlines()]
    approvals = [json.loads(line) for line in held["approvals.jsonl"].splitlines()]
    assert len(events) == int(git(company, "rev-list", "--count", "main"))
    assert [(each["id"], each["status"]) for each in approvals] == [("AP-1", "approved"), ("AP-2", "pending")]
    assert json.loads(held["verification.json"])["clean"] is True
    sums = dict(line.split("  ")[::-1] for line in held.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: sha256(content).hexdigest() for name, content in held.items()}


def test_budgets_are_summed_by_period_from_live_and_archived_runs(company: Path) -> None:
    data, _ = export(company, Choice())

    rows = [json.loads(line) for line in unpacked(data)["budgets.jsonl"].splitlines()]

    found = {
        (row["budget"], row["since"][:7]): (row["settled"].get("usd"), row["reserved"].get("usd"))
        for row in rows
    }
    assert found == {
        ("company", "2026-08"): (0.5, None),
        ("company", "2026-10"): (0.5, 2.0),
        ("agent/riley", "2026-08"): (0.5, None),
        ("agent/riley", "2026-10"): (0.5, 2.0),
    }


def test_the_same_commits_give_the_same_texts_whatever_came_after(company: Path, tmp_path: Path) -> None:
    later = copy_of(company, tmp_path / "later.git")
    tip = git(later, "rev-parse", "main").strip()
    over_limit(Forger(later))

    first, second = (unpacked(export(folder, Choice(to=tip))[0]) for folder in (company, later))

    for held in (first, second):
        held.pop("history.bundle")  # of a branch, which has gone on
        held.pop("SHA256SUMS")
    assert first == second


def test_the_history_of_a_bundle_is_verified_by_who_has_nothing_else(company: Path, tmp_path: Path) -> None:
    attacked = copy_of(company, tmp_path / "attacked.git")
    commit = over_limit(Forger(attacked))
    data, evidence = export(attacked, Choice())
    (tmp_path / "history.bundle").write_bytes(unpacked(data)["history.bundle"])
    git(tmp_path, "clone", "-q", "history.bundle", "control")

    found = verify_history(tmp_path / "control", Wish(to=commit))

    assert [(each.commit, each.rule) for each in found.violations] == [(commit, "money/over-limit")]
    assert found == evidence.verdict


def test_a_range_is_cut_by_commits_and_a_stream_says_what_each_line_is(company: Path) -> None:
    data, evidence = export(company, Choice(Form.JSONL, after="main~3", to="main~1"))

    lines = [json.loads(line) for line in data.splitlines()]

    assert [each["is"] for each in lines[:3]] == ["about", "event", "event"]
    assert (
        evidence.ends == (lines[0]["first"], lines[0]["last"]) == (lines[1]["revision"], lines[2]["revision"])
    )
    assert export(company, Choice(Form.CSV, after="main~1"))[0].decode().count("\n") == 2
    with pytest.raises(GitcpError, match="is no commit here"):
        export(company, Choice(after="nowhere"))
