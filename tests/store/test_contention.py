"""Many writers: threads of one store share an attempt, processes lose nothing, and each gets its own answer."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from gitcp.errors import ConflictError, RemoteError
from gitcp.model.operation import Applied, Step
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from gitcp.store.orders import Order
from gitcp.store.remote import Move, Outcome, Remote
from gitcp.store.remote_branch import RemoteBranch
from tests.store.repositories import commit_files, commit_records, subjects, tip
from tests.store.steps import Break, Count, Refuse, a_call, a_task, asking, receipt, refusal, title

FIRST = "CI-0001"


class Crowd:
    """Threads whose orders meet in one attempt: the first stops in its `decide` until all others wait."""

    def __init__(self, store: GitStore) -> None:
        self._store = store
        self._outcomes: dict[int, Applied | Exception] = {}

    def ask(self, *orders: Callable[[Snapshot], Sequence[Step]]) -> list[Applied | Exception]:
        """Let a thread ask for each order, so that all but the first are carried out together; return what became of each."""
        everyone_waits = threading.Event()
        has_begun = threading.Event()

        def first(snapshot: Snapshot) -> Sequence[Step]:
            has_begun.set()
            everyone_waits.wait()
            return orders[0](snapshot)

        leader = self._start(0, first)
        has_begun.wait()
        others = [self._start(number, order) for number, order in enumerate(orders) if number]
        while len(self._store._orders._waiting) < len(others):
            threading.Event().wait(0.001)
        everyone_waits.set()
        for thread in (leader, *others):
            thread.join()
        return [self._outcomes[number] for number in range(len(orders))]

    def _start(self, number: int, order: Callable[[Snapshot], Sequence[Step]]) -> threading.Thread:
        def ask() -> None:
            try:
                self._outcomes[number] = self._store.apply(order)
            except Exception as error:  # noqa: BLE001 - it is what is asked about
                self._outcomes[number] = error

        thread = threading.Thread(target=ask)
        thread.start()
        return thread


def counting(request: int) -> Callable[[Snapshot], Sequence[Step]]:
    return asking((Count(task=FIRST), a_call(request)))


@pytest.fixture
def pushes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that holds how each push ended."""
    statuses: list[int] = []
    original = Remote.push

    def push(remote: Remote, moves: Sequence[Move]) -> Outcome:
        outcome = original(remote, moves)
        statuses.append(outcome.status)
        return outcome

    monkeypatch.setattr(Remote, "push", push)
    return statuses


def test_orders_that_wait_at_the_same_time_go_in_one_push(clone: Path, bare: Path, pushes: list[int]) -> None:
    with GitStore.open(clone) as store:
        outcomes = Crowd(store).ask(*(counting(number) for number in range(6)))

        assert [receipt(found).repeated for found in outcomes if isinstance(found, Applied)] == [False] * 6
        assert [task.attempts for task in store.snapshot().tasks()] == [6]
    assert len(pushes) == 2
    assert len(subjects(bare)) == 7


def test_orders_that_go_together_decide_on_one_state_and_each_step_is_carried_out_on_those_before_it(
    clone: Path,
) -> None:
    seen: list[tuple[str, int]] = []

    def watching(request: int) -> Callable[[Snapshot], Sequence[Step]]:
        def decide(snapshot: Snapshot) -> Sequence[Step]:
            (task,) = store.snapshot().tasks()  # whoever decides may ask the store
            seen.append((snapshot.revision, task.attempts))
            return [(Count(task=FIRST), a_call(request))]

        return decide

    with GitStore.open(clone) as store:
        Crowd(store).ask(*(watching(number) for number in range(4)))

        assert [task.attempts for task in store.snapshot().tasks()] == [4]

    assert [attempts for _, attempts in seen] == [0, 1, 1, 1]
    assert len({revision for revision, _ in seen}) == 2


def test_an_order_with_a_bug_fails_alone(clone: Path, bare: Path) -> None:
    def broken(_: Snapshot) -> Sequence[Step]:
        raise KeyError("a bug")

    orders = [
        counting(0),
        counting(1),
        broken,
        asking((Break(), a_call(3))),
        asking((Refuse(), a_call(4))),
        counting(5),
    ]
    with GitStore.open(clone) as store:
        outcomes = Crowd(store).ask(*orders)

    assert [type(outcome) for outcome in outcomes] == [
        Applied,
        Applied,
        KeyError,
        ZeroDivisionError,
        Applied,
        Applied,
    ]
    refused = outcomes[4]
    assert isinstance(refused, Applied)
    assert "expected todo" in str(refusal(refused).error)
    assert subjects(bare)[:3] == ["count task CI-0001"] * 3


