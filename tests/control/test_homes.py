import os
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.control.homes import home_of, leave, note_of, outworn
from gitcp.control.plane import Plane
from gitcp.core.operations.close_task import CancelTask
from gitcp.core.operations.create_task import CreateTask
from tests.stories.company import Company, a_company

DAY = timedelta(days=1)


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Open"))
    company.does(CreateTask(project="CI", title="Closed"))
    company.does(CancelTask(task="CI-0002"))
    return company


def a_home(plane: Plane, task: str) -> Path:
    home = home_of(plane.state, "riley", task)
    (home / "claude" / "projects").mkdir(parents=True)
    note_of(home).write_text("{}")
    return home


def found(plane: Plane, after: timedelta = timedelta(0), untouched: timedelta = 14 * DAY) -> list[str]:
    now = plane.clock.now() + after
    return [home.name for home in outworn(plane, untouched=untouched, closed=DAY, now=now)]


def test_the_home_of_a_task_that_was_closed_a_day_ago_is_outworn(company: Company) -> None:
    with company.plane() as plane:
        a_home(plane, "CI-0001"), a_home(plane, "CI-0002")

        assert found(plane) == []
        assert found(plane, 2 * DAY, untouched=10_000 * DAY) == ["riley.CI-0002"]


def test_one_that_was_not_used_for_long_is_outworn_and_one_that_nobody_knows_too(company: Company) -> None:
    with company.plane() as plane:
        for task in ("CI-0001", "CI-0077"):
            os.utime(note_of(a_home(plane, task)), (0, 0))

        assert found(plane) == ["riley.CI-0001", "riley.CI-0077"]


def test_a_home_goes_with_its_notes_also_where_its_program_made_it_read_only(company: Company) -> None:
    with company.plane() as plane:
        home = a_home(plane, "CI-0001")
        home.with_name("riley.CI-0001.codex-counted.json").write_text("{}")
        (home / "claude").chmod(0o500)

        leave(home)

        assert list(home.parent.iterdir()) == []
        leave(home)
        assert found(plane) == []
