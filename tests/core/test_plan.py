from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import Adopt, Number, Observed, Plan, Reap, Resolve
from gitcp.core.operations import FinishTask, RequestWake
from gitcp.core.plan import plan
from gitcp.errors import ConflictError
from gitcp.model.amounts import Amounts, RunLimits
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.planning import ProjectStatus
from gitcp.model.problem import Problem
from gitcp.model.runs import Cancel, Outcome
from gitcp.model.tasks import Task
from tests.helpers import (
    NOW,
    a_block,
    a_budget,
    a_cause,
    a_comment,
    a_company,
    a_goal,
    a_heartbeat,
    a_new_task,
    a_problem,
    a_project,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    at,
    carry_out,
    later,
    operation_of,
    person,
    run_in,
    snapshot_of,
    task_in,
    ticked,
)


def _planned(*records: Record, observed: Observed | None = None, problems: Iterable[Problem] = ()) -> Plan:
    return plan(snapshot_of(*records, problems=problems), observed or Observed(), NOW, claimed_by="machine")


def _why_not(*records: Record, **circumstances: Any) -> list[str]:
    """Return why what is wanted does not start."""
    told = _planned(*records, **circumstances)
    assert told.claims == ()
    return [waiting.reason for waiting in told.waiting]


# the run that is claimed


def test_a_claim_says_all_that_the_run_will_be() -> None:
    agent = an_agent(limits=RunLimits(usd=Decimal(2), tokens=400_000, minutes=Decimal(40), turns=40))
    budgets = [a_budget(), a_budget("agent/riley"), a_budget("agent/oscar"), a_budget("project/CI")]
    (claim,) = _planned(agent, a_task(), *budgets).claims
    run = claim.run

    assert (run.id, run.agent, run.task, run.attempt) == ("20261123T090000Z-riley", "riley", "CI-0001", 1)
    assert (run.runtime, run.repository, run.claimed_by) == ("process", "factory", "machine")
    assert run.limits.turns == 40
    assert run.reserved == Amounts(
        usd=Decimal(2), usd_imputed=Decimal(1), tokens=400_000, runs=1, minutes=Decimal(40)
    )
    assert run.charges == ("company", "agent/riley", "project/CI")
    assert (run.claimed_at, run.deadline) == (NOW, later(45))
    assert claim.reason == "assignment"


def test_a_run_without_a_task_works_in_the_agents_own_repository() -> None:
    agent = an_agent(repository="factory")

    assert [claim.run.repository for claim in _planned(agent, a_wake()).claims] == ["factory"]
    assert [claim.run.repository for claim in _planned(a_wake()).claims] == [None]


def test_the_deadline_allows_the_companys_grace() -> None:
    company = a_company(scheduler={"grace_minutes": 10})

    assert [claim.run.deadline for claim in _planned(company, a_task()).claims] == [later(40)]


def test_runs_of_one_agent_within_a_second_have_names_of_their_own() -> None:
    agent = an_agent(concurrency=3)
    before = an_ended_run(task=None)
    claims = _planned(agent, a_task("CI-0001"), a_task("CI-0002"), before).claims

    assert [claim.run.id for claim in claims] == ["20261123T090000Z-riley.2", "20261123T090000Z-riley.3"]


def test_a_claim_is_dated_to_the_second() -> None:
    (claim,) = plan(snapshot_of(a_task()), Observed(), at("2026-11-23T09:00:00.750Z")).claims

    assert claim.run.claimed_at == NOW


def test_prompts_are_joined_and_cut_where_a_record_ends() -> None:
    wakes = [a_wake(request="1", prompt="one"), a_wake(request="2", prompt="two"), a_wake(request="3")]
    (claim,) = _planned(*wakes).claims
    assert claim.run.prompt == "one\n\ntwo"

    long = [a_wake(request="1", prompt="x" * 150_000), a_wake(request="2", prompt="y" * 150_000)]
    (claim,) = _planned(*long).claims
    assert len(claim.run.prompt or "") == 200_000


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([a_wake(task="CI-0001"), a_comment("@riley")], "manual"),
        ([a_comment("@riley")], "mention"),
        ([an_approval(status="approved", task="CI-0001")], "approval"),
        ([an_agent(heartbeat=a_heartbeat())], "heartbeat"),
        ([an_ended_run(outcome="failed", claimed_at=later(-60))], "retry"),
        ([an_ended_run(declared="continue", claimed_at=later(-60))], "continue"),
        ([], "assignment"),
    ],
)
def test_a_run_is_known_by_the_first_of_its_reasons(records: list[Record], expected: str) -> None:
    assert [claim.reason for claim in _planned(a_task(), *records).claims] == [expected]


