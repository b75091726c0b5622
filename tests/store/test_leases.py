"""Leases: one holder at a time, on one machine or many."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.errors import RecordError, RemoteError
from gitcp.store.git_store import GitStore, Lease
from gitcp.store.remote import Outcome, Remote
from tests.store.repositories import git, tip
from tests.store.steps import NOW

RUN = "20261122T090000Z-riley"
REF = f"refs/gitcp/leases/{RUN}"


@pytest.fixture(params=["one repository", "a remote"])
def pair(request: pytest.FixtureRequest, bare: Path, tmp_path: Path) -> Iterator[tuple[GitStore, GitStore]]:
    """Two stores that see the same leases."""
    with ExitStack() as stack:
        if request.param == "a remote":
            opened = [GitStore.clone(str(bare), tmp_path / f"{name}.git") for name in ("one", "two")]
        else:
            opened = [GitStore.open(bare) for _ in range(2)]
        one, two = (stack.enter_context(store) for store in opened)
        yield one, two


def test_a_lease_is_taken_once(pair: tuple[GitStore, GitStore], bare: Path) -> None:
    one, two = pair

    lease = one.create_lease(RUN, "one", NOW)

    assert lease is not None
    assert (lease.run, lease.holder, lease.at) == (RUN, "one", NOW)
    assert two.create_lease(RUN, "two", NOW) is None
    assert one.create_lease(RUN, "one", NOW) is None
    assert tip(bare, REF) == lease.oid


def test_a_renewed_lease_is_seen_to_move(pair: tuple[GitStore, GitStore]) -> None:
    one, two = pair
    first = one.create_lease(RUN, "one", NOW)
    assert first is not None

    second = one.renew_lease(first, NOW + timedelta(seconds=60))
    two.fetch()

    assert second is not None
    assert two.leases() == {RUN: second}
    assert second.at == NOW + timedelta(seconds=60)


def test_a_lease_that_somebody_took_away_cannot_be_renewed(pair: tuple[GitStore, GitStore]) -> None:
    one, two = pair
    first = one.create_lease(RUN, "one", NOW)
    assert first is not None
    two.fetch()

    assert two.delete_lease(two.leases()[RUN])
    assert two.create_lease(RUN, "two", NOW) is not None
    assert one.renew_lease(first, NOW) is None
    assert not one.delete_lease(first)


def test_a_lease_that_moved_on_is_not_taken_for_dead(pair: tuple[GitStore, GitStore]) -> None:
    one, two = pair
    first = one.create_lease(RUN, "one", NOW)
    assert first is not None
    two.fetch()
    seen = two.leases()[RUN]
    one.renew_lease(first, NOW + timedelta(seconds=60))

    assert not two.delete_lease(seen)
    one.fetch()
    assert RUN in one.leases()


def test_a_lease_that_is_gone_is_gone_for_all(pair: tuple[GitStore, GitStore]) -> None:
    one, two = pair
    lease = one.create_lease(RUN, "one", NOW)
    assert lease is not None
    two.fetch()

    assert one.delete_lease(lease)
    two.fetch()

    assert (one.leases(), two.leases()) == ({}, {})


def test_of_two_who_take_a_lease_at_the_same_moment_one_wins(pair: tuple[GitStore, GitStore]) -> None:
    start = threading.Barrier(2)
    taken: list[Lease | None] = []

    def take(store: GitStore) -> None:
        start.wait()
        taken.append(store.create_lease(RUN, "the same holder", NOW))

    threads = [threading.Thread(target=take, args=(store,)) for store in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [lease is None for lease in taken].count(False) == 1


def test_a_lease_whose_answer_is_lost_is_known_to_be_held(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed = Remote.push

    def push(remote: Remote, moves: object) -> Outcome:
        pushed(remote, moves)  # type: ignore[arg-type]
        return Outcome(128, "", "the connection broke")

    monkeypatch.setattr(Remote, "push", push)
    with GitStore.open(clone) as store:
        lease = store.create_lease(RUN, "one", NOW)

    assert lease is not None
    assert tip(bare, REF) == lease.oid


def test_a_remote_that_takes_no_leases_is_an_error(clone: Path, bare: Path) -> None:
    hook = bare / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    with GitStore.open(clone) as store, pytest.raises(RemoteError):
        store.create_lease(RUN, "one", NOW)


def test_leases_are_no_part_of_the_branch(pair: tuple[GitStore, GitStore], bare: Path) -> None:
    pair[0].create_lease(RUN, "one", NOW)

    assert git(bare, "log", "--format=%s", "main").split("\n")[0] == "found the company"


def test_a_lease_is_for_a_run(store: GitStore) -> None:
    with pytest.raises(RecordError, match="is not the id of a run"):
        store.create_lease("../heads/main", "one", NOW)
