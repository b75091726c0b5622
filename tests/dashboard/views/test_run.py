from decimal import Decimal

import pytest

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.run import RunView, run_view
from gitcp.model.amounts import RunLimits, Usage
from gitcp.model.ids import log_ref
from gitcp.model.members import WakeReason
from gitcp.model.runs import (
    Cancel,
    Cause,
    Declared,
    FailureClass,
    Followed,
    Late,
    Outcome,
    Run,
    Settlement,
    Verification,
)
from tests.dashboard.company import NOW, a_run, a_site, ago, an_ended_run, sha

ENDED = an_ended_run("riley", ago(hours=2), 3, "0.25")


def shown(run: str | Run) -> RunView:
    register = Register(a_site())
    found = register.run(run) if isinstance(run, str) else run
    assert found is not None
    return run_view(register, found, Prose(register.find, "../"))


def facts(run: Run) -> dict[str, str]:
    return {fact.label: fact.text or (fact.ref.text if fact.ref else "") for fact in shown(run).facts}


def test_a_run_is_titled_by_who_and_what() -> None:
    assert shown("20261121T143000Z-riley").title == "Riley: Enforce the scan cadence"
    assert shown("20261122T080000Z-oscar").title == "Oscar: a run without a task"


def test_a_run_says_how_it_went() -> None:
    failed = ENDED.evolve(verification=Verification(passed=False))

    assert (
        shown(a_run("riley", ago(minutes=2))).lead
        == "Running since 22 Nov, 10:28; ends by 22 Nov, 11:03 at the latest."
    )
    assert shown(ENDED).lead == "Took 3 min 00 s and cost $0.25."
    assert shown(failed).lead == "Took 3 min 00 s and cost $0.25; the checks failed."


def test_a_run_that_has_not_started_says_so() -> None:
    assert (
        shown(a_run("riley", ago(minutes=2), started_at=None)).lead
        == "Claimed 22 Nov, 10:28, not started yet; ends by 22 Nov, 11:03 at the latest."
    )


def test_a_run_leads_to_the_others_of_its_day() -> None:
    assert shown(ENDED).day == Ref("Sunday 22 November 2026", "runs/2026-11-22.html")


def test_a_run_names_its_transcript_what_prints_it_and_for_how_long_it_is_kept() -> None:
    transcript = shown(ENDED).transcript

    assert transcript is not None
    assert transcript.ref == log_ref(ENDED.id)
    assert transcript.command == f"gitcp run log {ENDED.id}"
    assert (transcript.kept.text, transcript.pushed) == ("22 Dec", False)
    assert shown(a_run("riley", ago(minutes=2))).transcript is None
    assert shown(ENDED.evolve(started_at=None)).transcript is None


def test_a_run_shows_what_it_was_told_and_which_documents_had_been_approved() -> None:
    followed = Followed(document="CI-0028/plan", revision=sha("plan"), approval="AP-3")
    view = shown(ENDED.evolve(prompt="Read *all* of it.", follows=(followed,)))

    assert "<em>all</em>" in str(view.prompt)
    assert [(found.document.href, found.revision, found.approval.href) for found in view.follows] == [
        ("tasks/CI-0028.html", sha("plan")[:7], "approvals/AP-3.html")
    ]


def test_tokens_are_told_apart_where_the_runtime_tells() -> None:
    usage = Usage(tokens=900, input_tokens=700, cached_tokens=300, output_tokens=200)
    run = ENDED.evolve(limits=RunLimits(), reserved=Usage(), usage=usage)

    assert [(use.label, use.used) for use in shown(run).uses] == [
        ("Tokens", "900"),
        ("Tokens read", "700"),
        ("Tokens from the cache", "300"),
        ("Tokens written", "200"),
    ]


def test_what_came_late_is_told_as_evidence() -> None:
    late = Late(at=NOW, outcome=Outcome.SUCCEEDED)

    assert facts(ENDED.evolve(late=late))["Reported late"] == "Succeeded"
    assert "no room" in str(shown(ENDED.evolve(undelivered="no room")).undelivered)


def test_a_run_tells_why_it_woke_and_leads_there() -> None:
    assert [
        (cause.reason, cause.about.text, cause.about.href) for cause in shown("20261121T143000Z-riley").causes
    ] == [
        ("blockers closed", "CI-0028", "tasks/CI-0028.html"),
        ("mention", "comment on CI-0028", shown("20261121T143000Z-riley").causes[1].about.href),
    ]
    assert "#comment-" in str(shown("20261121T143000Z-riley").causes[1].about.href)