# order and places


def test_the_plan_fills_places_in_inbox_order() -> None:
    tasks = [
        a_task("CI-0001", priority="low"),
        a_task("CI-0002"),
        a_task("CI-0003", created=later(-5000)),
        a_task("CI-0004", due=later(60)),
        a_task("CI-0005", priority="critical"),
        a_task("CI-0006", priority="low", status="in_progress"),
    ]
    claims = _planned(a_company(scheduler={"concurrency": 9}), an_agent(concurrency=9), *tasks).claims

    assert [claim.run.task for claim in claims] == [f"CI-000{n}" for n in (6, 5, 4, 3, 2, 1)]


def test_what_somebody_asked_for_by_hand_comes_before_all_tasks() -> None:
    company = a_company(scheduler={"concurrency": 1})
    records = [an_agent("oscar"), a_task("CI-0001", priority="critical"), a_wake("oscar")]

    assert [claim.run.agent for claim in _planned(company, *records).claims] == ["oscar"]


def test_an_agent_runs_as_often_at_once_as_it_may() -> None:
    tasks = [a_task("CI-0001"), a_task("CI-0002"), a_task("CI-0003")]
    told = _planned(an_agent(concurrency=2), *tasks)

    assert [claim.run.task for claim in told.claims] == ["CI-0001", "CI-0002"]
    assert [(w.task, w.reason) for w in told.waiting] == [("CI-0003", "riley has 2 of 2 runs")]


def test_the_company_runs_as_often_at_once_as_it_may() -> None:
    records = [
        a_company(scheduler={"concurrency": 1}),
        an_agent("oscar"),
        a_task("CI-0001", assignee="oscar", priority="high"),
        a_task("CI-0002"),
    ]
    told = _planned(*records)

    assert [claim.run.agent for claim in told.claims] == ["oscar"]
    assert [(w.agent, w.reason) for w in told.waiting] == [("riley", "the company has 1 of 1 runs")]


def test_a_project_runs_as_often_at_once_as_it_may() -> None:
    records = [
        an_agent("oscar"),
        a_project("CI", concurrency=1),
        a_project("QA"),
        a_task("CI-0001", assignee="oscar"),
        a_task("CI-0002"),
        a_run("hugo", "QA-0009"),
    ]

    told = _planned(*records)

    assert [claim.run.agent for claim in told.claims] == ["oscar"]
    assert [(w.agent, w.reason) for w in told.waiting] == [("riley", "project CI has 1 of 1 runs")]


def test_live_runs_take_places() -> None:
    assert _why_not(a_run(task=None), a_task()) == ["riley has 1 of 1 runs"]
    assert _why_not(a_company(scheduler={"concurrency": 1}), a_run("oscar", None), a_task()) == [
        "the company has 1 of 1 runs"
    ]


def test_a_task_has_one_live_run_and_what_is_new_waits_for_its_end() -> None:
    told = _planned(an_agent(concurrency=2), a_task(), a_run("oscar"), a_comment("@riley"))

    assert told.claims == ()
    assert [(w.reason, w.until) for w in told.waiting] == [
        ("run 20261123T090000Z-oscar works on CI-0001", later(35))
    ]


# why not


