"""The cache can be deleted, damaged or of another version at any time: nothing is lost and nothing is wrong."""

import contextlib
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from gitcp.errors import GitcpError
from gitcp.model.amounts import Metric
from gitcp.model.operation import Result, Step
from gitcp.model.tasks import TaskStatus
from gitcp.store import tables
from gitcp.store.attempt import Attempt
from gitcp.store.cache import Cache
from gitcp.store.git_store import GitStore
from gitcp.store.memo import Memo
from gitcp.store.view import CacheSnapshot
from tests.store.repositories import commit_files, commit_records
from tests.store.steps import NOW, a_task, title

NAME = "unjudged.sqlite"


def titles(store: GitStore) -> dict[str, str]:
    return {task.id: task.title for task in store.snapshot().tasks()}


def delete(cache: Path) -> None:
    for file in cache.parent.glob(f"{NAME}*"):
        file.unlink()


def delete_alone(cache: Path) -> None:
    cache.unlink()


def overwrite(cache: Path) -> None:
    cache.write_bytes(b"this is no database" * 1000)


def empty(cache: Path) -> None:
    cache.write_bytes(b"")


def cut(cache: Path) -> None:
    cache.write_bytes(cache.read_bytes()[:5000])


def scramble(cache: Path) -> None:
    data = cache.read_bytes()
    cache.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def make_old(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()


def make_foreign(cache: Path) -> None:
    delete(cache)
    with sqlite3.connect(cache) as connection:
        connection.execute("CREATE TABLE meta (something, else_)")
        connection.execute("CREATE TABLE strangers (id)")
        connection.execute("CREATE INDEX records_by_id ON strangers (id)")
    connection.close()


@pytest.mark.parametrize(
    "harm", [delete, delete_alone, overwrite, empty, cut, scramble, make_old, make_foreign]
)
def test_a_cache_that_is_harmed_between_two_commands_is_made_again(
    bare: Path, harm: Callable[[Path], None]
) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "Second")
    harm(bare / "gitcp" / NAME)

    with GitStore.open(bare) as store:
        assert titles(store) == {"CI-0001": "First", "CI-0002": "Second"}
        assert title(store, 1, "CI-0002", "Second").repeated
        title(store, 2, "CI-0002", "Third")
        assert titles(store)["CI-0002"] == "Third"


def test_a_cache_that_another_version_took_over_is_made_again_while_the_store_is_open(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "Second")
        make_old(bare / "gitcp" / NAME)

        assert titles(store) == {"CI-0001": "First", "CI-0002": "Second"}
        make_old(bare / "gitcp" / NAME)
        title(store, 2, "CI-0002", "Third")
        assert titles(store) == {"CI-0001": "First", "CI-0002": "Third"}


def test_a_folder_that_disappears_while_the_store_is_open_costs_nothing_but_time(bare: Path) -> None:
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "Second")
        delete(bare / "gitcp" / NAME)

        commit_records(bare, a_task("CI-0003"))
        assert titles(store).keys() == {"CI-0001", "CI-0002", "CI-0003"}


def test_a_cache_that_turns_out_to_be_damaged_in_an_operation_is_made_again(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried_out, harm = Attempt.carry_out, [sqlite3.DatabaseError("database disk image is malformed")]

    def carry_out(attempt: Attempt, step: Step) -> Result:
        if harm:
            raise harm.pop()
        return carried_out(attempt, step)

    monkeypatch.setattr(Attempt, "carry_out", carry_out)
    with GitStore.open(bare) as store:
        title(store, 1, "CI-0002", "Second")
        assert titles(store) == {"CI-0001": "First", "CI-0002": "Second"}


def test_what_a_transaction_wrote_is_gone_if_it_fails(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    with cache.transaction():
        cache.set("revision", "one")

    with contextlib.suppress(ZeroDivisionError), cache.transaction():
        cache.set("revision", "two")
        raise ZeroDivisionError

    assert cache.revision == "one"
    cache.close()


def test_what_a_step_wrote_is_gone_if_it_fails_and_the_transaction_goes_on(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    with cache.transaction():
        cache.set("revision", "one")
        with contextlib.suppress(ZeroDivisionError), cache.step():
            cache.set("revision", "two")
            raise ZeroDivisionError
        cache.set("format", "three")

    assert (cache.revision, cache.get("format")) == ("one", "three")
    cache.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(GitcpError, match="cannot be written"):
        Cache(tmp_path / "file" / "cache.sqlite")


def test_the_key_changes_with_the_meaning_of_records(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables.key()
    tables.key.cache_clear()
    monkeypatch.setattr("gitcp.__version__", "99.0")

    assert tables.key() != before
    tables.key.cache_clear()


def test_questions_for_what_is_open_do_not_read_what_is_closed(bare: Path) -> None:
    asked: list[str] = []
    with GitStore.open(bare) as store:
        store.snapshot()
        connection = sqlite3.connect(bare / "gitcp" / NAME)
        connection.set_trace_callback(asked.append)
        snapshot = CacheSnapshot(connection, Memo(), lambda *_, **__: None)
        snapshot.tasks(statuses=[TaskStatus.TODO, TaskStatus.BLOCKED])
        snapshot.tasks(statuses=[TaskStatus.TODO], assignee="riley")
        snapshot.runs(active=True)
        snapshot.runs(agent="riley", limit=1)
        snapshot.runs(pending=True)
        snapshot.charged("company", NOW)
        connection.set_trace_callback(None)
        plans = [str(connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in asked[1:]]
        connection.close()

    wanted = [
        "tasks_by_status",
        "tasks_by_assignee",
        "runs_by_status",
        "runs_by_agent",
        "runs_pending",
        "PRIMARY KEY (budget=? AND counted_at>?)",
    ]
    assert [[index for index in wanted if index in plan] for plan in plans] == [[index] for index in wanted]


def test_a_run_that_has_two_files_is_charged_once(bare: Path) -> None:
    text = """\
agent: riley
runtime: process
reserved: {usd: 1.5, runs: 1}
charges: [company]
claimed_at: 2026-11-22T09:00:00Z
claimed_by: here
deadline: 2026-11-22T09:30:00Z
"""
    name = "20261122T090000Z-riley.yaml"
    commit_files(bare, {f"runs/2026/11/22/{name}": text, f"runs/2026/11/22/09/old/{name}": text})

    with GitStore.open(bare) as store:
        taken = store.snapshot().charged("company", None)

    assert (taken.reserved[Metric.USD], taken.reserved[Metric.RUNS]) == (Decimal("1.5"), Decimal(1))
