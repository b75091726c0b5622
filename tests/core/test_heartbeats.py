"""Slots, prompts, and what waits for them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import candidates, next_slot_of, slot_of
from gitcp.core.causes.heartbeats import spread_of
from gitcp.core.operations.registry import RequestWake
from gitcp.core.plan import plan
from gitcp.model.members import Agent
from gitcp.model.memory import Records
from tests.core.waking import at_rest, claims_of, planned, why_not
from tests.helpers import (
    NOW,
    a_block,
    a_comment,
    a_company,
    a_heartbeat,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)


def _beating(*records: Any, **heartbeat: Any) -> Records:
    return snapshot_of(an_agent(heartbeat=a_heartbeat("0 9 * * MON", **heartbeat)), *records)


def test_a_heartbeat_without_prompt_and_without_tasks_wakes_nobody() -> None:
    assert claims_of(_beating()) == []
    assert claims_of(_beating(a_task(status="backlog"), a_task("CI-0002", blocked_by=("CI-0001",)))) == []


def test_a_heartbeats_prompt_makes_a_run_of_its_own_when_the_inbox_is_empty_and_once() -> None:
    snapshot = _beating(prompt="/rd-scan")
    (claim,) = plan(snapshot, Observed(), NOW).claims

    assert (claim.run.task, claim.run.prompt, claim.reason) == (None, "/rd-scan", "heartbeat")
    assert claims_of(ticked(snapshot)) == []


def test_a_heartbeats_prompt_joins_the_first_tasks_brief() -> None:
    snapshot = _beating(a_task("CI-0001"), a_task("CI-0002", priority="high"), prompt="/rd-scan")
    after = ticked(snapshot)
    (run,) = after.runs()

    assert (run.task, run.prompt) == ("CI-0002", "/rd-scan")
    assert {c.record for c in run.answers if c.reason == "heartbeat"} == {"CI-0002", "riley"}
    following = plan(Records.of([*after.by_key.values(), run.evolve(status="ended", outcome="succeeded", declared="block", blocked=a_block(), ended_at=NOW), task_in(after, "CI-0002").evolve(status="blocked")]), Observed(), NOW)  # fmt: skip
    assert [(c.run.task, c.run.prompt) for c in following.claims] == [("CI-0001", None)]


def test_a_heartbeats_prompt_joins_the_first_task_that_can_start() -> None:
    snapshot = _beating(a_task("CI-0001", priority="critical"), a_task("CI-0002"), prompt="/rd-scan")
    (claim,) = plan(snapshot, Observed(edited=frozenset({"CI-0001"})), NOW).claims

    assert (claim.run.task, claim.run.prompt) == ("CI-0002", "/rd-scan")


def test_a_heartbeats_prompt_does_not_wait_for_tasks_that_cannot_start() -> None:
    snapshot = _beating(a_task(), prompt="/rd-scan")
    (claim,) = plan(snapshot, Observed(edited=frozenset({"CI-0001"})), NOW).claims

    assert (claim.run.task, claim.run.prompt) == (None, "/rd-scan")


def test_a_heartbeat_is_a_cause_once_for_each_ready_task() -> None:
    agent_ = an_agent(heartbeat=a_heartbeat(), wake_on=("heartbeat",), concurrency=2)
    snapshot = snapshot_of(agent_, a_task("CI-0001"), a_task("CI-0002"))

    assert claims_of(snapshot) == [
        ("riley", "CI-0001", ["assignment", "heartbeat"]),
        ("riley", "CI-0002", ["assignment", "heartbeat"]),
    ]
    assert claims_of(ticked(snapshot)) == []


def test_each_slot_wakes_anew() -> None:
    snapshot = at_rest(declared="continue")
    child = a_task("CI-0002", assignee="clara", parent="CI-0001")
    beating = Records.of([*snapshot.by_key.values(), child, an_agent(heartbeat=a_heartbeat())])
    assert claims_of(beating) == [("riley", "CI-0001", ["heartbeat"])]

    after = ticked(beating)
    ended = Records.of([*after.by_key.values(), after.runs()[0].evolve(status="ended", outcome="succeeded", ended_at=NOW)])  # fmt: skip

    assert claims_of(ended, later(60)) == []
    assert claims_of(ended, later(24 * 60)) == [("riley", "CI-0001", ["heartbeat"])]


def test_a_heartbeat_that_nobody_dated_counts_for_nothing_yet() -> None:
    snapshot = snapshot_of(an_agent(heartbeat=a_heartbeat(since=None, prompt="/x")))

    assert slot_of(snapshot, an_agent(heartbeat=a_heartbeat(since=None)), NOW) is None
    assert claims_of(snapshot) == []


def test_an_agent_without_a_heartbeat_has_no_slot() -> None:
    assert slot_of(snapshot_of(), an_agent(), NOW) is None


def test_what_wake_on_does_not_name_waits_for_the_heartbeat() -> None:
    agent = an_agent(wake_on=("mention",), heartbeat=a_heartbeat("0 12 * * *", window_minutes=60))
    records = [agent, a_task(), a_wake(), an_approval(status="approved", task="CI-0001")]
    told = planned(*records)

    assert told.claims == ()
    assert [(w.task, w.causes, w.until) for w in told.waiting] == [
        ("CI-0001", ("assignment", "approval"), later(180)),
        (None, ("manual",), later(180)),
    ]
    assert {w.reason for w in told.waiting} == {"waits for its heartbeat (wake_on)"}
    assert told.next_look == later(180)
    at_noon = plan(snapshot_of(*records), Observed(), later(180))
    assert [(c.run.task, c.reason) for c in at_noon.claims] == [(None, "manual")]
    assert [(w.task, w.reason) for w in at_noon.waiting] == [("CI-0001", "riley has 1 of 1 runs")]


def test_a_reason_that_may_wake_at_once_brings_the_others_of_its_task_along() -> None:
    agent = an_agent(wake_on=("mention",), heartbeat=a_heartbeat("0 12 * * *", window_minutes=60))
    (claim,) = planned(agent, a_task(), a_comment("@riley")).claims

    assert {cause.reason.value for cause in claim.run.answers} == {"assignment", "mention"}


def test_in_an_open_slot_a_task_is_worked_on_once_and_then_waits_for_the_next() -> None:
    agent = an_agent(wake_on=("heartbeat",), heartbeat=a_heartbeat())
    snapshot = ticked(snapshot_of(agent, a_task()))
    run = snapshot.runs()[0]
    ended = Records.of([*snapshot.by_key.values(), run.evolve(status="ended", outcome="succeeded", declared="continue", ended_at=later(5))])  # fmt: skip

    told = plan(ended, Observed(), later(10))

    assert told.claims == ()
    assert [(w.task, w.reason, w.until) for w in told.waiting] == [
        ("CI-0001", "waits for its heartbeat (wake_on)", later(24 * 60))
    ]
    assert [claim.run.task for claim in plan(ended, Observed(), later(24 * 60)).claims] == ["CI-0001"]


def test_a_review_waits_for_the_heartbeat_as_well() -> None:
    agent = an_agent("oscar", wake_on=("heartbeat",), heartbeat=a_heartbeat("0 12 * * *", window_minutes=60))
    records = [agent, a_task(status="in_review", review=("oscar",))]

    assert why_not(*records) == ["waits for its heartbeat (wake_on)"]
    assert [c.run.agent for c in plan(snapshot_of(*records), Observed(), later(180)).claims] == ["oscar"]


def test_what_has_no_task_is_answered_once_a_slot_where_wake_on_says_so() -> None:
    agent = an_agent(wake_on=("heartbeat",), heartbeat=a_heartbeat())
    snapshot = ticked(snapshot_of(agent, a_wake()))
    run = snapshot.runs()[0]
    assert {cause.reason.value for cause in run.answers} == {"heartbeat", "manual"}
    ended = Records.of(
        [*snapshot.by_key.values(), run.evolve(status="ended", outcome="succeeded", ended_at=NOW)]
    )

    asked = carry_out(ended, RequestWake(agent="riley", prompt="again"), person(), later(1))

    assert plan(asked, Observed(), later(2)).claims == ()
    assert len(plan(asked, Observed(), later(24 * 60)).claims) == 1


def test_a_task_that_nothing_can_ever_wake_is_stalled() -> None:
    told = planned(an_agent(wake_on=("mention",)), a_task(), a_wake())

    assert [(s.task, s.reason, s.member) for s in told.stalled] == [
        ("CI-0001", "wake_on of riley names none of assignment, and it has no heartbeat", "clara")
    ]
    assert [w.reason for w in told.waiting] == [
        "wake_on does not name this reason, and there is no heartbeat"
    ]


def test_a_paused_agents_causes_wait_for_it_and_not_for_its_heartbeat() -> None:
    agent = an_agent(status="paused", wake_on=("mention",), heartbeat=a_heartbeat("0 12 * * *"))

    assert why_not(agent, a_task()) == ["agent riley is paused"]


def test_slots_are_named_by_their_nominal_time() -> None:
    found = candidates(
        _beating(prompt="/x"), an_agent(heartbeat=a_heartbeat("0 9 * * MON", prompt="/x")), later(30)
    )

    assert [candidate.cause.digest for candidate in found] == ["2026-11-23T09:00:00Z"]


def test_what_may_wake_at_once_does_not_use_up_the_slot() -> None:
    agent = an_agent(wake_on=("mention",), heartbeat=a_heartbeat())
    snapshot = ticked(snapshot_of(agent, a_task(status="done"), a_comment("@riley")))
    run = snapshot.runs()[0]
    assert [cause.reason for cause in run.answers] == ["mention"]
    ended = Records.of(
        [*snapshot.by_key.values(), run.evolve(status="ended", outcome="succeeded", ended_at=NOW), a_wake()]
    )

    (claim,) = plan(ended, Observed(), later(1)).claims

    assert [cause.reason.value for cause in claim.run.answers] == ["manual", "heartbeat"]


# jitter


def test_jitter_spreads_agents_and_leaves_the_name_of_the_slot() -> None:
    names = [f"agent-{number}" for number in range(20)]
    agents = [an_agent(name, heartbeat=a_heartbeat(prompt="/x")) for name in names]
    company = a_company(scheduler={"jitter_minutes": 60, "concurrency": 20})
    snapshot = snapshot_of(company, *agents)

    opening = {name: _opens(snapshot, agent) for name, agent in zip(names, agents, strict=True)}

    assert opening == {name: _opens(snapshot, agent) for name, agent in zip(names, agents, strict=True)}
    assert len(set(opening.values())) > 15
    assert all(NOW <= at < later(60) for at in opening.values())
    assert [claim.run.agent for claim in plan(snapshot, Observed(), NOW).claims] == []
    first = min(opening, key=lambda name: opening[name])
    assert plan(snapshot, Observed(), NOW).next_look == opening[first]
    (claim,) = plan(snapshot, Observed(), opening[first]).claims
    assert (claim.run.agent, claim.run.answers[0].digest) == (first, "2026-11-23T09:00:00Z")
    assert len(plan(snapshot, Observed(), later(60)).claims) == 20


def _opens(snapshot: Records, agent: Agent) -> datetime:
    at = next_slot_of(snapshot, agent, later(-1))
    assert at is not None
    return at


@pytest.mark.parametrize(("own", "spread"), [(None, 60), (0, 0), (5, 5)])
def test_a_heartbeats_own_jitter_counts_before_the_companys(own: int | None, spread: int) -> None:
    agent = an_agent(heartbeat=a_heartbeat(jitter_minutes=own))
    snapshot = snapshot_of(a_company(scheduler={"jitter_minutes": 60}), agent)

    assert spread_of(snapshot, agent).longest == timedelta(minutes=spread)


def test_what_waits_for_a_heartbeat_waits_for_its_late_opening() -> None:
    agent = an_agent(wake_on=("heartbeat",), heartbeat=a_heartbeat("0 9 * * *", jitter_minutes=60))
    snapshot = snapshot_of(agent, a_task())

    (waiting,) = plan(snapshot, Observed(), NOW).waiting

    assert waiting.until == _opens(snapshot, agent)
    assert NOW < _opens(snapshot, agent) < later(60)
    assert [claim.run.task for claim in plan(snapshot, Observed(), _opens(snapshot, agent)).claims] == [
        "CI-0001"
    ]