@pytest.mark.parametrize(
    ("records", "problems", "reason"),
    [
        ([a_project(status=status)], [], "project CI is not active")
        for status in ProjectStatus
        if status is not ProjectStatus.ACTIVE
    ]
    + [
        ([an_agent(status="paused")], [], "agent riley is paused"),
        ([], [a_problem("agent", "riley")], "agent riley cannot be read"),
        ([], [a_problem("company", "gitcp")], "gitcp.yaml cannot be read: no new run starts"),
        ([], [a_problem("project", "CI")], "project CI cannot be read"),
        ([], [a_problem("budget", "company")], "budget company cannot be read: nothing starts in its scope"),
        ([], [a_problem("budget", "agent/riley")], "budget agent/riley cannot be read: nothing starts in its scope"),
        ([], [a_problem("member", "clara")], "member clara cannot be read: the budgets above it are unknown"),
        ([a_project(goal="quality"), a_goal()], [a_problem("goal", "quality")], "goal quality cannot be read: the budgets above it are unknown"),
        ([a_project(repository="mill")], [], "repository mill is not in gitcp.yaml"),
        ([a_budget(usd=Decimal("0.5"))], [], "budget company: 0.5 usd left, the run would reserve 1"),
        ([an_ended_run("oscar", pending=True, claimed_at=later(-60))], [], "the result of run 20261123T080000Z-oscar has not reached CI-0001 yet"),
    ],
)  # fmt: skip
def test_a_plan_says_why_a_task_does_not_start(
    records: list[Record], problems: list[Problem], reason: str
) -> None:
    assert _why_not(a_task(), *records, problems=problems) == [reason]


def test_without_a_company_nothing_starts() -> None:
    records = Records.of([an_agent(), a_project(), a_task()])
    told = plan(records, Observed(), NOW)

    assert [waiting.reason for waiting in told.waiting] == ["gitcp.yaml cannot be read: no new run starts"]


def test_a_project_that_does_not_exist_is_not_active() -> None:
    assert _why_not(a_task("QA-0001")) == ["project QA is not active"]


def test_what_does_not_hold_one_agent_does_not_hold_another() -> None:
    told = _planned(an_agent("oscar"), a_task("CI-0001"), a_task("CI-0002", assignee="oscar"), problems=[a_problem("budget", "agent/riley")])  # fmt: skip

    assert [claim.run.agent for claim in told.claims] == ["oscar"]


def test_a_broken_task_or_agent_does_not_hold_the_others() -> None:
    told = _planned(a_task("CI-0001"), a_task("CI-0002"), problems=[a_problem("task", "CI-0001")])

    assert [claim.run.task for claim in told.claims] == ["CI-0002"]


def test_a_task_that_somebody_edits_waits() -> None:
    assert _why_not(a_task(), observed=Observed(edited=frozenset({"CI-0001"}))) == [
        "the file of CI-0001 has uncommitted edits"
    ]


def test_a_runtime_that_is_not_here_waits() -> None:
    assert _why_not(a_task(), observed=Observed(runtimes=frozenset({"codex"}))) == [
        "runtime process cannot be started from here"
    ]
    assert len(_planned(a_task(), observed=Observed(runtimes=frozenset({"process"}))).claims) == 1


def test_claims_of_one_plan_share_a_budget() -> None:
    records = [
        a_budget(usd=Decimal("2.5")),
        an_agent(concurrency=9),
        *(a_task(f"CI-000{n}") for n in range(1, 5)),
    ]
    told = _planned(*records)

    assert [claim.run.task for claim in told.claims] == ["CI-0001", "CI-0002"]
    assert {waiting.reason for waiting in told.waiting} == {
        "budget company: 0.5 usd left, the run would reserve 1"
    }
    assert {waiting.until for waiting in told.waiting} == {at("2026-12-01T00:00:00Z")}


def test_the_day_after_the_budget_has_room_again() -> None:
    spent = an_ended_run(task=None, charges=("company",))
    snapshot = snapshot_of(a_task(), a_budget(period="day", usd=1), spent)
    told = plan(snapshot, Observed(), NOW)
    assert told.claims == ()
    assert told.next_look == at("2026-11-24T00:00:00Z")

    assert len(plan(snapshot, Observed(), at("2026-11-24T00:00:00Z")).claims) == 1


# wake_on


