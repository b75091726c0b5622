"""Mentions: who may wake whom, and how far agents pass a word on."""

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment
from gitcp.core.operations.registry import CreateComment
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.runs import Run
from gitcp.model.tasks import Given
from tests.core.looping import Loop
from tests.core.waking import answered, claims_of
from tests.helpers import (
    NOW,
    a_block,
    a_cause,
    a_comment,
    a_company,
    a_heartbeat,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    later,
    person,
    snapshot_of,
    ticked,
)


def test_a_mention_in_its_own_task_joins_the_tasks_run() -> None:
    assert claims_of(snapshot_of(a_task(), a_comment("@riley look"))) == [
        ("riley", "CI-0001", ["assignment", "mention"])
    ]


@pytest.mark.parametrize("status", ["blocked", "done", "in_review", "backlog"])
def test_a_mention_where_it_cannot_work_makes_a_run_without_a_task(status: str) -> None:
    assert claims_of(snapshot_of(a_task(status=status), a_comment("@riley look"))) == [
        ("riley", None, ["mention"])
    ]


def test_a_mention_in_a_task_that_waits_for_its_review_joins_the_review() -> None:
    task = a_task(status="in_review", assignee="oscar", review=("riley",))

    assert claims_of(snapshot_of(task, a_comment("@riley look"))) == [
        ("riley", "CI-0001", ["mention", "review"])
    ]


@pytest.mark.parametrize(
    ("by", "wakes"),
    [("clara", True), ("oscar", True), ("riley", False), ("ghost", False), ("scheduler", False)],
)
def test_a_mention_wakes_if_it_is_by_another_member(by: str, wakes: bool) -> None:
    snapshot = snapshot_of(a_task(status="done"), an_agent("oscar"), a_comment("@riley", by=by))

    assert bool(claims_of(snapshot)) is wakes


def test_a_mention_is_answered_by_the_run_whose_brief_held_it() -> None:
    snapshot = ticked(snapshot_of(a_task(status="done"), a_comment("@riley one")))
    assert claims_of(snapshot) == []

    snapshot = carry_out(snapshot, CreateComment(task="CI-0001", body="@riley two"), person(), later(1))

    waiting = plan(snapshot, Observed(), later(1)).waiting
    assert [(w.agent, w.causes, w.reason) for w in waiting] == [
        ("riley", ("mention",), "riley has 1 of 1 runs")
    ]


def test_agents_that_mention_each_other_come_to_rest_until_a_person_speaks() -> None:
    begun = snapshot_of(
        a_task(status="done", assignee="clara"), an_agent("oscar"), a_comment("@riley go", when=later(-1))
    )
    loop = Loop(begun, _mentions_the_other).goes_on(20)

    assert loop.hops == [0, 1, 2, 3, 4, 5, 6]
    (waiting,) = loop.plan.waiting
    assert "more than 6 agents in a row" in waiting.reason
    said = CreateComment(task="CI-0001", body="go on, @oscar @riley")
    assert len(claims_of(carry_out(loop.snapshot, said, person(), loop.now), loop.now)) == 2


def _mentions_the_other(_: Records, run: Run) -> list[Operation]:
    return [CreateComment(task="CI-0001", body=f"@{'oscar' if run.agent == 'riley' else 'riley'} your turn")]


@pytest.mark.parametrize(("hops", "wakes"), [(0, True), (5, True), (6, False), (30, False)])
def test_a_word_is_passed_on_by_so_many_agents(hops: int, wakes: bool) -> None:
    run = an_ended_run("oscar", None, hops=hops)
    said = a_comment("@riley", by="oscar").evolve(run=run.id)

    assert bool(claims_of(snapshot_of(a_task(status="done"), an_agent("oscar"), run, said))) is wakes


def test_how_often_a_word_is_passed_on_is_the_companys_to_say() -> None:
    said = a_comment("@riley", by="oscar")
    company = a_company(scheduler={"hops": 0})

    assert claims_of(snapshot_of(company, a_task(status="done"), an_agent("oscar"), said)) == []


def _hops(*records: Record) -> list[int]:
    """Return the hops of the runs that a tick starts."""
    return [run.hops for run in ticked(snapshot_of(*records)).runs(active=True)]


