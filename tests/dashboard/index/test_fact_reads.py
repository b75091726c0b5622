import sqlite3

from gitcp.dashboard.index.fact_reads import forget_reads, put_reads, reads
from gitcp.dashboard.index.tables import TABLES


def an_index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    return connection


def test_what_facts_read_is_kept_beside_what_they_read_before() -> None:
    index = an_index()

    put_reads(index, {"spent": {"task"}, "address": set()})
    put_reads(index, {"spent": {"run"}})

    assert reads(index) == {"spent": {"task", "run"}, "address": set()}


def test_nothing_else_of_the_site_is_forgotten_with_it() -> None:
    index = an_index()
    index.execute("INSERT INTO meta VALUES ('revision', 'abc')")
    put_reads(index, {"spent": {"task"}})

    forget_reads(index)

    assert reads(index) == {}
    assert index.execute("SELECT value FROM meta").fetchall() == [("abc",)]
