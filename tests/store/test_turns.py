"""Taking turns: in the order of coming, whoever dies on the way."""

import subprocess
import sys
import threading
from pathlib import Path

from gitcp.store.lock import StoreLock
from gitcp.store.turns import Turns
from tests.store.repositories import children_environment

LONG = 60.0


def tickets(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def wait_for_tickets(folder: Path, number: int) -> None:
    """Wait until so many stand in the queue: a file appears for each."""
    while len(tickets(folder)) != number:
        threading.Event().wait(0.001)


def test_who_came_first_goes_first(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    went: list[int] = []

    def go(number: int) -> None:
        with Turns(folder).taken(LONG) as is_next:
            assert is_next
            went.append(number)

    with Turns(folder).taken(LONG):
        threads = []
        for number in range(8):
            threads.append(threading.Thread(target=go, args=(number,)))
            threads[-1].start()
            wait_for_tickets(folder, number + 2)
        assert went == []
    for thread in threads:
        thread.join()

    assert went == list(range(8))
    assert tickets(folder) == []


def test_a_lock_goes_to_who_waits_and_not_to_who_has_just_let_go_of_it(tmp_path: Path) -> None:
    took: list[str] = []
    has_it = threading.Event()

    def work(name: str, others: int) -> None:
        lock = StoreLock(tmp_path / "lock", LONG)
        for _ in range(3):
            with lock.held():
                has_it.set()
                wait_for_tickets(tmp_path / "lock.queue", 1 + others)
                took.append(name)
            others = 0 if len(took) > 3 else 1

    first = threading.Thread(target=work, args=("first", 1))
    first.start()
    has_it.wait()
    second = threading.Thread(target=work, args=("second", 1))
    second.start()
    first.join()
    second.join()

    assert took[:4] == ["first", "second", "first", "second"]


DIE = """
import os, sys
from pathlib import Path
from gitcp.store.turns import Turns
with Turns(Path(sys.argv[1])).taken(60):
    os._exit(9)
"""


def test_who_dies_in_the_queue_holds_nobody_up(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    died = subprocess.run(
        [sys.executable, "-c", DIE, str(folder)], env=children_environment(), check=False, timeout=60
    )
    assert died.returncode == 9
    assert len(tickets(folder)) == 1

    with Turns(folder).taken(LONG) as is_next:
        assert is_next
        assert len(tickets(folder)) == 1


def test_who_does_not_move_is_not_waited_for_longer_than_one_has_patience(tmp_path: Path) -> None:
    with Turns(tmp_path).taken(LONG), Turns(tmp_path).taken(0.01) as is_next:
        assert not is_next


def test_where_there_can_be_no_queue_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with Turns(tmp_path / "file" / "queue").taken(LONG) as is_next:
        assert not is_next


def test_a_thread_that_holds_the_lock_may_take_it_again(tmp_path: Path) -> None:
    lock = StoreLock(tmp_path / "lock", LONG)

    with lock.held(), lock.held():
        assert len(tickets(tmp_path / "lock.queue")) == 1
    assert tickets(tmp_path / "lock.queue") == []