OSCARS = an_ended_run("oscar", None, hops=2)
BY_OSCAR = Given(by="oscar", run=OSCARS.id)
LAST = an_ended_run(claimed_at=later(-70), hops=3, declared="continue")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([a_task(given=BY_OSCAR)], 3),
        ([a_task()], 0),
        ([a_task(status="done"), a_comment("@riley", by="oscar").evolve(run=OSCARS.id)], 3),
        ([a_task(status="done"), a_comment("@riley", by="oscar")], 1),
        ([a_task(status="done"), a_comment("@riley")], 0),
        ([a_task(given=BY_OSCAR), a_comment("@riley")], 0),
        ([a_task(given=BY_OSCAR), a_wake(by="clara", task="CI-0001")], 0),
        ([a_wake(by="oscar", run=OSCARS.id)], 3),
        ([a_wake(by="oscar")], 1),
        ([a_task(given=BY_OSCAR), an_agent(heartbeat=a_heartbeat())], 0),
        ([an_approval(status="approved")], 0),
        ([a_task(status="in_review", assignee="oscar", review=("riley",)), an_ended_run("oscar", hops=4)], 5),
        ([a_task(status="in_review", assignee="oscar", review=("riley",))], 1),
        ([a_task(status="in_review", assignee="clara", review=("riley",))], 0),
    ],
)  # fmt: skip
def test_a_run_is_so_many_agents_away_from_a_person_or_the_clock(
    records: list[Record], expected: int
) -> None:
    assert _hops(an_agent("oscar"), OSCARS, *records) == [expected]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (LAST, 3),
        (LAST.evolve(outcome="failed", declared=None), 3),
        (LAST.evolve(outcome="failed", declared=None, blocked=a_block()), 0),
    ],
)
def test_what_goes_on_is_as_far_as_it_was_and_what_a_person_lifts_begins_anew(
    last: Run, expected: int
) -> None:
    snapshot = ticked(answered(snapshot_of(a_task(status="in_progress")), last))

    assert [run.hops for run in snapshot.runs(active=True)] == [expected]


def test_who_hands_out_work_in_rounds_is_one_round_further_each_time() -> None:
    child = a_task("CI-0002", parent="CI-0001", status="done", assignee="clara", closed=NOW)
    snapshot = ticked(
        snapshot_of(*answered(snapshot_of(a_task(status="in_progress")), LAST).by_key.values(), child)
    )

    assert [run.hops for run in snapshot.runs(active=True)] == [4]


def test_blockers_that_are_done_are_no_hop() -> None:
    blocker = a_task("CI-0002", status="done", assignee="clara", closed=NOW)
    task = a_task(status="in_progress", blocked_by=("CI-0002",))
    ended = LAST.evolve(
        answers=(assignment(snapshot_of(task, blocker), task), a_cause("continue", digest=LAST.id))
    )
    snapshot = ticked(snapshot_of(task, blocker, ended))

    assert [run.hops for run in snapshot.runs(active=True)] == [3]
    assert _hops(task.evolve(given=BY_OSCAR), blocker, OSCARS) == [3]


def test_a_comment_by_a_run_that_is_gone_is_the_first_hop() -> None:
    said = a_comment("@riley", by="oscar").evolve(run="20260101T000000Z-oscar")

    assert _hops(a_task(status="done"), an_agent("oscar"), said) == [1]


def test_a_run_that_claims_to_have_caused_itself_is_followed_no_further() -> None:
    comment = a_comment("@riley", by="oscar").evolve(run=OSCARS.id)
    forged = OSCARS.evolve(answers=(a_cause("mention", comment.id),))

    assert _hops(a_task(status="done"), an_agent("oscar"), forged, comment) == [3]


@pytest.mark.parametrize("by", ["oscar", "clara"])
def test_a_terminated_member_wakes_nobody(by: str) -> None:
    gone = an_agent("oscar", status="terminated", reports_to=None)
    snapshot = snapshot_of(a_task(status="done"), gone, a_comment("@riley", by=by))

    assert bool(claims_of(snapshot)) is (by == "clara")
