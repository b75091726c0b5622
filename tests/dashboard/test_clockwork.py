"""What pages of money and time ask, which is when they are made anew."""

import pytest

from gitcp.dashboard.kinds import page
from gitcp.dashboard.pages import EXTRAS, KINDS
from gitcp.dashboard.register import Register
from tests.dashboard.company import a_site

EVERY_COMMIT = {"now ", "revision ", "any run", "any task", "any comment"}
PAGES = (
    ("costs.html", ""),
    ("cost", "2026-10"),
    ("budgets.html", ""),
    ("budget", "agent/riley"),
    ("schedule.html", ""),
    ("routines.html", ""),
    ("routine", "survey"),
)
FILES = (
    ("schedule.ics", ""),
    ("badge", "status"),
    ("badge", "spend"),
    ("badge", "runs"),
    ("cost-file", "2026-10"),
)


def asked_by_page(kind: str, name: str) -> set[str]:
    register = Register(a_site())
    found = next(each for each in KINDS if each.name == kind)
    with register.noting() as asked:
        assert page(found, register, name) is not None
    return asked


def asked_by_file(kind: str, name: str) -> set[str]:
    register = Register(a_site())
    found = next(each for each in EXTRAS if each.name == kind)
    with register.noting() as asked:
        assert found.write(register, name)
    return asked


@pytest.mark.parametrize(("kind", "name"), PAGES)
def test_no_page_of_money_or_time_is_made_anew_at_every_commit(kind: str, name: str) -> None:
    assert asked_by_page(kind, name) & EVERY_COMMIT == set()


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_no_file_of_money_or_time_is_made_anew_at_every_commit(kind: str, name: str) -> None:
    assert asked_by_file(kind, name) & EVERY_COMMIT == set()


def test_a_month_that_is_over_asks_of_itself_and_its_neighbours_alone() -> None:
    asked = {note for note in asked_by_page("cost", "2026-10") if note.startswith(("spent", "done", "today"))}

    assert asked == {"spent-in 2026-10", "spent-around 2026-10", "done-in 2026-10"}


def test_the_schedule_asks_for_the_day_and_for_what_wakes() -> None:
    asked = {
        note
        for note in asked_by_page("schedule.html", "")
        if not note.startswith(("name ", "routine ", "there "))
    }

    assert asked == {"answered-lately ", "by-the-clock ", "today ", "woken "}


def test_a_budget_asks_of_itself_and_of_the_runs_that_it_shows() -> None:
    asked = asked_by_page("budget", "agent/riley")

    assert {"budget agent/riley", "charged-days agent/riley", "charged-last agent/riley", "today "} <= asked
    assert not {note for note in asked if note.startswith(("budgets", "spent"))}