@pytest.mark.parametrize("record", ["CI-0028/20200101T000000000Z-gone-0000", "slot", "CI-9999/x", "/"])
def test_a_cause_that_is_gone_is_named(record: str) -> None:
    cause = Cause(reason=WakeReason.MENTION, record=record, digest="x")

    assert [(why.about.text, why.about.href) for why in shown(ENDED.evolve(answers=(cause,))).causes] == [
        (record, None)
    ]


def test_limits_reservation_and_use_stand_side_by_side() -> None:
    assert [(use.label, use.limit, use.reserved, use.used) for use in shown(ENDED).uses] == [
        ("Money", "$2.00", "$2.00", "$0.25"),
        ("Tokens", "400k", "400k", "45k"),
        ("Runs", "\u2013", "1", "1"),
        ("Time", "30 min", "30 min", "3 min"),
        ("Tokens read", "\u2013", "\u2013", "37.5k"),
        ("Tokens written", "\u2013", "\u2013", "7.5k"),
        ("Turns", "40", "\u2013", "6"),
    ]


def test_what_a_run_uses_is_known_when_it_has_ended() -> None:
    view = shown(a_run("riley", NOW))

    assert {use.used for use in view.uses} == {"\u2013"}
    assert view.uses_caption == "What is used is known when the run has ended."
    assert shown(ENDED).uses_caption == "Settled as metered."
    priced = ENDED.evolve(priced_by="some-prices 1.2", model="some-model")
    assert shown(priced).uses_caption == "Settled as metered, priced by some-prices 1.2."
    assert facts(priced)["Model"] == "some-model"
    assert shown(ENDED.evolve(settled_by=None)).uses_caption == "What one run may use, and what it did."


def test_unknown_use_is_settled_at_the_reservation_and_says_so() -> None:
    view = shown(ENDED.evolve(usage=None, settled_by=Settlement.RESERVED))

    assert view.uses[0].used == "$2.00"
    assert view.uses_caption == "Settled at what was reserved, because the use is unknown."


def test_a_metric_that_plays_no_part_is_left_out() -> None:
    run = ENDED.evolve(limits=RunLimits(), reserved=Usage(), usage=Usage(usd_imputed=Decimal(1)))

    assert [use.label for use in shown(run).uses] == ["Money at list price"]


def test_budgets_that_were_charged_are_linked_where_they_exist() -> None:
    charges = shown(ENDED.evolve(charges=("agent/riley", "agent/gone"))).charges

    assert [(charge.text, charge.href is not None) for charge in charges] == [
        ("agent/riley", True),
        ("agent/gone", False),
    ]


def test_the_facts_tell_what_the_agent_and_people_said_of_it() -> None:
    found = facts(
        ENDED.evolve(
            declared=Declared.BLOCK,
            failure=FailureClass.AGENT,
            cancel=Cancel(by="ben", at=NOW),
            pending=True,
            rescue="refs/rescue/1",
        )
    )

    assert found["Agent said"] == "blocked"
    assert found["Failure"] == "the agent's own failure, the attempt counts"
    assert found["Cancelled by"] == "Ben Lindqvist"
    assert found["Result"] == "waits until the task's file has no uncommitted edits"
    assert found["Rescued work"] == "refs/rescue/1"
    assert "Branch" not in found


def test_the_checks_show_their_command_and_the_end_of_what_they_said() -> None:
    check = shown("20261121T143000Z-riley").check

    assert check is not None
    assert (check.badge.label, check.command, check.exit_code) == (
        "Failed",
        "python -m pytest -q tests/cadence",
        "exit code 1",
    )
    assert "1 failed, 2 passed" in str(check.tail)
    assert shown(ENDED).check is None


def test_a_check_that_said_nothing_has_no_tail() -> None:
    check = shown(ENDED.evolve(verification=Verification(passed=True))).check

    assert check is not None
    assert (check.exit_code, check.tail) == ("", None)


def test_every_outcome_can_be_shown() -> None:
    labels = {shown(ENDED.evolve(outcome=outcome)).outcome.label for outcome in Outcome}

    assert len(labels) == len(Outcome)
