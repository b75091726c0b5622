"""States by name, what differs between two of them, and a proposal as two snapshots and one change."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gitcp.core.admission import judge
from gitcp.errors import GitcpError, NotAControlRepositoryError
from gitcp.model.members import Agent
from gitcp.model.tasks import Task
from gitcp.store.comparing import Proposed, compare, find
from gitcp.store.revisions import QUARANTINE
from gitcp.store.states import States
from tests.store.repositories import commit_files, copy_of, git, tip

FIRST = "tasks/CI/CI-0001.yaml"
OTHER = "title: Other\ncreated: 2026-11-20T08:15:00Z\n"
RILEY = "kind: agent\nname: Riley\nruntime: {type: claude-code}\n"


@pytest.fixture
def states(bare: Path) -> Iterator[States]:
    commit_files(bare, {FIRST: OTHER, "README.md": "x\n"}, seconds=1_700_100_000)
    with States.open(bare) as opened:
        yield opened


def test_a_state_is_found_by_its_name_or_by_its_time(states: States, bare: Path) -> None:
    assert states.at("main").revision == tip(bare)
    assert states.at("2023-11-14T22:13:20Z").name == "2023-11-14T22:13:20Z"
    assert states.at("2023-11-14T22:13:20Z").revision == states.at("main~1").revision
    assert states.at("2023-11-15").revision == states.at("main~1").revision
    assert states.at("2023-11-16").revision == states.at("main").revision


@pytest.mark.parametrize("name", ["gone", "2023-99-99", "20231116", "", "main:README.md"])
def test_what_names_no_state_is_an_error_with_a_next_step(states: States, name: str) -> None:
    with pytest.raises(GitcpError, match="expected a commit, a branch, a tag or a date") as raised:
        states.at(name)

    assert raised.value.hint


def test_a_day_before_the_history_is_told_from_a_name_that_is_unknown(states: States) -> None:
    first = states.at("main~1").revision[:7]

    with pytest.raises(GitcpError, match=f"before its first commit, {first}") as raised:
        states.at("2023-11-13")

    assert "--unshallow" in str(raised.value.hint)


def test_a_commit_without_a_company_is_no_state(states: States, bare: Path) -> None:
    commit_files(bare, {"gitcp.yaml": None})

    with pytest.raises(NotAControlRepositoryError):
        states.at("main")


def test_records_and_other_files_are_told_apart(states: States) -> None:
    found = compare(states, states.at("main~1"), states.at("main"))

    assert [(pair.kind, pair.id) for pair in found.pairs] == [("task", "CI-0001")]
    assert found.others == ("README.md",)
    assert compare(states, states.at("main~1"), states.at("main"), ["tasks/CI"]).others == ()
    assert compare(states, states.at("main"), states.at("main")).pairs == ()


def test_a_file_that_was_moved_into_the_archive_is_one_record(states: States, bare: Path) -> None:
    commit_files(bare, {FIRST: None, f"archive/{FIRST}": OTHER})

    (pair,) = compare(states, states.at("main~1"), states.at("main")).pairs

    assert (pair.was_archived, pair.is_archived) == (False, True)
    assert pair.before == pair.after
    (reading,) = find(states, states.at("main"), "CI-0001")
    assert reading.path == f"archive/{FIRST}"


def test_files_on_disk_are_a_state_that_the_repository_never_sees(
    prepared_checkout: Path, tmp_path: Path
) -> None:
    folder = copy_of(prepared_checkout, tmp_path / "checkout")
    files = {"gitcp.yaml": (folder / "gitcp.yaml").read_bytes(), "org/riley.yaml": RILEY.encode()}

    with States.open(folder) as states:
        state = states.on_disk(files)
        found = compare(states, states.at("HEAD"), state)
        authors = [commit.author.email for commit in states.beyond(states.at("HEAD"), state)]
        same = states.on_disk({**files, FIRST: (folder / FIRST).read_bytes()} | {"org/riley.yaml": b""})

    assert state.revision == ""
    assert [(pair.id, pair.after is None) for pair in found.pairs] == [("riley", False), ("CI-0001", True)]
    assert authors == ["petra@example.org"]
    assert same.tree != state.tree
    assert git(folder, "cat-file", "-e", state.commit.oid, status=1) == ""


def test_a_proposal_is_seen_as_it_was_admitted_before_and_as_it_will_be(states: States, bare: Path) -> None:
    commit_files(bare, {"org/riley.yaml": RILEY, FIRST: None})

    with closing(Proposed(states, judge, states.at("main~1"), states.at("main"))) as proposed:
        before, after = proposed.before(), proposed.after()
        held = [(snapshot.get(Agent, "riley"), snapshot.get(Task, "CI-0001")) for snapshot in (before, after)]
        changes = {change.path: change for change in proposed.changes()}
        entries = proposed.entries()

    assert [(agent is None, task is None) for agent, task in held] == [(True, False), (False, True)]
    assert changes["org/riley.yaml"].kind == "agent"
    assert changes[FIRST].base is not None
    assert changes[FIRST].blob is None
    assert [entry.author_email for entry in entries] == ["petra@example.org"]


def test_what_a_clone_cut_short_cannot_know_is_an_error_that_says_what_to_fetch(
    states: States, bare: Path, tmp_path: Path
) -> None:
    git(bare, "branch", "old", "main~1")
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{bare}", "short")

    with (
        States.open(tmp_path / "short") as short,
        pytest.raises(GitcpError, match="that both come from") as raised,
    ):
        short.merge_base(short.at("origin/old"), short.at("origin/main"))

    assert "fetch-depth: 0" in str(raised.value.hint)


def test_a_push_in_progress_is_a_state_where_its_hook_asks(
    states: States, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copy_of(bare, tmp_path / "other.git")
    new = commit_files(other, {"org/riley.yaml": RILEY})
    held = bare / "objects" / "tmp_objdir-incoming-x"
    held.mkdir()
    for folder in (other / "objects").iterdir():
        if len(folder.name) == 2:
            copy_of(folder, held / folder.name)
    monkeypatch.setenv(QUARANTINE, str(held))

    with States.open(bare) as opened:
        found = compare(opened, opened.at("main"), opened.at(new))

    assert [pair.id for pair in found.pairs] == ["riley"]
