from gitcp.dashboard.register import Register
from gitcp.dashboard.views.tasks import CLOSED_SHOWN, board, closed_list, open_list
from gitcp.model.tasks import Priority, TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task, ago


def test_the_board_has_a_column_for_every_open_status_and_one_for_the_closed() -> None:
    found = board(Register(a_site()))

    assert [(column.status.label, column.count) for column in found.columns] == [
        ("Backlog", 3),
        ("To do", 7),
        ("In progress", 2),
        ("In review", 2),
        ("Blocked", 1),
        ("Closed", 12),
    ]
    assert found.total == "15 open tasks"


def test_a_column_is_sorted_by_urgency() -> None:
    tasks = [a_task("CI-0001"), a_task("CI-0002", priority=Priority.HIGH)]

    assert [task.id for task in board(Register(a_bare_site(*tasks))).columns[1].tasks] == [
        "CI-0002",
        "CI-0001",
    ]


def test_the_closed_column_shows_the_last_and_leads_to_all() -> None:
    tasks = [
        a_task(f"CI-{n:04d}", status=TaskStatus.DONE, closed=ago(days=n)) for n in range(1, CLOSED_SHOWN + 2)
    ]

    closed = board(Register(a_bare_site(*tasks))).columns[-1]

    assert [task.id for task in closed.tasks][:2] == ["CI-0001", "CI-0002"]
    assert len(closed.tasks) == CLOSED_SHOWN
    assert closed.more is not None
    assert (closed.more.text, closed.more.href) == ("All 9 closed tasks", "tasks/closed.html")
    assert board(Register(a_bare_site(*tasks[1:]))).columns[-1].more is None


def test_the_list_of_open_tasks_begins_with_what_is_stuck() -> None:
    found = open_list(Register(a_site()))

    assert [task.status.label for task in found.tasks[:4]] == [
        "Blocked",
        "In review",
        "In review",
        "In progress",
    ]
    assert found.tasks[-1].status.label == "Backlog"
    assert found.when == "Due"


def test_open_and_closed_lists_hold_every_task() -> None:
    register = Register(a_site())
    listed = [task.id for task in (*open_list(register).tasks, *closed_list(register).tasks)]

    assert sorted(listed) == sorted(register.tasks)


def test_the_tabs_lead_to_each_look_and_mark_this_one() -> None:
    tabs = closed_list(Register(a_site())).tabs

    assert [(tab.label, tab.current) for tab in tabs] == [
        ("Board", False),
        ("Open (15)", False),
        ("Closed (12)", True),
    ]
