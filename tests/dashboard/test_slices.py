import random

from hypothesis import given
from hypothesis import strategies as st

from gitcp.dashboard import slices
from gitcp.dashboard.register import Register
from gitcp.model.company import Company
from gitcp.model.tasks import Task, TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_task, ago

OPEN = [status for status in TaskStatus if status not in {TaskStatus.DONE, TaskStatus.CANCELLED}]


def some(count: int, seed: int = 1) -> list[Task]:
    chance = random.Random(seed)
    return [
        a_task(f"CI-{n:04d}", status=chance.choice(OPEN), created=ago(hours=n)) for n in range(1, count + 1)
    ]


def parts(tasks: list[Task]) -> list[list[str]]:
    register = Register(a_bare_site(*tasks))
    found = [slices.open_part(register, name) for name in slices.open_parts(register)]
    return [[row.id for row in part.rows] for part in found if part is not None]


def test_there_is_a_list_of_open_tasks_where_there_is_no_task() -> None:
    assert parts([]) == [[]]


def test_a_list_that_fits_a_page_is_not_cut() -> None:
    assert [len(part) for part in parts(some(slices.PART))] == [slices.PART]


@given(st.integers(slices.PART + 1, 900), st.integers(0, 99))
def test_the_parts_of_the_open_tasks_hold_each_once_and_none_is_too_long(count: int, seed: int) -> None:
    tasks = some(count, seed)

    found = parts(tasks)

    assert sorted(task for part in found for task in part) == [task.id for task in tasks]
    assert max(len(part) for part in found) <= 320


def test_a_new_task_changes_few_parts_of_a_long_list() -> None:
    tasks = some(2_000)
    before = {tuple(part) for part in parts(tasks)}

    after = {
        tuple(part)
        for part in parts([*tasks, a_task("CI-9999", status=TaskStatus.TODO, created=ago(hours=900))])
    }

    assert len(before) > 6
    assert len(after - before) <= 2


def test_closed_tasks_are_of_the_month_that_it_was_where_the_company_is() -> None:
    at = NOW.replace(month=10, day=31, hour=23, minute=30)
    task = a_task("CI-0001", status=TaskStatus.DONE, closed=at)
    away = Company(id="gitcp", name="x", timezone="Europe/Madrid")

    assert slices.closed_parts(Register(a_bare_site(task))) == ["2026-10"]
    assert slices.closed_parts(Register(a_bare_site(task, away))) == ["2026-11"]


def test_a_part_of_a_month_stays_as_it_is_when_more_is_closed() -> None:
    tasks = [
        a_task(f"CI-{n:04d}", status=TaskStatus.DONE, closed=ago(days=9, minutes=-n)) for n in range(1, 203)
    ]

    before = slices.closed_part(Register(a_bare_site(*tasks)), "2026-11")
    after = slices.closed_part(
        Register(a_bare_site(*tasks, a_task("CI-0999", status=TaskStatus.DONE, closed=ago(days=1)))),
        "2026-11",
    )

    assert before == after


@given(st.text(alphabet="0123456789", min_size=4, max_size=4), st.integers(1, 12), st.integers(1, 999))
def test_the_name_of_a_part_tells_its_month_and_number(year: str, month: int, part: int) -> None:
    name = f"{year}-{month:02d}"

    assert slices.split(slices.joined(name, part)) == (name, part)


def test_shards_are_by_project_by_number_and_by_whether_a_task_is_open() -> None:
    register = Register(
        a_bare_site(
            a_task("CI-0001"),
            a_task("CI-0249"),
            a_task("CI-0250", status=TaskStatus.DONE, closed=ago(days=1)),
            a_task("WEB-0001"),
        )
    )

    assert slices.shard_names(register) == ["CI-0.open", "CI-1.closed", "WEB-0.open"]
    assert [row.id for row in slices.shard_rows(register, "CI-0.open")] == ["CI-0001", "CI-0249"]
    assert slices.shards(register, "") == [("CI", 0, 2, 0), ("CI", 1, 0, 1), ("WEB", 0, 1, 0)]
    assert slices.shard_rows(register, "CI-9.open") == ()
