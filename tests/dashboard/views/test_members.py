from dataclasses import replace

import pytest

from gitcp.dashboard import InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.agent_runs import PART, SHOWN
from gitcp.dashboard.views.members import CHAIN_SHOWN, INBOX_SHOWN, REPORTS_SHOWN, MemberView, member_view
from gitcp.model.members import AgentStatus
from tests.dashboard.company import a_bare_site, a_run, a_site, ago, an_agent, an_ended_run


def shown(member: str, site: SiteInput | None = None) -> MemberView:
    register = Register(site or a_site())
    return member_view(register, register.members[member], Prose(register.find, "../"))


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
    runs = [an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(1, SHOWN + 6)]

    found = shown("riley", a_bare_site(an_agent(), *runs))

    assert len(found.runs) == SHOWN
    assert found.runs_note == f"{SHOWN + 5} runs for $5.50, the newest {SHOWN} shown"
    assert found.parts == (Ref("1", "org/riley/runs-1.html"),)
    assert shown("riley", a_bare_site(an_agent(), *runs[:SHOWN])).parts == ()


def test_all_runs_of_an_agent_can_be_reached_the_newest_part_first() -> None:
    runs = [an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(2 * PART + 1)]

    assert [part.text for part in shown("riley", a_bare_site(an_agent(), *runs)).parts] == ["3", "2", "1"]


def test_what_is_long_is_cut_and_says_by_how_much() -> None:
    team = [an_agent(f"a{number}", reports_to="riley") for number in range(REPORTS_SHOWN + 2)]
    site = replace(
        a_bare_site(an_agent(), *team),
        inbox={"riley": [InboxItem(None, "ready")] * (INBOX_SHOWN + 3)},
        waiting=[WaitingItem("riley", None, "the budget")] * (INBOX_SHOWN + 4),
    )
    found = shown("riley", site)

    assert (len(found.inbox.items), found.inbox.more) == (INBOX_SHOWN, 3)
    assert (len(found.held), found.more_held) == (INBOX_SHOWN, 4)
    assert (len(found.reports), found.more_reports) == (REPORTS_SHOWN, 2)


def test_of_a_very_long_chain_of_command_the_nearest_are_shown() -> None:
    line = [an_agent(f"n{number}", reports_to=f"n{number + 1}") for number in range(30)]

    found = shown("n0", a_bare_site(*line))

    assert len(found.chain) == CHAIN_SHOWN
    assert found.chain[-1].text == "N1"


def test_what_holds_an_agent_back_is_on_its_page() -> None:
    (held,) = shown("felix").held

    assert held.until is not None
    assert (held.until.text, str(held.reason)) == (
        "22 Nov, 10:39",
        "agent/felix is at its limit of one run at once",
    )
