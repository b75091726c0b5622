from datetime import timedelta

import pytest

from gitcp.dashboard.all_rows import THERE, WORK, Rows
from gitcp.dashboard.days import DayOf
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.groups import Counting, Grouping, alike
from gitcp.dashboard.rows import TaskRow, run_row, task_row
from gitcp.dashboard.task_counts import DONE, STATES
from gitcp.model.tasks import Task, TaskStatus
from tests.dashboard.company import NOW, a_run, a_task

DAYS = DayOf(Clock.of(NOW, "UTC"))
LABELS = Grouping[TaskRow, TaskRow](
    "label", Task.kind, lambda row, _: row.labels, alike, lambda row: (row.title, row.id)
)
TITLES = Grouping[TaskRow, str](
    "title", Task.kind, lambda row, _: (row.project,), lambda row: row.title, str, is_reversed=True
)
URGENT = Counting[TaskRow, str](
    "urgent", Task.kind, lambda row, _: row.project if "urgent" in row.labels else None
)


def a_row(name: str, title: str, *labels: str, **fields: object) -> TaskRow:
    return task_row(a_task(name, title=title, labels=labels, **fields))


def some_rows(*tasks: TaskRow) -> Rows:
    return Rows.sorted(tasks, (), ())


def edited(rows: Rows, *tasks: TaskRow) -> tuple[Rows, set[str]]:
    return rows.edited({task.id: task for task in tasks}, {}, {}, {})


def test_rows_are_in_every_group_that_names_them_and_in_order() -> None:
    one, other = a_row("CI-0001", "b", "x", "y"), a_row("CI-0002", "a", "x")

    groups = some_rows(one, other).groups(LABELS)

    assert groups == {"x": [other, one], "y": [one]}


def test_a_change_edits_the_groups_of_the_row_and_shares_the_others() -> None:
    one, other = a_row("CI-0001", "b", "x"), a_row("CI-0002", "a", "y")
    rows = some_rows(one, other)
    before = rows.groups(LABELS)

    later, touched = edited(rows, a_row("CI-0001", "b", "z"))

    after = later.groups(LABELS)
    assert after == some_rows(*later.tasks.values()).groups(LABELS)
    assert after["y"] is before["y"]
    assert before["x"] == [one]
    assert touched == {"task", LABELS.every, LABELS.names, LABELS.of("x"), LABELS.of("z")}


def test_a_change_that_a_group_does_not_hold_touches_nothing_of_it() -> None:
    rows = some_rows(a_row("CI-0001", "one"), a_row("CI-0002", "two"))
    titles = rows.groups(TITLES)

    later, touched = edited(rows, a_row("CI-0001", "one", "x"))

    assert later.groups(TITLES) == titles == {"CI": ["two", "one"]}
    assert touched == {"task"}


def test_a_group_that_stays_is_named_as_before() -> None:
    rows = some_rows(a_row("CI-0001", "one"))
    rows.groups(TITLES)

    _, touched = edited(rows, a_row("CI-0002", "two"))

    assert touched == {"task", f"task {THERE}", TITLES.every, TITLES.of("CI")}


def test_many_changes_at_once_make_the_groups_that_are_made_from_nothing() -> None:
    rows = some_rows(*(a_row(f"CI-{number:04}", f"{number}", "x") for number in range(20)))
    rows.groups(LABELS)
    rows.counts(URGENT)
    rows.counts(STATES)
    rows.counts(DONE, DAYS)
    changes = {f"CI-{number:04}": a_row(f"CI-{number:04}", "new", "urgent") for number in range(0, 30, 2)}
    gone = dict.fromkeys([f"CI-{number:04}" for number in range(1, 9, 2)])
    closed = a_row("CI-0011", "done", status=TaskStatus.DONE, closed=NOW)

    later, _ = rows.edited({**changes, **gone, closed.id: closed}, {}, {}, {})

    fresh = some_rows(*later.tasks.values())
    assert list(later.tasks) == sorted(later.tasks)
    assert later.groups(LABELS) == fresh.groups(LABELS)
    assert later.counts(URGENT) == fresh.counts(URGENT)
    assert later.counts(STATES) == fresh.counts(STATES)
    assert later.counts(DONE, DAYS) == fresh.counts(DONE, DAYS) != {}


def test_numbers_are_touched_by_what_changes_them_alone() -> None:
    rows = some_rows(a_row("CI-0001", "one", "urgent"))
    assert rows.counts(URGENT) == {"CI": 1}

    same, touched = edited(rows, a_row("CI-0001", "other", "urgent"))
    none, also = edited(same, a_row("CI-0001", "other"))

    assert (same.counts(URGENT), none.counts(URGENT)) == ({"CI": 1}, {})
    assert URGENT.every not in touched
    assert URGENT.every in also


@pytest.mark.parametrize(
    ("task", "moves"),
    [
        (a_row("CI-0001", "other"), False),
        (a_row("CI-0001", "one", goal="another"), True),
        (a_row("CI-0002", "new"), False),
        (a_row("CI-0003", "new, and a run is on it"), True),
    ],
)
def test_runs_are_for_another_goal_where_their_task_is(task: TaskRow, moves: bool) -> None:
    runs = [run_row(a_run("riley", NOW - timedelta(hours=1), task=name)) for name in ("CI-0001", "CI-0003")]
    rows = Rows.sorted([a_row("CI-0001", "one")], runs, ())

    _, touched = edited(rows, task)

    assert (WORK in touched) is moves


def test_rows_that_are_as_they_were_touch_nothing() -> None:
    row = a_row("CI-0001", "one")
    rows = some_rows(row)

    later, touched = edited(rows, row)

    assert touched == set()
    assert later.tasks is rows.tasks


def test_comments_come_and_go_with_their_tasks_in_order() -> None:
    rows = Rows.sorted((), (), (), ("CI-0002/2", "CI-0001/1", "CI-0001/3"))

    later, _ = rows.edited({}, {}, {}, {"CI-0001/2": True, "CI-0002/2": False, "CI-0003/1": True})

    assert rows.comments_of == {"CI-0001": ["CI-0001/1", "CI-0001/3"], "CI-0002": ["CI-0002/2"]}
    assert later.comments_of == {
        "CI-0001": ["CI-0001/1", "CI-0001/2", "CI-0001/3"],
        "CI-0003": ["CI-0003/1"],
    }
