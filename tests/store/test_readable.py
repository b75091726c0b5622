from pathlib import Path

import pytest

from gitcp.model.base import Record
from gitcp.model.runs import Run
from gitcp.model.snapshot import ever
from gitcp.model.tasks import Comment, Document, Task
from gitcp.store.git_store import GitStore
from gitcp.store.view import CacheSnapshot
from tests.store.repositories import commit_files
from tests.store.test_archive import FILES, TASK, archive

KINDS = (Task, Comment, Document)


@pytest.fixture(params=["live", "archived", "partly archived"])
def snapshot(bare: Path, store: GitStore, request: pytest.FixtureRequest) -> CacheSnapshot:
    commit_files(bare, {"tasks/CI/CI-0001.yaml": None, **FILES})
    if request.param != "live":
        archive(store)
    if request.param == "partly archived":
        beside = {"tasks/CI/CI-00011.yaml": TASK, "documents/CI/CI-00011/plan.md": "# Plan\n"}
        gone = {"comments/CI/CI-0777/20260102T090000000Z-oscar-1f3a.yaml": "body: whose task is gone\n"}
        commit_files(bare, {**beside, **gone, "archive/tasks/CI/CI-0099.yaml": "title: [\n"})
    found = store.snapshot()
    assert isinstance(found, CacheSnapshot)
    return found


def ids(records: list[Record]) -> list[tuple[str, str]]:
    return sorted((record.kind, record.id) for record in records)


def test_every_record_is_found_once_by_the_names_of_its_kinds(snapshot: CacheSnapshot) -> None:
    every = [record for kind in KINDS for record in ever(snapshot, kind)]

    assert ids(list(snapshot.among(snapshot.names(*KINDS), *KINDS))) == ids(every)
    assert ids(list(snapshot.among(snapshot.names(Run), Run))) == ids(list(ever(snapshot, Run)))


def test_with_a_task_come_its_own_comments_and_documents_alone(snapshot: CacheSnapshot) -> None:
    found = [
        (record.kind, record.id.partition("/")[0])
        for record in snapshot.among(["CI-0001", "QA-1044"], *KINDS)
    ]

    assert sorted(found) == [
        ("comment", "CI-0001"),
        ("document", "QA-1044"),
        ("task", "CI-0001"),
        ("task", "QA-1044"),
    ]


def test_with_a_task_come_its_runs_and_a_run_on_no_task_by_its_own_name(snapshot: CacheSnapshot) -> None:
    runs = list(ever(snapshot, Run))
    alone = [run.id for run in runs if run.task is None]
    tasks = {run.task for run in runs if run.task is not None}

    assert alone
    assert tasks
    assert sorted(snapshot.names(Run)) == sorted([*alone, *tasks])
    for task in tasks:
        found = ids(list(snapshot.among([task], Task, Run)))
        assert found == [*(("run", run.id) for run in runs if run.task == task), ("task", task)]


def test_what_was_read_among_others_is_where_it_was_and_not_read_again(
    snapshot: CacheSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = (*KINDS, Run)
    every = [record for kind in kinds for record in ever(snapshot, kind)]
    where = {record.id: snapshot.path(type(record), record.id) for record in every}

    read = list(snapshot.among(snapshot.names(*kinds), *kinds))

    assert ids(read) == ids(every)
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_ask", None)
        assert [snapshot.get(type(record), record.id) for record in read] == read
    assert {record.id: snapshot.path(type(record), record.id) for record in read} == where
