"""What is in the record is never told to have failed, and what one file or one clone has of its own damages nothing."""

from pathlib import Path

import pytest

from gitcp.store import filling
from gitcp.store.git_store import GitStore
from tests.store.repositories import commit_files, git, subjects, tip
from tests.store.steps import Title, a_call, asking, receipt, title


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gitcp.store.refs._WAITS", (0.0, 0.0))


def locked(repository: Path, ref: str) -> None:
    """Leave a lock behind as a program does that was killed."""
    path = repository / f"{ref}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/gitcp/seen/main", "refs/remotes/origin/main"])
def test_what_landed_in_the_remote_is_a_receipt_whatever_cannot_be_noted_here(
    clone: Path, bare: Path, ref: str
) -> None:
    with GitStore.open(clone) as store:
        title(store, 1, "CI-0002", "First")
        locked(clone / ".git", ref)

        landed = title(store, 2, "CI-0002", "Second")
        assert title(store, 2, "CI-0002", "Second").revision == landed.revision

    assert subjects(bare)[:2] == ["title task CI-0002"] * 2
    assert len(subjects(bare)) == 3


def test_what_landed_is_a_receipt_with_a_note_where_the_local_branch_cannot_follow(
    bare: Path, tmp_path: Path
) -> None:
    with GitStore.clone(str(bare), tmp_path / "own.git") as store:
        locked(tmp_path / "own.git", "refs/heads/main")

        applied = store.apply(asking((Title(task="CI-0002", title="Second"), a_call(1))))

    assert receipt(applied).revision == tip(bare)
    assert ["main.lock" in note for note in applied.notes] == [True]


def test_without_remote_a_lock_on_what_was_seen_hinders_neither_writing_nor_reading(bare: Path) -> None:
    locked(bare, "refs/gitcp/seen/main")

    with GitStore.open(bare) as store:
        receipt = title(store, 1, "CI-0002", "Second")
        assert not receipt.repeated
    with GitStore.open(bare) as store:
        assert store.snapshot().revision == receipt.revision == tip(bare)


def test_a_folder_whose_name_is_no_text_holds_no_record_and_stays_as_it_is(bare: Path) -> None:
    text = "title: Elsewhere\ncreated: 2026-11-20T08:15:00Z\n"
    blob = git(bare, "hash-object", "-w", "--stdin", given=text).strip()
    names = [b"caf\xe9", b"caf\\xe9"]
    inner = git(bare, "mktree", given=f"100644 blob {blob}\tCI-0007.yaml\n").strip()
    entries = b"".join(b"40000 %s\0%s" % (name, bytes.fromhex(inner)) for name in sorted(names))
    (bare / "odd").write_bytes(entries)
    odd = git(bare, "hash-object", "-t", "tree", "-w", "--literally", "odd").strip()
    key = git(bare, "mktree", given=f"040000 tree {odd}\tCI\n").strip()
    whole = git(bare, "ls-tree", "main")
    rest = "".join(line + "\n" for line in whole.splitlines() if not line.endswith("\ttasks"))
    tree = git(bare, "mktree", given=f"{rest}040000 tree {key}\ttasks\n").strip()
    commit = git(bare, "commit-tree", "-p", "main", "-m", "odd", tree).strip()
    git(bare, "update-ref", "refs/heads/main", commit)

    with GitStore.open(bare) as store:
        snapshot = store.snapshot()

        assert [problem.message for problem in snapshot.problems()] == ["is not the name of a record"] * 2
        assert snapshot.tasks() == []


def test_a_tree_that_git_alone_cannot_list_is_read_all_the_same(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "FEW", 0)
    monkeypatch.setattr(filling, "_processors", lambda: 2)
    real = filling.listed
    monkeypatch.setattr(filling, "listed", lambda git_dir, _: real(git_dir, "0" * 40))

    with GitStore.open(bare) as store:
        assert [task.id for task in store.snapshot().tasks()] == ["CI-0001"]


@pytest.mark.parametrize("shallow", [0, 1])
def test_from_a_neighbour_nothing_is_taken_where_one_of_the_two_is_shallow(
    bare: Path, tmp_path: Path, shallow: int
) -> None:
    for number in range(3):
        commit_files(bare, {"notes": str(number)})
    folders = [tmp_path / f"{name}.git" for name in ("one", "two")]
    for number, folder in enumerate(folders):
        GitStore.clone(bare.as_uri(), folder, depth=1 if number == shallow else None).close()
    side = git(bare, "commit-tree", "-p", "main~2", "-m", "side", "main^{tree}").strip()
    merge = git(bare, "commit-tree", "-p", "main", "-p", side, "-m", "merge", "main^{tree}").strip()
    git(bare, "update-ref", "refs/heads/main", merge)

    with GitStore.open(folders[0]) as one, GitStore.open(folders[1]) as two:
        one.fetch()
        title(one, 1, "CI-0002", "One")
        title(two, 2, "CI-0002", "Two")

    for folder in folders:
        git(folder, "log", "--oneline", "refs/remotes/origin/main")
        assert "missing" not in git(folder, "fsck", "--connectivity-only")
