import pytest

from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.members import RUNS_SHOWN, MemberView, member_view, people
from gitcp.model.members import AgentStatus
from tests.dashboard.company import a_bare_site, a_person, a_run, a_site, ago, an_agent, an_ended_run


def shown(member: str, site: SiteInput | None = None) -> MemberView:
    register = Register(site or a_site())
    return member_view(register, register.members[member], Prose(register.find, "../"))


def test_an_agent_s_facts_tell_how_it_runs() -> None:
    assert {fact.label: fact.text for fact in shown("riley").facts} == {
        "Runtime": "claude-code, sonnet",
        "Repository": "guides",
        "Instructions": "roles/riley/role.md",
        "Heartbeat": "0 9 * * MON Europe/Madrid",
        "Woken at once by": "heartbeat, mention, woken by hand",
        "Runs at once": "1",
        "One run may use": "$2.00, 400k tokens, 30 min, 40 turns",
    }
    assert {fact.label: fact.text for fact in shown("lena").facts}["Runtime"] == "process, python"
    assert {fact.label: fact.text for fact in shown("oscar").facts}["Heartbeat"] == "0 8 * * * Europe/Madrid"


def test_a_person_s_facts_are_their_roles() -> None:
    assert [(fact.label, fact.text) for fact in shown("ben").facts] == [("Roles", "operator, approver")]
    assert shown("noor").facts == ()
    assert not shown("noor").is_agent


def test_a_member_stands_below_their_chain_of_command() -> None:
    assert [boss.text for boss in shown("riley").chain] == ["Ada Okafor", "Oscar", "Clara"]
    assert [report.text for report in shown("clara").reports] == ["Felix", "Iris", "Riley"]


def test_the_inbox_keeps_its_order_and_its_reasons() -> None:
    items = shown("clara").inbox.items

    assert [(item.task and item.task.id, item.reason) for item in items] == [
        ("CI-0023", "your review is asked for"),
        ("CI-0022", "ready"),
        ("CI-0030", "nobody is assigned, you lead the project"),
    ]


def test_the_budgets_that_cover_an_agent_are_the_narrowest_first() -> None:
    assert [budget.name for budget in shown("riley").budgets] == ["Agent Riley", "Team of Clara", "Company"]
    assert [budget.name for budget in shown("clara").budgets] == ["Team of Clara", "Company"]
    assert shown("ada").budgets == ()


@pytest.mark.parametrize(
    ("member", "state"),
    [
        ("riley", 'At work on <a href="../tasks/CI-0028.html" class="short">CI-0028</a>.'),
        ("theo", "Is not woken while paused."),
        ("otto", "Is not woken any more."),
        ("felix", "1 thing in the inbox."),
        ("wren", "Nothing to do."),
    ],
)
def test_a_member_s_page_begins_with_what_they_do(member: str, state: str) -> None:
    assert str(shown(member).state) == state


def test_a_run_without_a_task_is_work_on_a_prompt() -> None:
    assert (
        shown("riley", a_bare_site(an_agent(), a_run("riley", ago(minutes=1)))).state
        == "At work on a prompt."
    )


def test_a_paused_agent_that_still_runs_is_at_work() -> None:
    site = a_bare_site(an_agent(status=AgentStatus.PAUSED), a_run("riley", ago(minutes=1)))

    assert shown("riley", site).state == "At work on a prompt."


def test_only_the_newest_runs_are_shown_and_all_are_summed() -> None:
    runs = [an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(1, RUNS_SHOWN + 6)]

    found = shown("riley", a_bare_site(an_agent(), *runs))

    assert len(found.runs) == RUNS_SHOWN
    assert found.runs_note == f"30 runs for $3.00, the newest {RUNS_SHOWN} shown"


def test_what_holds_an_agent_back_is_on_its_page() -> None:
    (held,) = shown("felix").held

    assert held.until is not None
    assert (held.until.text, str(held.reason)) == (
        "22 Nov, 10:39",
        "agent/felix is at its limit of one run at once",
    )


def test_people_are_listed_with_what_waits_for_each() -> None:
    register = Register(a_site())
    found = people(register, Prose(register.find, ""))

    assert found.summary == "5 things waiting"
    assert [(person.inbox.member.text, person.roles, len(person.inbox.items)) for person in found.people] == [
        ("Ada Okafor", "owner", 2),
        ("Ben Lindqvist", "operator, approver", 1),
        ("Noor Haddad", "", 1),
    ]


def test_people_for_whom_nothing_waits_are_told() -> None:
    register = Register(a_bare_site(a_person()))

    assert people(register, Prose(register.find, "")).summary == "Nothing waits for anybody"
    assert people(Register(a_bare_site()), Prose(register.find, "")).summary is None
