from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.views.routines import RoutineView, routine_view, routines
from gitcp.model.planning import CatchUp, Overlap, Project, Routine, TaskTemplate
from tests.dashboard.company import COMPANY, NOW, a_bare_site, a_site, a_task


def page(name: str = "survey", register: Register | None = None) -> RoutineView:
    register = register or Register(a_site())
    view = routine_view(register, name, Prose(register.find, "../"))
    assert view is not None
    return view


def a_routine(**fields: Any) -> Routine:
    task = TaskTemplate(project="CI", title="Brief")
    return Routine(**({"id": "brief", "title": "Brief", "cron": "0 8 * * *", "task": task} | fields))


def facts(view: RoutineView | tuple[Fact, ...]) -> dict[str, str]:
    found = view.facts if isinstance(view, RoutineView) else view
    return {fact.label: fact.text or (fact.ref.text if fact.ref else "") for fact in found}


def test_active_routines_come_first_with_their_next_time() -> None:
    view = routines(Register(a_site()))

    assert view.summary == "2 routines, 1 paused"
    assert [
        (r.ref.text, r.ref.href, r.status.label, r.next and r.next.text, r.made) for r in view.routines
    ] == [
        ("Check one sheet of the delta survey", "routines/survey.html", "Active", "23 Nov, 07:00", "4 tasks"),
        ("Count what the shop has left", "routines/stocktake.html", "Paused", None, "0 tasks"),
    ]
    assert routines(Register(a_bare_site())).summary is None


def test_a_routine_tells_its_times_its_template_and_its_tasks() -> None:
    view = page()

    assert (view.lead, view.why, [at.text for at in view.next][:2]) == (
        "Weekdays at 07:00.",
        None,
        ["23 Nov, 07:00", "24 Nov, 07:00"],
    )
    assert facts(view.template.facts) == {
        "Project": "Continuous inventory",
        "Assignee": "Felix",
        "Priority": "Medium",
        "Goal": "Every claim names its source",
        "Review by": "Clara",
        "Labels": "survey",
        "Due": "2 days after its slot",
    }
    assert view.template.checks == ("python tools/check_sheet.py",)
    assert [task.id for task in view.tasks] == ["CI-0020", "CI-0019", "CI-0018", "CI-0017"]
    assert view.caption == "Newest first"


def test_a_paused_routine_says_so_and_how_it_goes_on() -> None:
    view = page("stocktake")

    assert (view.status.label, view.why, view.next) == ("Paused", "routine stocktake is paused", ())


@pytest.mark.parametrize(
    ("fields", "at_once", "late"),
    [
        ({}, "lets a slot pass while its previous task is open", "makes up for all missed slots by one task"),
        (
            {"overlap": Overlap.QUEUE, "catch_up": CatchUp.ALL, "catch_up_most": 5},
            "waits until its previous task is closed",
            "makes up for each missed slot, 5 at most",
        ),
        (
            {"overlap": Overlap.ALLOW, "catch_up": CatchUp.NONE, "window_minutes": Decimal(20)},
            "makes a task even while the previous one is open",
            "lets slots pass that nobody ticked for, 20 minutes late at most",
        ),
    ],
)
def test_a_routine_says_what_it_does_at_once_and_when_late(
    fields: dict[str, Any], at_once: str, late: str
) -> None:
    found = facts(page("brief", Register(a_bare_site(COMPANY, a_routine(**fields)))))

    assert (found["At once"], found["When late"]) == (at_once, late)


def test_what_holds_an_active_routine_is_told() -> None:
    since = NOW - timedelta(days=2)
    routine = a_routine(
        since=since, dated="0 8 * * * Europe/Madrid", fired=since, last="CI-0001", made=1, cron="0 8 * * *"
    )
    project = Project(id="CI", name="CI", repository="r")
    site = a_bare_site(COMPANY, project, routine, a_task("CI-0001"))

    held = "skips its slot of 2026-11-22T07:00:00Z: CI-0001 was open at it"
    assert page("brief", Register(site)).why == held
    assert routines(Register(site)).routines[0].why == held


def test_an_expression_without_words_speaks_for_itself() -> None:
    view = page("brief", Register(a_bare_site(COMPANY, a_routine(cron="5 4 L * *", made=40))))

    assert view.lead == "By the expression 5 4 L * *."
    assert view.caption == "The newest 0 of 40"


def test_there_is_no_page_of_a_routine_that_does_not_exist() -> None:
    register = Register(a_site())

    assert routine_view(register, "nothing", Prose(register.find, "")) is None


def test_its_next_times_change_only_when_one_has_passed() -> None:
    def next_at(hour: int, minute: int) -> list[str]:
        now = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
        return [at.text for at in page(register=Register(a_site(now=now))).next]

    assert next_at(0, 0) == next_at(5, 59) != next_at(6, 0)
