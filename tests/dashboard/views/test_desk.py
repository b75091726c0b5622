from typing import Any

import pytest

from gitcp.dashboard import InboxItem, SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.desk import EACH, FEWEST, PEOPLE, QUESTIONS, Desks, command, desks
from gitcp.model.guards import Approval
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import NOW, a_bare_site, a_person, a_site, a_task, ago, an_agent

ONE = (InboxItem(None, "x"),)


def shown(site: SiteInput) -> Desks:
    register = Register(site)
    return desks(register, Prose(register.find, ""))


def test_requests_come_with_who_has_to_decide_and_how() -> None:
    view = shown(a_site())

    (plea,) = view.pleas
    assert (plea.question.title, plea.question.need) == ("Hire a second fact checker", "1 of 2 approved")
    assert [ref.text for ref in plea.question.approvers] == ["Ada Okafor"]
    assert (plea.command, plea.until) == ("gitcp approval decide AP-3 --approve", None)
    assert view.count == 5


def test_what_waits_for_agents_does_not_wait_for_a_person_and_the_fullest_inbox_comes_first() -> None:
    view = shown(a_site())

    assert [desk.member.text for desk in view.desks] == ["Ada Okafor", "Ben Lindqvist", "Noor Haddad"]
    assert [chore.command for desk in view.desks for chore in desk.chores] == [
        "gitcp task unblock CI-0025",
        "gitcp task start WEB-0010",
        'gitcp task review CI-0024 --approve -m "WHY"',
        "gitcp task start CI-0027",
    ]
    assert shown(a_bare_site(an_agent("riley"), inbox={"riley": ONE})).desks == ()


def test_a_long_inbox_is_cut_and_leads_to_the_rest() -> None:
    (desk,) = shown(a_bare_site(a_person(), inbox={"ada": ONE * (EACH + 3)})).desks

    assert len(desk.chores) == EACH
    assert desk.more is not None
    assert (desk.more.text, desk.more.href) == ("3 more", "org/ada.html")
    assert desk.chores[0].command is None
    assert shown(a_site()).desks[0].more is None


def test_the_more_people_the_less_of_each() -> None:
    people = [a_person(f"p{number}") for number in range(PEOPLE)]
    view = shown(a_bare_site(*people, inbox={person.id: ONE * 9 for person in people}))

    assert [len(desk.chores) for desk in view.desks] == [FEWEST] * PEOPLE


def test_many_people_and_many_requests_are_cut() -> None:
    people = [a_person(f"p{number}") for number in range(PEOPLE + 1)]
    asked = [
        Approval(id=f"AP-{n}", title="x", requested_by="p0", requested_at=ago(hours=n), expires=NOW)
        for n in range(1, QUESTIONS + 2)
    ]
    view = shown(a_bare_site(*people, *asked, inbox={person.id: ONE for person in people}))

    assert (len(view.desks), len(view.pleas)) == (PEOPLE, QUESTIONS)
    assert view.pleas[0].until is not None
    assert view.more_desks is not None
    assert view.more_desks.text == "1 more person with something to do"
    assert view.more_pleas is not None
    assert (view.more_pleas.text, view.more_pleas.href) == ("1 more request", "approvals.html")
    assert view.count == PEOPLE + QUESTIONS + 2


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"status": TaskStatus.IN_REVIEW, "review": ("ada",), "assignee": "ben"},
            'review CI-0001 --approve -m "WHY"',
        ),
        ({"status": TaskStatus.BLOCKED, "assignee": "ben"}, "unblock CI-0001"),
        ({"assignee": None}, "assign CI-0001 MEMBER"),
        ({"assignee": "ada"}, "start CI-0001"),
        ({"assignee": "ada", "status": TaskStatus.IN_PROGRESS}, "finish CI-0001"),
        ({"assignee": "ada", "status": TaskStatus.BACKLOG}, "queue CI-0001"),
        ({"assignee": "ada", "status": TaskStatus.IN_REVIEW}, "show CI-0001"),
        ({"assignee": "gone"}, "show CI-0001"),
    ],
)
def test_each_thing_to_do_has_its_command(fields: dict[str, Any], told: str) -> None:
    assert command(a_task(**fields), "ada") == f"gitcp task {told}"
    assert command(None, "ada") is None
