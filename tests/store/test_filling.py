"""A cache from nothing: on several processors as on one, and as file by file."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from gitcp.store import filling, reading_worker
from gitcp.store.git_store import GitStore
from gitcp.store.objects import Objects
from gitcp.store.reading_worker import Worker, read_chunk
from tests.store.repositories import begin_anew, commit_files, tip

COMMENT = "comments/CI/CI-0001/20261122T09000{}000Z-riley-1f3a.yaml"
RUN = """\
agent: riley
task: CI-0001
answers:
  - {reason: assignment, record: CI-0001, digest: 1f3a}
runtime: process
reserved: {usd: 1.5, runs: 1}
charges: [company]
claimed_at: 2026-11-22T09:00:00Z
claimed_by: here
deadline: 2026-11-22T09:30:00Z
"""
TABLES = ("records", "answers", "charges", "mentions", "blockers", "problems")


@pytest.fixture
def full(bare: Path) -> Path:
    """Return a repository with something for every table: whole, broken, doubled, archived and odd files."""
    files: dict[str, str | bytes | None] = {
        f"tasks/CI/CI-{number:04d}.yaml": f"title: Task {number}\nblocked_by: [CI-0001]\ncreated: 2026-11-20T08:15:00Z\n"
        for number in range(2, 30)
    }
    files |= {COMMENT.format(second): f"body: Look, @oscar {second}\n" for second in range(9)}
    files |= {
        "tasks/CI/CI-0030.yaml": "title: [\n",
        "tasks/CI/old/CI-0002.yaml": "title: Second file\ncreated: 2026-11-20T08:15:00Z\n",
        "archive/tasks/CI/CI-0031.yaml": "title: Old\ncreated: 2026-11-20T08:15:00Z\n",
        "tasks/CI/notes.txt": "no record\n",
        "src/anything.py": "print()\n",
        "runs/2026/11/22/20261122T090000Z-riley.yaml": RUN,
    }
    commit_files(bare, files)
    return bare


def held(bare: Path) -> dict[str, list[Any]]:
    """Return what the cache holds, whatever its rows are numbered."""
    with sqlite3.connect(bare / "gitcp" / "unjudged.sqlite") as cache:
        paths = dict(cache.execute("SELECT number, path FROM records").fetchall())
        found = {}
        for table in TABLES:
            columns = [row[1] for row in cache.execute(f"PRAGMA table_info({table})")]
            rows = [dict(zip(columns, row, strict=True)) for row in cache.execute(f"SELECT * FROM {table}")]
            found[table] = sorted(repr(row | {"number": paths.get(row.get("number"))}) for row in rows)
    return found


def built(bare: Path) -> dict[str, list[Any]]:
    (bare / "gitcp" / "unjudged.sqlite").unlink(missing_ok=True)
    with GitStore.open(bare) as store:
        store.snapshot()
    return held(bare)


@pytest.fixture
def on_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a small repository be read by two processes, a few files at a time."""
    monkeypatch.setattr(filling, "FEW", 0)
    monkeypatch.setattr(filling, "CHUNK", 4)
    monkeypatch.setattr(filling, "_processors", lambda: 2)


def moved_along(bare: Path) -> dict[str, list[Any]]:
    after = tip(bare)
    begin_anew(bare)
    with GitStore.open(bare) as store:
        store.snapshot()
        Path(bare / "refs" / "heads" / "main").write_text(f"{after}\n")
        store.snapshot()
    return held(bare)


def test_several_processors_write_what_one_does_and_what_is_written_file_by_file(
    full: Path, request: pytest.FixtureRequest
) -> None:
    alone = built(full)
    request.getfixturevalue("on_two")

    assert all(alone.values())
    assert built(full) == alone
    assert moved_along(full) == alone


@pytest.mark.usefixtures("on_two")
def test_what_no_other_process_can_read_is_read_here(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = built(full)

    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert built(full) == expected


@pytest.mark.usefixtures("on_two")
def test_a_process_that_dies_while_it_reads_leaves_nothing_out(
    full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = built(full)
    asked: list[Worker] = []
    read = Worker.read

    def dying(self: Worker, chunk: reading_worker.Chunk) -> reading_worker.Read | None:
        asked.append(self)
        if len(asked) == 3:
            self.close()
        return read(self, chunk)

    monkeypatch.setattr(Worker, "read", dying)

    assert built(full) == expected
    assert len(asked) > 3


def test_a_worker_answers_as_this_process_does(full: Path) -> None:
    objects = Objects(full)
    chunk = [(path, leaf.oid, leaf.mode) for path, leaf in objects.leaves(objects.commit(tip(full)).tree)]
    worker = Worker(full)

    try:
        assert worker.read(chunk) == read_chunk(chunk, objects.data)
    finally:
        worker.close()


@pytest.mark.usefixtures("on_two")
def test_who_waits_is_told_how_many_files_are_read_and_when_all_are(full: Path) -> None:
    told: list[int | None] = []

    with GitStore.open(full, progress=told.append) as store:
        store.snapshot()

    *counts, last = told
    assert last is None
    assert [count for count in counts if count is not None] == sorted(set(counts))  # type: ignore[type-var]
    assert counts[-1] == len(held(full)["records"])