def test_what_wake_on_does_not_name_waits_for_the_heartbeat() -> None:
    agent = an_agent(wake_on=("mention",), heartbeat=a_heartbeat("0 12 * * *", window_minutes=60))
    records = [agent, a_task(), a_wake(), an_approval(status="approved", task="CI-0001")]
    told = _planned(*records)

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
    (claim,) = _planned(agent, a_task(), a_comment("@riley")).claims

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

    assert _why_not(*records) == ["waits for its heartbeat (wake_on)"]
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
    told = _planned(an_agent(wake_on=("mention",)), a_task(), a_wake())

    assert [(s.task, s.reason, s.member) for s in told.stalled] == [
        ("CI-0001", "wake_on of riley names none of assignment, and it has no heartbeat", "clara")
    ]
    assert [w.reason for w in told.waiting] == [
        "wake_on does not name this reason, and there is no heartbeat"
    ]


def test_a_paused_agents_causes_wait_for_it_and_not_for_its_heartbeat() -> None:
    agent = an_agent(status="paused", wake_on=("mention",), heartbeat=a_heartbeat("0 12 * * *"))

    assert _why_not(agent, a_task()) == ["agent riley is paused"]


# agents that are gone


def test_tasks_of_a_terminated_agent_are_stalled_in_its_managers_inbox() -> None:
    told = _planned(an_agent(status="terminated"), a_task(), a_comment("@riley"), a_wake())

    assert (told.claims, told.waiting) == ((), ())
    assert [(s.task, s.reason, s.member) for s in told.stalled] == [
        ("CI-0001", "its assignee riley is terminated", "clara")
    ]


# housekeeping


def test_filed_tasks_are_numbered_and_then_worked_on() -> None:
    snapshot = snapshot_of(a_new_task("CI/scan", priority="high"), a_new_task("NO/scan"))
    assert [action for action in plan(snapshot, Observed(), NOW).actions if isinstance(action, Number)] == [
        Number("CI/scan")
    ]

    after = ticked(ticked(snapshot))

    assert (task_in(after).title, task_in(after).priority) == ("Do CI/scan", "high")
    assert [run.task for run in after.runs()] == ["CI-0001"]


@pytest.mark.parametrize(("kind", "name"), [("new-task", "CI/scan"), ("counter", "CI")])
def test_what_cannot_be_read_is_not_numbered(kind: str, name: str) -> None:
    told = _planned(a_new_task("CI/scan"), problems=[a_problem(kind, name)])

    assert told.actions == ()


def test_a_heartbeat_written_by_hand_is_dated_and_does_not_fire_for_the_past() -> None:
    hand = an_agent(heartbeat=a_heartbeat("0 8 * * *", since=None, prompt="/x"))
    snapshot = snapshot_of(hand)
    assert plan(snapshot, Observed(), NOW).actions == (Adopt("riley"),)

    after = ticked(snapshot)

    assert plan(after, Observed(), NOW).actions == ()
    assert plan(after, Observed(), NOW).next_look == later(23 * 60)
    assert len(plan(after, Observed(), later(23 * 60)).claims) == 1


@pytest.mark.parametrize("status", ["paused", "terminated"])
def test_the_heartbeat_of_an_agent_that_does_not_work_is_not_dated(status: str) -> None:
    assert _planned(an_agent(status=status, heartbeat=a_heartbeat(since=None))).actions == ()


_CANCEL = Cancel(by="clara", at=NOW)


@pytest.mark.parametrize(
    ("run", "observed", "expected"),
    [
        (a_run(deadline=later(1)), Observed(), None),
        (a_run(deadline=NOW), Observed(), ("abandoned", "its deadline passed", True)),
        (a_run(deadline=NOW, cancel=_CANCEL), Observed(), ("cancelled", "its deadline passed", True)),
        (a_run(), Observed(dead=frozenset({"20261123T090000Z-riley"})), ("abandoned", "its runner is gone", True)),
        (a_run(cancel=_CANCEL), Observed(dead=frozenset({"20261123T090000Z-riley"})), ("cancelled", "its runner is gone", True)),
        (
            a_run(cancel=_CANCEL),
            Observed(dead=frozenset({"20261123T090000Z-riley"}), never_started=frozenset({"20261123T090000Z-riley"})),
            ("cancelled", "cancelled before it started", False),
        ),
        (a_run(), Observed(dead=frozenset({"20261123T090000Z-oscar"})), None),
        (an_ended_run(deadline=NOW), Observed(dead=frozenset({"20261123T090000Z-riley"})), None),
    ],
)  # fmt: skip
def test_a_run_is_reaped_past_its_deadline_or_when_its_runner_is_proven_dead(
    run: Any, observed: Observed, expected: tuple[str, str, bool] | None
) -> None:
    reaps = [action for action in _planned(run, observed=observed).actions if isinstance(action, Reap)]

    assert reaps == ([Reap(run.id, Outcome(expected[0]), expected[1], expected[2])] if expected else [])


