from gitcp.dashboard.register import Register
from gitcp.dashboard.slices import CARDS, NEWEST, PART
from gitcp.dashboard.views.tasks import CLOSED_SHOWN, board, closed_list, closed_part, open_list, table
from gitcp.model.tasks import Priority, Task, TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task, ago


def done(number: int, days: float = 1) -> Task:
    return a_task(f"CI-{number:04d}", status=TaskStatus.DONE, closed=ago(days=days))


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

    assert [card.line.id for card in board(Register(a_bare_site(*tasks))).columns[1].tasks] == [
        "CI-0002",
        "CI-0001",
    ]


def test_a_column_shows_the_most_urgent_and_leads_to_the_table_of_all() -> None:
    tasks = [a_task(f"CI-{n:04d}", created=ago(hours=n)) for n in range(1, CARDS + 3)]

    found = board(Register(a_bare_site(*tasks))).columns[1]
    fits = board(Register(a_bare_site(*tasks[2:]))).columns[1]

    assert (found.count, len(found.tasks)) == (CARDS + 2, CARDS)
    assert found.more is not None
    assert (found.more.text, found.more.href) == ("All 42 in To do", "tasks/all.html#status=todo")
    assert fits.more is None


def test_the_closed_column_shows_the_last_and_leads_to_all() -> None:
    tasks = [
        a_task(f"CI-{n:04d}", status=TaskStatus.DONE, closed=ago(days=n)) for n in range(1, CLOSED_SHOWN + 2)
    ]

    closed = board(Register(a_bare_site(*tasks))).columns[-1]

    assert [card.line.id for card in closed.tasks][:2] == ["CI-0001", "CI-0002"]
    assert len(closed.tasks) == CLOSED_SHOWN
    assert closed.more is not None
    assert (closed.more.text, closed.more.href) == ("All 9 closed tasks", "tasks/closed.html")
    assert board(Register(a_bare_site(*tasks[1:]))).columns[-1].more is None


def test_the_list_of_open_tasks_begins_with_what_is_stuck() -> None:
    found = open_list(Register(a_site()), "1")

    assert found is not None
    assert [task.status.label for task in found.tasks[:4]] == [
        "Blocked",
        "In review",
        "In review",
        "In progress",
    ]
    assert found.tasks[-1].status.label == "Backlog"
    assert (found.title, found.lead, found.when, found.pages) == ("Open tasks", None, "Due", ())


def test_a_long_list_of_open_tasks_has_pages_that_lead_to_each_other() -> None:
    register = Register(a_bare_site(*(a_task(f"CI-{n:04d}") for n in range(1, 3 * PART))))

    first, second = open_list(register, "1"), open_list(register, "2")

    assert first is not None
    assert second is not None
    assert first.lead == f"{3 * PART - 1} open tasks"
    assert [(page.text, page.href) for page in first.pages] == [("More open tasks", "tasks/list/2.html")]
    assert second.title == "Open tasks, part 2"
    assert (second.pages[0].text, second.pages[0].href) == ("Back", "tasks/list.html")
    assert open_list(register, "99") is None


def test_the_closed_tasks_that_are_listed_first_are_the_last() -> None:
    register = Register(a_bare_site(*(done(n, days=n / 10) for n in range(1, NEWEST + 11))))

    found = closed_list(register)

    assert [task.id for task in found.tasks][:2] == ["CI-0001", "CI-0002"]
    assert (len(found.tasks), found.lead) == (NEWEST, f"The last {NEWEST} of {NEWEST + 10}")
    assert [(month.text, month.href) for month in found.months] == [
        (f"November 2026 ({NEWEST + 10})", "tasks/closed/2026-11.html")
    ]


def test_a_month_of_closed_tasks_begins_with_the_oldest() -> None:
    register = Register(a_bare_site(*(done(n, days=10 - n / 100) for n in range(1, PART + 4))))

    first, second = closed_part(register, "2026-11"), closed_part(register, "2026-11-2")

    assert first is not None
    assert second is not None
    assert [task.id for task in first.tasks][:2] == ["CI-0001", "CI-0002"]
    assert [task.id for task in second.tasks] == ["CI-0201", "CI-0202", "CI-0203"]
    assert (first.title, second.title) == ("Closed in November 2026", "Closed in November 2026, part 2")
    assert [page.href for page in first.pages] == ["tasks/closed/2026-11-2.html", "tasks/closed.html"]
    assert [page.href for page in second.pages] == ["tasks/closed/2026-11.html", "tasks/closed.html"]
    assert closed_part(register, "2026-11-3") is None
    assert closed_part(register, "2026-10") is None


def test_the_tabs_lead_to_each_look_and_mark_this_one() -> None:
    tabs = closed_list(Register(a_site())).tabs

    assert [(tab.label, tab.current, tab.count) for tab in tabs] == [
        ("Board", False, None),
        ("Open", False, "open"),
        ("Closed", True, "closed"),
        ("All, with filters", False, None),
    ]


def test_the_table_of_all_tasks_leads_to_the_lists_for_those_without_a_script() -> None:
    found = table(Register(a_site()))

    assert [badge.label for _, badge in found.statuses] == [
        "Backlog",
        "To do",
        "In progress",
        "In review",
        "Blocked",
        "Done",
        "Cancelled",
    ]
    assert [ref.text for ref in found.lists][:3] == ["Open tasks", "Closed tasks", "Closed in November 2026"]
