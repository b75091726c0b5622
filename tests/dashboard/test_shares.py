from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.shares import SHARE, by_task, in_order, shares
from gitcp.model.memory import Records
from tests.dashboard.company import a_run, a_task, ago


def test_files_of_one_task_and_its_runs_are_made_one_after_another_and_all_others_before() -> None:
    first, second, alone = (
        a_run("riley", ago(hours=hour), task=task) for hour, task in enumerate(("CI-0001", "CI-0002", None))
    )
    rows = Rows.of(Records.of([a_task("CI-0001"), a_task("CI-0002"), first, second, alone]))
    keys = [
        ("task-data", "CI-0002"),
        ("task-data", "CI-0001"),
        ("index.html", ""),
        ("task", "CI-0001"),
        ("task", "CI-0002"),
        ("talk", "CI-0002/1"),
        *(("run", run.id) for run in (first, second, alone)),
        ("day", "2026-11-22"),
    ]

    assert by_task(keys, rows) == [
        ("index.html", ""),
        ("run", alone.id),
        ("day", "2026-11-22"),
        ("task-data", "CI-0001"),
        ("task", "CI-0001"),
        ("run", first.id),
        ("task-data", "CI-0002"),
        ("task", "CI-0002"),
        ("talk", "CI-0002/1"),
        ("run", second.id),
    ]


def test_tasks_are_in_the_order_of_their_numbers_whatever_project_they_are_of() -> None:
    assert in_order(["DOC-0002", "CI-10000", "CI-9999", "CI-0002"]) == [
        "CI-0002",
        "DOC-0002",
        "CI-9999",
        "CI-10000",
    ]


def test_shares_hold_every_key_once() -> None:
    keys = [("task", f"CI-{number}") for number in range(SHARE + 1)]

    assert [*shares(keys)] == [keys[:SHARE], keys[SHARE:]]