def test_what_a_reaped_run_frees_is_taken_at_the_next_look() -> None:
    snapshot = snapshot_of(a_task(status="in_progress"), a_run(deadline=NOW, claimed_at=later(-35)))
    told = plan(snapshot, Observed(), NOW)
    assert told.claims == ()

    after = ticked(snapshot)

    assert run_in(after, "20261123T082500Z-riley").outcome == "abandoned"
    (waiting,) = plan(after, Observed(), NOW).waiting
    assert waiting.reason == "backs off after a failed run"


def test_a_result_that_waited_is_brought_home_when_the_file_is_free() -> None:
    run = an_ended_run(declared="finish", pending=True, answers=(a_cause(),))
    snapshot = snapshot_of(a_task(status="in_progress"), run)
    edited = Observed(edited=frozenset({"CI-0001"}))

    assert not [a for a in plan(snapshot, edited, NOW).actions if isinstance(a, Resolve)]
    assert [a for a in plan(snapshot, Observed(), NOW).actions if isinstance(a, Resolve)] == [Resolve(run.id)]
    broken = snapshot_of(a_task(status="in_progress"), run, problems=[a_problem("task", "CI-0001")])
    assert not [a for a in plan(broken, Observed(), NOW).actions if isinstance(a, Resolve)]


# standings


def _stands(task: Task, *records: Record, **circumstances: Any) -> tuple[str, str, str | None]:
    told = _planned(task, *records, **circumstances)
    found: list[tuple[str, str, str | None]] = [
        ("waiting", w.reason, None) for w in told.waiting if w.task == task.id
    ]
    found += [("stalled", s.reason, s.member) for s in told.stalled if s.task == task.id]
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("task", "records", "expected"),
    [
        (a_task(status="blocked", blocked=a_block("which?")), [], ("stalled", "blocked: which?", "clara")),
        (a_task(status="blocked"), [], ("stalled", "blocked", "clara")),
        (a_task(status="blocked", blocked=a_block("x", waits_for="zoe")), [an_agent("zoe")], ("stalled", "blocked: x", "zoe")),
        (a_task(status="blocked", blocked=a_block("x", waits_for="ghost")), [], ("stalled", "blocked: x", "clara")),
        (a_task(status="blocked", blocked=a_block("x", waits_for="riley")), [], ("stalled", "blocked: x", "clara")),
        (a_task(status="in_review", review=("clara",)), [], ("waiting", "waits for the review by clara", None)),
        (a_task(status="in_review", review=("ghost",)), [], ("stalled", "its reviewer ghost does not exist", "clara")),
        (a_task(status="in_review", review=("zoe",)), [an_agent("zoe", status="terminated")], ("stalled", "its reviewer zoe is terminated", "clara")),
        (a_task(status="in_review", review=("zoe",)), [an_agent("zoe", status="paused")], ("waiting", "agent zoe is paused", None)),
        (a_task(status="in_review"), [], ("stalled", "in review, and no reviewer is left to agree", "clara")),
        (a_task(assignee="ghost"), [], ("stalled", "its assignee ghost does not exist", "clara")),
        (a_task(blocked_by=("CI-0002",)), [a_task("CI-0002", assignee="clara")], ("waiting", "waits for CI-0002", None)),
        (a_task(blocked_by=("CI-0002",)), [a_task("CI-0002", status="cancelled")], ("stalled", "CI-0002, which it waits for, will not be done before somebody decides", "clara")),
        (a_task(blocked_by=("CI-0002",)), [], ("stalled", "CI-0002, which it waits for, will not be done before somebody decides", "clara")),
        (a_task(blocked_by=("CI-0002",)), [a_task("CI-0002", assignee=None, blocked_by=("CI-0003",)), a_task("CI-0003", assignee=None, blocked_by=("CI-0001",))], ("stalled", "CI-0002, which it waits for, will not be done before somebody decides", "clara")),
        (a_task(blocked_by=("CI-0002",)), [a_task("CI-0002", assignee=None, blocked_by=("CI-0003",)), a_task("CI-0003", assignee=None, blocked_by=("CI-0002",))], ("waiting", "waits for CI-0002", None)),
    ],
)  # fmt: skip
def test_every_open_task_of_an_agent_stands_somewhere(
    task: Task, records: list[Record], expected: tuple[str, str, str | None]
) -> None:
    assert _stands(task, *records) == expected


