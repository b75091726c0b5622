"""Refs move by compare-and-swap, whoever else moves them."""

import threading
from pathlib import Path

import pytest

from gitcp.errors import ConflictError
from gitcp.store import refs as refs_module
from gitcp.store.refs import Refs
from tests.store.repositories import MAIN, commit_files, git, tip

LEASE = "refs/gitcp/leases/20261122T090000Z-riley"


def test_a_ref_that_must_not_exist_is_made_once(bare: Path) -> None:
    refs, one, two = Refs(bare), tip(bare), commit_files(bare, {"a": "x"})

    assert [refs.swap(LEASE, None, one), refs.swap(LEASE, None, two)] == [True, False]
    assert refs.read(LEASE) == one


def test_a_ref_moves_only_from_where_it_is_expected(bare: Path) -> None:
    refs, one, two = Refs(bare), tip(bare), commit_files(bare, {"a": "x"})

    assert [refs.swap(MAIN, one, two), refs.swap(MAIN, two, one), refs.swap(MAIN, two, one)] == [
        False,
        True,
        False,
    ]
    assert git(bare, "rev-parse", MAIN).strip() == one


def test_a_ref_is_deleted_only_from_where_it_is_expected(bare: Path) -> None:
    refs, one, two = Refs(bare), tip(bare), commit_files(bare, {"a": "x"})
    refs.swap(LEASE, None, one)

    assert [refs.swap(LEASE, two, None), refs.swap(LEASE, one, None), refs.swap(LEASE, one, None)] == [
        False,
        True,
        False,
    ]
    assert list(refs.under("refs/gitcp/")) == []


def test_refs_that_git_packed_move_as_well(bare: Path) -> None:
    refs, one, two = Refs(bare), tip(bare), commit_files(bare, {"a": "x"})
    refs.swap(LEASE, None, one)
    git(bare, "pack-refs", "--all")

    assert refs.swap(LEASE, one, two)
    assert dict(refs.under("refs/gitcp/leases/")) == {LEASE: two}
    assert refs.swap(LEASE, two, None)
    assert refs.read(LEASE) is None


def test_of_many_who_make_a_ref_one_wins(bare: Path) -> None:
    won = []
    start = threading.Barrier(4)

    def take() -> None:
        refs = Refs(bare)
        start.wait()
        won.append(refs.swap(LEASE, None, tip(bare)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False, False, False, True]


def test_a_ref_that_another_program_locks_for_good_is_told(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refs_module, "_WAITS", (0.0, 0.0))
    one, two = tip(bare), commit_files(bare, {"a": "x"})
    (bare / "refs" / "heads" / "main.lock").touch()

    with pytest.raises(ConflictError, match="locked"):
        Refs(bare).swap(MAIN, two, one)


def test_a_symbolic_ref_names_its_target_even_if_that_is_not_there(bare: Path) -> None:
    refs = Refs(bare)
    refs.point("refs/remotes/origin/HEAD", "refs/remotes/origin/main")

    assert refs.target("refs/remotes/origin/HEAD") == "refs/remotes/origin/main"
    assert [refs.target(MAIN), refs.read("refs/remotes/origin/HEAD"), refs.target("refs/none")] == [
        None,
        None,
        None,
    ]


def test_refs_below_a_name_are_found_among_thousands_loose_and_packed(bare: Path) -> None:
    there = tip(bare)
    many = "".join(f"create refs/gitcp/logs/{number} {there}\n" for number in range(2000))
    git(bare, "update-ref", "--stdin", given=many + f"create {LEASE} {there}\n")
    git(bare, "pack-refs", "--all")
    git(bare, "update-ref", f"{LEASE}-2", there)
    refs = Refs(bare)

    assert list(refs.under("refs/gitcp/leases/")) == [(LEASE, there), (f"{LEASE}-2", there)]
    assert len(list(refs.under("refs/gitcp/logs/"))) == 2000
    assert list(refs.under("refs/gitcp/none/")) == []

    git(bare, "update-ref", "-d", LEASE)
    assert [name for name, _ in refs.under("refs/gitcp/leases/")] == [f"{LEASE}-2"]


def test_refs_are_found_from_a_worktree_of_their_repository(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "update-ref", LEASE, "HEAD")
    git(checkout, "worktree", "add", "--quiet", str(tmp_path / "beside"))

    assert [name for name, _ in Refs(checkout / ".git/worktrees/beside").under("refs/gitcp/")] == [LEASE]
