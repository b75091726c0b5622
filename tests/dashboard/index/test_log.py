import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from gitcp.dashboard.index import tables
from gitcp.dashboard.index.log import IndexedLog
from gitcp.dashboard.log import ReadLog, file_of
from gitcp.model.history import Merged
from tests.dashboard.company import NOW, a_site, ago, an_entry

ALL = tuple(a_site().history.entries())


@pytest.fixture
def log() -> Iterator[IndexedLog]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(tables.TABLES)
        yield IndexedLog(connection)


def test_it_answers_as_a_log_that_was_read(log: IndexedLog) -> None:
    read = ReadLog(ALL)
    log.follow(ALL)

    assert (len(log), list(log)) == (len(read), list(read))
    assert (list(log[:3]), log[0], log[-1], list(log[2:9:3])) == (
        list(read[:3]),
        read[0],
        read[-1],
        list(read[2:9:3]),
    )
    for name in ("CI-0028", "riley", "nobody", "20261121T123000Z-riley"):
        assert list(log.about((name, file_of(name)))) == list(read.about((name, file_of(name))))
    with pytest.raises(IndexError):
        log[len(ALL)]


def test_nothing_of_a_commit_is_lost(log: IndexedLog) -> None:
    merged = (Merged("a" * 40, "Ada", "ada@x.example", "ssh-ed25519 AAAA"),)
    entry = replace(
        an_entry(NOW, "Ada", "x", "org/a.yaml", task="CI-1"),
        body="b",
        parents=("c",),
        signer="k",
        merged=merged,
    )
    log.follow([entry])

    assert list(log) == [entry]


def test_it_reads_on_from_where_it_was_and_says_which_names_are_new(log: IndexedLog) -> None:
    log.follow(ALL)
    new = an_entry(NOW, "Riley", "new", "tasks/CI/CI-0900.yaml")

    def entries() -> Iterator[object]:
        yield new
        yield ALL[0]
        raise AssertionError("it read further than to what it knew")

    assert log.follow(entries()) == {"CI-0900"}  # type: ignore[arg-type]
    assert list(log) == [new, *ALL]


def test_what_was_asked_before_is_told_with_what_is_new(log: IndexedLog) -> None:
    log.follow(ALL)
    before = log.about(["CI-0028"])
    new = an_entry(NOW, "Riley", "new", "tasks/CI/CI-0028.yaml")

    log.follow([new, *ALL])
    assert list(log.about(["CI-0028"])) == [new, *before]

    log.follow(ALL)
    assert list(log.about(["CI-0028"])) == list(before) != []


def test_a_history_that_was_rewritten_takes_the_place_of_the_old_one(log: IndexedLog) -> None:
    gone, new = (
        an_entry(NOW, "Riley", "gone", "tasks/CI/CI-0900.yaml"),
        an_entry(ago(), "Ada", "new", "org/ada.yaml"),
    )
    log.follow([gone, *ALL])

    assert log.follow([new, *ALL]) == {"CI-0900", "ada"}
    assert list(log) == [new, *ALL]
    assert log.follow(ALL[5:]) >= {"ada"}
    assert list(log) == list(ALL[5:])
    log.follow([new])
    assert list(log) == [new]