def test_a_remote_that_fails_is_told_to_everyone_who_waited(clone: Path, bare: Path, tmp_path: Path) -> None:
    with GitStore.open(clone) as store:
        bare.rename(tmp_path / "away.git")
        outcomes = Crowd(store).ask(*(counting(number) for number in range(3)))

    assert [type(outcome) for outcome in outcomes] == [RemoteError] * 3
    assert len({id(outcome) for outcome in outcomes}) == 3


def test_who_is_interrupted_while_it_works_for_others_leaves_them_to_the_next(
    clone: Path, bare: Path
) -> None:
    turns: list[str] = []

    def interrupted_once(snapshot: Snapshot) -> Sequence[Step]:
        turns.append(snapshot.revision)
        if len(turns) == 1:
            raise KeyboardInterrupt
        return [(Count(task=FIRST), a_call(2))]

    with GitStore.open(clone) as store:
        orders = store._orders
        order, own = Order(interrupted_once), Order(counting(1))
        orders._put([order, own])
        with pytest.raises(KeyboardInterrupt):
            orders._lead(own)
        assert (orders._waiting, order.is_settled, own.is_settled) == ([order], False, False)

        store.apply(counting(3))

    assert order.outcome().results
    assert subjects(bare) == ["count task CI-0001"] * 2 + ["found the company"]


def test_a_thread_that_never_gets_its_turn_is_told_and_leaves_nothing(clone: Path, bare: Path) -> None:
    with GitStore.open(clone, patience=0.05) as store:
        with store._orders._leading, pytest.raises(ConflictError, match="another thread"):
            title(store, 1, "CI-0002", "Second")
        title(store, 2, "CI-0003", "Third")

    assert subjects(bare) == ["title task CI-0003", "found the company"]


def test_a_refusal_on_an_old_state_is_asked_again_on_the_new_one(clone: Path, bare: Path) -> None:
    def decide(snapshot: Snapshot) -> Sequence[Step]:
        return [(Count(task="CI-0002"), a_call(1))]

    with GitStore.open(clone) as store:
        store.fetch()
        commit_records(bare, a_task("CI-0002"))

        assert not receipt(store.apply(decide)).repeated


def test_an_empty_answer_on_an_old_state_is_asked_again_on_the_new_one(clone: Path, bare: Path) -> None:
    asked: list[int] = []

    def decide(snapshot: Snapshot) -> Sequence[Step]:
        asked.append(len(snapshot.tasks()))
        return [(Count(task="CI-0002"), a_call(1))] if len(snapshot.tasks()) > 1 else []

    with GitStore.open(clone) as store:
        store.fetch()
        commit_records(bare, a_task("CI-0002"))
        applied = store.apply(decide)

    assert not receipt(applied).repeated
    assert asked == [1, 2]


def test_a_hook_that_refuses_is_told_although_others_move_the_branch_all_the_time(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho only the board may >&2\nexit 1\n")
    hook.chmod(0o755)
    original = Remote.push
    tries: list[str] = []

    def push(remote: Remote, moves: Sequence[Move]) -> Outcome:
        outcome = original(remote, moves)
        tries.append(commit_files(bare, {"notes": str(len(tries))}))
        return outcome

    monkeypatch.setattr(Remote, "push", push)
    with (
        GitStore.open(clone) as store,
        pytest.raises(RemoteError, match="refuses to move main: only the board may"),
    ):
        title(store, 1, "CI-0002", "Second")

    assert len(tries) < 30


def test_a_race_that_is_lost_many_times_is_won_in_the_end(
    clone: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = RemoteBranch.move
    others: list[str] = []

    def move(branch: RemoteBranch, expected: str, new: str, changes: Sequence[object]) -> bool:
        if len(others) < 12:
            others.append(commit_files(bare, {"notes": str(len(others))}))
        return original(branch, expected, new, changes)  # type: ignore[arg-type]

    monkeypatch.setattr(RemoteBranch, "move", move)
    with GitStore.open(clone) as store:
        assert receipt(store.apply(counting(1))).revision == tip(bare)

    assert len(subjects(bare)) == 14


@pytest.mark.slow
@pytest.mark.parametrize("options", [["3"], ["3", "--apart"], ["2", "--threads", "4"]])
def test_the_benchmark_finds_nothing_lost_and_nothing_doubled(project_root: Path, options: list[str]) -> None:
    program = [sys.executable, str(project_root / "benchmarks" / "contention.py"), "--seconds", "2", "--json"]
    done = subprocess.run([*program, *options], capture_output=True, text=True, check=True, timeout=300)

    told = json.loads(done.stdout)
    assert (told["lost"], told["doubled"]) == (0, 0)
    assert told[f"ops_per_s_{options[0]}"] > 0
