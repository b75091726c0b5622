"""Mentions: who may wake whom, and how agents that mention each other come to rest."""

from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.hops import is_too_far
from gitcp.core.operations.registry import (
    CreateComment,
)
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.tasks import Comment
from tests.core.waking import claims_of
from tests.helpers import (
    NOW,
    a_cause,
    a_comment,
    a_task,
    agent,
    an_agent,
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
    snapshot = snapshot_of(
        a_task(status="done", assignee="clara"), an_agent("oscar"), a_comment("@riley go", when=later(-1))
    )
    now, claims = NOW, 0
    for _ in range(20):
        snapshot = ticked(snapshot, now)
        for run in snapshot.runs(active=True):
            claims += 1
            other = "oscar" if run.agent == "riley" else "riley"
            said = CreateComment(task="CI-0001", body=f"@{other} your turn")
            snapshot = carry_out(snapshot, said, agent(run.agent, run.id), later(1, now))
            snapshot = Records.of([*snapshot.by_key.values(), run.evolve(status="ended", outcome="succeeded", ended_at=now)])  # fmt: skip
        now = later(5, now)

    assert claims == 7
    (waiting,) = plan(snapshot, Observed(), now).waiting
    assert "more than 6 agents in a row" in waiting.reason
    snapshot = carry_out(snapshot, CreateComment(task="CI-0001", body="go on, @oscar @riley"), person(), now)
    assert len(claims_of(snapshot, now)) == 2


def _chain(length: int, *heard: Any) -> tuple[Records, Comment]:
    """Return a world in which agents passed a word on so often, each woken by the one before; the first one heard these, too."""
    last = a_comment("@oscar 0", by="riley", when=later(-60))
    records: list[Any] = [a_task(), an_agent("oscar"), last, *heard]
    causes = [a_cause("mention", comment.id) for comment in (last, *heard)]
    for number in range(1, length):
        by = "oscar" if number % 2 else "riley"
        run = an_ended_run(by, None, claimed_at=later(-60 + number), answers=tuple(causes))
        last = a_comment(f"@x {number}", by=by, when=later(-60 + number)).evolve(run=run.id)
        records += [run, last]
        causes = [a_cause("mention", last.id)]
    return snapshot_of(*records), last


@pytest.mark.parametrize(("length", "expected"), [(1, False), (6, False), (7, True), (30, True)])
def test_a_chain_of_agents_may_be_so_long(length: int, expected: bool) -> None:
    snapshot, last = _chain(length)

    assert is_too_far(snapshot, last) is expected


def test_a_word_of_a_person_among_those_that_were_heard_begins_anew() -> None:
    by_person, by_agent = (
        a_comment("@oscar", when=later(-61)),
        a_comment("@oscar", by="riley", when=later(-61)),
    )

    assert not is_too_far(*_chain(7, by_person))
    assert is_too_far(*_chain(7, by_agent))


def test_a_comment_by_a_run_that_is_gone_or_was_woken_by_something_else_is_the_first() -> None:
    gone = a_comment("@x", by="riley").evolve(run="20260101T000000Z-riley")

    assert not is_too_far(snapshot_of(an_ended_run(answers=(a_cause(),))), gone)
    assert not is_too_far(snapshot_of(), a_comment("@x", by="riley").evolve(run="20261123T090000Z-riley"))


def test_a_chain_that_leads_back_to_itself_by_a_forged_record_ends() -> None:
    comment = a_comment("@oscar", by="riley").evolve(run="20261123T090000Z-riley")
    forged = an_ended_run("riley", None, answers=(a_cause("mention", comment.id),))

    assert is_too_far(snapshot_of(forged, comment), comment)