def test_a_task_whose_file_has_a_problem_is_stalled() -> None:
    assert _stands(a_task(), problems=[a_problem("task", "CI-0001")]) == (
        "stalled",
        "its file has a problem",
        "clara",
    )


def _rested(task: Task, **ended: Any) -> Records:
    """Return a world in which riley's last run answered all that its task was."""
    snapshot = ticked(snapshot_of(task))
    run = snapshot.runs()[0].evolve(
        status="ended", outcome="succeeded", declared="continue", ended_at=NOW, **ended
    )
    return Records.of([*snapshot.by_key.values(), run])


def test_a_task_that_waits_for_its_children_says_so() -> None:
    rested = _rested(a_task())
    snapshot = Records.of([*rested.by_key.values(), a_task("CI-0002", assignee="clara", parent="CI-0001")])

    (waiting,) = plan(snapshot, Observed(), NOW).waiting
    assert (waiting.task, waiting.reason) == ("CI-0001", "waits for its children CI-0002")


def test_a_result_that_waits_for_the_file_is_told() -> None:
    snapshot = _rested(a_task(), pending=True)

    (waiting,) = plan(snapshot, Observed(edited=frozenset({"CI-0001"})), NOW).waiting

    assert waiting.reason == "the result of its last run waits until its file is free"


def test_a_task_without_any_cause_left_is_stalled() -> None:
    # Only by hand can it come to this: the run of the assignee was made another's.
    rested = _rested(a_task())
    run = rested.runs()[0]
    forged = Records.of([*rested.by_key.values(), run.evolve(task=None)])

    (stalled,) = plan(forged, Observed(), NOW).stalled
    assert stalled.reason == "every cause is answered and nothing is under way"


def test_tasks_of_people_and_of_nobody_and_parked_ones_stand_nowhere() -> None:
    tasks = [
        a_task("CI-0001", assignee="clara"),
        a_task("CI-0002", assignee=None),
        a_task("CI-0003", status="backlog"),
    ]

    assert _planned(*tasks).actions == ()


# when to look again


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], None),
        ([a_run(deadline=later(35))], later(35)),
        ([an_agent(heartbeat=a_heartbeat("0 10 * * *"))], later(60)),
        ([an_agent(heartbeat=a_heartbeat("0 10 * * *")), a_run(deadline=later(35))], later(35)),
        ([a_run(deadline=later(-35))], None),
        ([a_task(), a_budget(period="day", usd=0)], at("2026-11-24T00:00:00Z")),
    ],
)
def test_a_plan_says_when_to_look_again(records: list[Record], expected: Any) -> None:
    assert _planned(*records).next_look == expected


# claim by compare-and-swap


def test_a_claim_that_came_too_late_is_refused() -> None:
    snapshot = snapshot_of(a_task(), a_budget(usd=1), an_agent("oscar"), a_task("CI-0002", assignee="oscar"))
    (claim,) = plan(snapshot, Observed(), NOW).claims
    operation = operation_of(claim)
    assert operation is not None

    other = Records.of([*snapshot.by_key.values(), a_run("oscar", "CI-0002", charges=("company",))])
    with pytest.raises(ConflictError, match="budget company: 0 usd left"):
        carry_out(other, operation)
    with pytest.raises(ConflictError, match="is done and not for riley"):
        carry_out(carry_out(snapshot, FinishTask(task="CI-0001"), person()), operation)
    claimed = carry_out(snapshot, operation)
    with pytest.raises(ConflictError, match="exists already"):
        carry_out(claimed, operation)
    assert plan(claimed, Observed(), NOW).claims == ()
