"""Commits of the record branch, told as what they did to records."""

from pathlib import Path

import pytest

from gitcp.errors import GitcpError, NotAllowedError
from gitcp.model.planning import Goal
from gitcp.store.git_store import GitStore
from gitcp.store.past_commits import PastCommits
from tests.store.repositories import commit_files, git, tip

GOAL = "title: Be quick\nlevel: team\n"


def past(store: GitStore) -> PastCommits:
    return store.history().past()


def commit(bare: Path, message: str, **goals: str) -> str:
    files = {f"goals/{name}.yaml": text for name, text in goals.items()}
    commit_files(bare, files, message=f"{message}\n")
    return tip(bare)


def test_a_commit_is_told_with_each_record_before_and_after(bare: Path, store: GitStore) -> None:
    commit(bare, "plan", speed=GOAL)
    renamed = commit(bare, "rename", speed=GOAL.replace("quick", "fast"), calm=GOAL)

    (told,) = past(store).named([renamed[:10]])

    assert (told.revision, told.subject, told.operation) == (renamed, "rename", None)
    steps = {step.id: (step.before, step.after) for step in told.steps}
    assert steps == {
        "speed": (
            Goal(id="speed", title="Be quick", level="team"),
            Goal(id="speed", title="Be fast", level="team"),
        ),
        "calm": (None, Goal(id="calm", title="Be quick", level="team")),
    }


def test_a_range_is_what_comes_after_its_beginning_the_newest_first(bare: Path, store: GitStore) -> None:
    first, second, third = (commit(bare, name, **{name: GOAL}) for name in ("one", "two", "three"))

    found = past(store).named([f"{first}..{third}", second])

    assert [told.subject for told in found] == ["three", "two"]
    with pytest.raises(NotAllowedError, match="expected the first to be before the last"):
        past(store).named([f"{third}..{first}"])


def test_what_came_after_is_told_of_these_records_alone_the_oldest_first(bare: Path, store: GitStore) -> None:
    first = commit(bare, "plan", speed=GOAL)
    commit(bare, "again", speed=GOAL.replace("quick", "fast"))
    commit(bare, "beside", calm=GOAL)
    taken = commit(bare, "taken", speed=GOAL.replace("quick", "swift"))
    commit(bare, "last", speed=GOAL)

    found = past(store).since(first, {("goal", "speed")}, {taken})

    assert [told.subject for told in found] == ["again", "last"]


def test_a_file_that_cannot_be_read_is_told_as_broken(bare: Path, store: GitStore) -> None:
    broken = commit(bare, "break", speed="title: [\n")

    (told,) = past(store).named([broken])

    assert [(step.kind, step.id, step.after, step.is_broken) for step in told.steps] == [
        ("goal", "speed", None, True)
    ]


def test_what_lies_before_a_shallow_clone_is_not_guessed(bare: Path, tmp_path: Path) -> None:
    commit(bare, "plan", speed=GOAL)
    last = commit(bare, "again", speed=GOAL.replace("quick", "fast"))
    git(tmp_path, "clone", "-q", "--bare", "--depth", "1", f"file://{bare}", "shallow.git")

    with (
        GitStore.open(tmp_path / "shallow.git") as shallow,
        pytest.raises(GitcpError, match="what was before it is not in this clone"),
    ):
        past(shallow).named([last])
