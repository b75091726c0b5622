"""What wakes an agent, told by the reasons of the runs that a plan claims."""

from datetime import datetime
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import LONGEST_RETRY, assignment, candidates, last_run, retry_after, slot_of
from gitcp.core.operations import (
    AssignTask,
    CreateComment,
    CreateTask,
    EditTask,
    FinishTask,
    ReopenTask,
    ReviewTask,
    UnblockTask,
)
from gitcp.core.plan import plan
from gitcp.model.guards import ApprovalStatus, Decision
from gitcp.model.memory import Records
from gitcp.model.runs import Declared, FailureClass, Outcome, Run
from gitcp.model.tasks import Task
from tests.helpers import (
    NOW,
    a_block,
    a_cause,
    a_comment,
    a_company,
    a_counter,
    a_heartbeat,
    a_person,
    a_problem,
    a_run,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_approval,
    an_ended_run,
    at,
    carry_out,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)


def _claims(snapshot: Records, now: datetime = NOW) -> list[tuple[str, str | None, list[str]]]:
    """Return what a plan starts: agent, task, and the reasons that the run answers."""
    claims = plan(snapshot, Observed(), now).claims
    return [
        (c.run.agent, c.run.task, sorted({cause.reason.value for cause in c.run.answers})) for c in claims
    ]


def _answered(snapshot: Records, run: Run, now: datetime = NOW) -> Records:
    """Return the snapshot with a run that answered all that there was."""
    me = next(member for member in snapshot.members() if member.id == run.agent)
    causes = [c.cause for c in candidates(snapshot, me, now) if c.task == run.task]  # type: ignore[arg-type]
    return Records.of([*snapshot.by_key.values(), run.evolve(answers=(*run.answers, *causes))])


def _at_rest(task: Task | None = None, **ended: Any) -> Records:
    """Return a world in which riley has worked on a task, ended an hour ago, and answered what there was."""
    task = task or a_task(status="in_progress")
    run = an_ended_run(claimed_at=later(-70), **({"declared": "continue"} | ended))
    return _answered(snapshot_of(task), run)


# assignment


@pytest.mark.parametrize("status", ["todo", "in_progress"])
def test_a_ready_task_wakes_its_agent(status: str) -> None:
    assert _claims(snapshot_of(a_task(status=status))) == [("riley", "CI-0001", ["assignment"])]


@pytest.mark.parametrize(
    "task",
    [
        a_task(status="backlog"),
        a_task(status="blocked"),
        a_task(status="done"),
        a_task(status="cancelled"),
        a_task(status="in_review", review=("clara",)),
        a_task(assignee="clara"),
        a_task(assignee=None),
        a_task(blocked_by=("CI-0009",)),
    ],
    ids=lambda task: f"{task.status}-{task.assignee}-{len(task.blocked_by)}",
)
def test_no_other_task_wakes_anybody(task: Task) -> None:
    assert _claims(snapshot_of(task)) == []


def test_a_cause_wakes_only_once() -> None:
    snapshot = ticked(snapshot_of(a_task()))

    assert len(snapshot.runs()) == 1
    assert _claims(snapshot) == []


@pytest.mark.parametrize(
    ("fields", "wakes"),
    [
        ({"title": "Other"}, True),
        ({"description": "More"}, True),
        ({"priority": "high"}, True),
        ({"reopened": 1}, True),
        ({"status": "todo"}, False),
        ({"attempts": 1}, False),
        ({"labels": ("x",)}, False),
        ({"due": NOW}, False),
        ({"verify": (("true",),)}, False),
        ({"review": ("clara",)}, False),
        ({"goal": "quality"}, False),
    ],
)
def test_a_persons_edit_wakes_if_it_changes_what_the_agent_acts_on(
    fields: dict[str, Any], wakes: bool
) -> None:
    # Its children are open, so nothing but an edit can wake it.
    snapshot = _at_rest(a_task(status="in_progress")).edited([])
    snapshot = Records.of([*snapshot.by_key.values(), a_task("CI-0002", assignee="clara", parent="CI-0001")])
    assert _claims(snapshot) == []

    edited = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(**fields)])

    assert bool(_claims(edited)) is wakes


def test_readiness_that_comes_back_wakes() -> None:
    task = a_task(blocked_by=("CI-0002",))
    waiting = snapshot_of(task, a_task("CI-0002", assignee="clara"))
    ready = snapshot_of(task, a_task("CI-0002", assignee="clara", status="done"))

    assert _claims(waiting) == []
    assert _claims(ready) == [("riley", "CI-0001", ["assignment"])]
    assert assignment(waiting, task) != assignment(ready, task)


def test_a_task_that_is_given_back_and_forth_wakes_each_time() -> None:
    snapshot = ticked(snapshot_of(a_task(), an_agent("oscar")))
    assert [run.agent for run in snapshot.runs()] == ["riley"]
    ended = Records.of([*snapshot.by_key.values(), snapshot.runs()[0].evolve(status="ended", outcome="succeeded", declared="block", ended_at=NOW)])  # fmt: skip

    to_oscar = carry_out(ended, AssignTask(task="CI-0001", assignee="oscar"), person())
    assert _claims(to_oscar) == [("oscar", "CI-0001", ["assignment"])]
    back = carry_out(to_oscar, AssignTask(task="CI-0001", assignee="riley"), person())
    assert [claim[:2] for claim in _claims(back)] == [("riley", "CI-0001")]


# mention


def test_a_mention_in_its_own_task_joins_the_tasks_run() -> None:
    assert _claims(snapshot_of(a_task(), a_comment("@riley look"))) == [
        ("riley", "CI-0001", ["assignment", "mention"])
    ]


@pytest.mark.parametrize("status", ["blocked", "done", "in_review", "backlog"])
def test_a_mention_where_it_cannot_work_makes_a_run_without_a_task(status: str) -> None:
    assert _claims(snapshot_of(a_task(status=status), a_comment("@riley look"))) == [
        ("riley", None, ["mention"])
    ]


def test_a_mention_in_a_task_that_waits_for_its_review_joins_the_review() -> None:
    task = a_task(status="in_review", assignee="oscar", review=("riley",))

    assert _claims(snapshot_of(task, a_comment("@riley look"))) == [
        ("riley", "CI-0001", ["mention", "review"])
    ]


@pytest.mark.parametrize(
    ("by", "wakes"),
    [("clara", True), ("oscar", True), ("riley", False), ("ghost", False), ("scheduler", False)],
)
def test_a_mention_wakes_if_it_is_by_another_member(by: str, wakes: bool) -> None:
    snapshot = snapshot_of(a_task(status="done"), an_agent("oscar"), a_comment("@riley", by=by))

    assert bool(_claims(snapshot)) is wakes


def test_a_mention_is_answered_by_the_run_whose_brief_held_it() -> None:
    snapshot = ticked(snapshot_of(a_task(status="done"), a_comment("@riley one")))
    assert _claims(snapshot) == []

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
    assert len(_claims(snapshot, now)) == 2


# manual


def test_a_wake_that_somebody_asked_for_brings_its_prompt_and_is_gone_with_the_claim() -> None:
    snapshot = snapshot_of(a_wake(prompt="look at it"))
    (claim,) = plan(snapshot, Observed(), NOW).claims

    assert (claim.run.task, claim.run.prompt, claim.reason) == (None, "look at it", "manual")
    assert claim.wakes == ("riley/1f3a",)
    after = ticked(snapshot)
    assert not [key for key in after.by_key if key[0] == "wake"]
    assert _claims(after) == []


@pytest.mark.parametrize(
    ("task", "expected"), [("todo", "CI-0001"), ("done", None), ("blocked", None), ("in_review", None)]
)
def test_a_wake_for_a_task_joins_it_where_it_can_be_worked_on(task: str, expected: str | None) -> None:
    snapshot = snapshot_of(a_task(status=task), a_wake(task="CI-0001"))

    assert [claim[1] for claim in _claims(snapshot)] == [expected]


def test_a_wake_of_one_agent_does_not_wake_another() -> None:
    assert [claim[0] for claim in _claims(snapshot_of(a_wake("oscar"), an_agent("oscar")))] == ["oscar"]


# review


def test_a_task_in_review_wakes_its_reviewer_and_not_its_assignee() -> None:
    snapshot = snapshot_of(a_task(status="in_review", review=("oscar", "clara")), an_agent("oscar"))

    assert _claims(snapshot) == [("oscar", "CI-0001", ["review"])]
    assert _claims(ticked(snapshot)) == []


def test_a_reviewer_is_woken_again_for_the_next_submission() -> None:
    task = a_task(status="in_review", review=("oscar",), submitted=later(-60))
    snapshot = _answered(
        snapshot_of(task, an_agent("oscar")), an_ended_run("oscar", claimed_at=later(-50), declared="nothing")
    )
    returned = carry_out(
        snapshot, ReviewTask(task="CI-0001", verdict="request-changes", comment="no"), agent("oscar")
    )
    again = Records.of(
        [*returned.by_key.values(), task_in(returned).evolve(status="in_review", submitted=later(-60))]
    )

    assert ("oscar", "CI-0001") in [claim[:2] for claim in _claims(again)]
    assert "review" in _claims(again)[0][2]


@pytest.mark.parametrize(
    ("ended", "after", "expected"),
    [
        ({"outcome": Outcome.SUCCEEDED, "declared": Declared.NOTHING}, 0, ["continue"]),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 0, []),
        ({"outcome": Outcome.FAILED, "failure": FailureClass.TRANSIENT}, 10, ["retry"]),
        ({"outcome": Outcome.ABANDONED}, 10, ["retry"]),
        ({"outcome": Outcome.CANCELLED}, 10, []),
    ],
)
def test_a_review_that_ended_without_a_verdict_is_asked_for_again(
    ended: dict[str, Any], after: int, expected: list[str]
) -> None:
    run = an_ended_run("oscar", **ended)
    snapshot = _answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    found = _claims(snapshot, later(10 + after))

    assert [claim[2] for claim in found] == ([expected] if expected else [])


def test_a_reviewer_that_is_silent_twice_or_fails_too_often_is_not_asked_again() -> None:
    base = snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar"))
    silent = an_ended_run("oscar", answers=(a_cause("continue"),), declared="nothing")
    assert _claims(_answered(base, silent), later(60)) == []

    failed = [an_ended_run("oscar", outcome="failed", claimed_at=later(-60 * n)) for n in (3, 2, 1)]
    snapshot = Records.of([*_answered(base, failed[2]).by_key.values(), *failed[:2]])
    assert _claims(snapshot, later(24 * 60)) == []
    (stalled,) = plan(snapshot, Observed(), later(24 * 60)).stalled
    assert (stalled.reason, stalled.member) == ("oscar ended without a verdict", "clara")


def test_nobody_is_asked_again_while_a_result_waits_for_the_file() -> None:
    run = an_ended_run("oscar", declared="nothing", pending=True)
    snapshot = _answered(snapshot_of(a_task(status="in_review", review=("oscar",)), an_agent("oscar")), run)

    assert _claims(snapshot, later(60)) == []


# unblocked, children_done


def test_a_task_wakes_when_its_last_blocker_is_done_also_if_it_was_ready_before() -> None:
    blockers = ("CI-0002", "CI-0003")
    started = _at_rest(a_task(status="in_progress"), declared="block", blocked=None)
    task = a_task(status="in_progress", blocked_by=blockers)
    one = a_task("CI-0002", assignee="clara", status="done", closed=later(-5))
    two = a_task("CI-0003", assignee="clara")
    waiting = Records.of([*started.by_key.values(), task, one, two])
    assert _claims(waiting) == []

    ready = carry_out(waiting, FinishTask(task="CI-0003"), person())

    assert [claim[2] for claim in _claims(ready)] == [["continue", "unblocked"]]


def test_blockers_that_were_closed_before_the_task_existed_are_no_news() -> None:
    done = a_task("CI-0002", status="done", assignee="clara", closed=later(-60 * 48))

    assert _claims(snapshot_of(a_task(blocked_by=("CI-0002",)), done)) == [
        ("riley", "CI-0001", ["assignment"])
    ]


@pytest.mark.parametrize("status", ["cancelled", "in_review", "blocked", "backlog"])
def test_a_blocker_that_is_not_done_does_not_satisfy(status: str) -> None:
    blocker = a_task("CI-0002", status=status, assignee="clara", closed=NOW)

    assert _claims(snapshot_of(a_task(blocked_by=("CI-0002",)), blocker)) == []


def test_a_blocker_whose_file_has_a_problem_does_not_satisfy() -> None:
    blocker = a_task("CI-0002", status="done", assignee="clara")
    snapshot = snapshot_of(a_task(blocked_by=("CI-0002",)), blocker, problems=[a_problem("task", "CI-0002")])

    assert _claims(snapshot) == []


def test_a_parent_waits_for_its_children_and_wakes_when_all_are_closed() -> None:
    started = _at_rest(declared="continue")
    first = a_task("CI-0002", assignee="clara", parent="CI-0001", status="cancelled")
    second = a_task("CI-0003", assignee="clara", parent="CI-0001")
    waiting = Records.of([*started.by_key.values(), first, second])
    assert _claims(waiting) == []

    closed = carry_out(waiting, FinishTask(task="CI-0003"), person())

    assert [claim[2] for claim in _claims(closed)] == [["children_done", "continue"]]
    assert _claims(ticked(closed)) == []


def test_a_parent_whose_checks_were_red_goes_on_although_a_child_is_open() -> None:
    started = _at_rest(declared="finish")
    child = a_task("CI-0002", assignee="clara", parent="CI-0001")

    assert [claim[2] for claim in _claims(Records.of([*started.by_key.values(), child]))] == [["continue"]]


# approval


@pytest.mark.parametrize(
    ("status", "wakes"),
    [("pending", False), ("approved", True), ("rejected", True), ("expired", True), ("withdrawn", False)],
)
def test_a_decision_wakes_the_agent_that_asked_for_it(status: str, wakes: bool) -> None:
    assert bool(_claims(snapshot_of(an_approval(status=status)))) is wakes


def test_a_decision_joins_the_task_that_it_is_about_and_wakes_once() -> None:
    decision = Decision(by="clara", at=NOW, verdict="approve")
    asked = an_approval(status="approved", decisions=(decision,), task="CI-0001")
    snapshot = snapshot_of(a_task(), asked)

    assert _claims(snapshot) == [("riley", "CI-0001", ["approval", "assignment"])]
    assert _claims(ticked(snapshot)) == []


def test_a_decision_that_changes_wakes_again_and_one_for_another_does_not() -> None:
    snapshot = _answered(snapshot_of(an_approval(status="rejected")), an_ended_run(task=None))
    assert _claims(snapshot) == []

    reversed_ = Records.of([*snapshot.by_key.values(), an_approval(status=ApprovalStatus.APPROVED)])

    assert _claims(reversed_) == [("riley", None, ["approval"])]
    assert _claims(snapshot_of(an_approval(status="approved", requested_by="clara"))) == []


# retry, continue, and what follows a block


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("failed", ["retry"]),
        ("timed_out", ["retry"]),
        ("silent", ["retry"]),
        ("abandoned", ["retry"]),
        ("over_budget", ["retry"]),
        ("succeeded", ["continue"]),
        ("cancelled", ["unblocked"]),
    ],
)
def test_what_the_last_run_left_undone_wakes_again(outcome: str, expected: list[str]) -> None:
    assert [claim[2] for claim in _claims(_at_rest(outcome=outcome, declared=None))] == [expected]


def test_a_retry_waits_and_doubles_and_never_longer_than_six_hours() -> None:
    pauses = []
    runs: list[Run] = []
    for number in range(12):
        runs.append(an_ended_run(outcome="failed", claimed_at=later(number)))
        pauses.append(retry_after(snapshot_of(*runs), runs[-1]).total_seconds() / 60)

    assert all(2 * 2**n <= pause <= 2.5 * 2**n for n, pause in enumerate(pauses[:7]))
    assert pauses[-1] == LONGEST_RETRY.total_seconds() / 60
    assert retry_after(Records.of(runs[:1]), runs[0]).total_seconds() / 60 == pauses[0]


def test_the_pause_before_a_retry_is_the_companys() -> None:
    run = an_ended_run(outcome="failed")
    snapshot = snapshot_of(a_company(scheduler={"retry_minutes": 60}), run)

    assert 60 <= retry_after(snapshot, run).total_seconds() / 60 <= 75


def test_a_back_off_holds_the_tasks_other_causes_and_a_mention_breaks_it() -> None:
    snapshot = _at_rest(outcome="failed", declared=None, ended_at=later(-1))
    edited = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(title="Other")])
    mentioned = Records.of([*snapshot.by_key.values(), a_comment("@riley now")])

    (waiting,) = plan(edited, Observed(), NOW).waiting
    assert (waiting.reason, waiting.causes) == ("backs off after a failed run", ("assignment", "retry"))
    assert waiting.until is not None
    assert [claim[2] for claim in _claims(edited, waiting.until)] == [["assignment", "retry"]]
    assert [claim[2] for claim in _claims(mentioned)] == [["mention", "retry"]]


def test_a_success_in_between_ends_the_row_of_failures() -> None:
    runs = [
        an_ended_run(outcome="failed", claimed_at=later(-50)),
        an_ended_run(outcome="succeeded", claimed_at=later(-40)),
        an_ended_run(outcome="failed", claimed_at=later(-30)),
    ]
    (claim,) = plan(snapshot_of(a_task(), *runs), Observed(), later(60)).claims

    assert claim.run.attempt == 2


def test_a_live_run_is_not_followed_before_it_has_ended() -> None:
    snapshot = snapshot_of(a_task(status="in_progress"), a_run())

    assert last_run(snapshot, "riley", "CI-0001") is None
    assert _claims(snapshot) == []


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize(
    "ended", [{"outcome": "succeeded", "declared": "block"}, {"outcome": "cancelled"}, {"outcome": "failed"}]
)
def test_a_block_that_is_lifted_by_hand_or_by_an_operation_wakes_at_once(
    ended: dict[str, Any], by_hand: bool
) -> None:
    blocked = a_block()
    run = an_ended_run(blocked=blocked, claimed_at=later(-11), **ended)
    task = a_task(status="in_progress")
    answered = _answered(snapshot_of(task), run)
    snapshot = Records.of([*answered.by_key.values(), task.evolve(status="blocked", blocked=blocked)])
    assert _claims(snapshot) == []

    if by_hand:
        lifted = Records.of([*snapshot.by_key.values(), task.evolve(status="todo", blocked=None)])
    else:
        lifted = carry_out(snapshot, UnblockTask(task="CI-0001"), person())

    ((_, name, reasons),) = _claims(lifted)
    assert name == "CI-0001"
    assert reasons == (["unblocked"] if by_hand else ["assignment", "unblocked"])
    assert _claims(ticked(lifted)) == []


def test_a_task_that_is_reopened_wakes_its_assignee() -> None:
    snapshot = _at_rest(a_task(status="in_progress"), declared="finish")
    done = Records.of([*snapshot.by_key.values(), task_in(snapshot).evolve(status="done", closed=NOW)])
    assert _claims(done) == []

    assert [claim[2] for claim in _claims(carry_out(done, ReopenTask(task="CI-0001"), person()))] == [
        ["assignment", "continue"]
    ]


# heartbeat


def _beating(*records: Any, **heartbeat: Any) -> Records:
    return snapshot_of(an_agent(heartbeat=a_heartbeat("0 9 * * MON", **heartbeat)), *records)


def test_a_heartbeat_without_prompt_and_without_tasks_wakes_nobody() -> None:
    assert _claims(_beating()) == []
    assert _claims(_beating(a_task(status="backlog"), a_task("CI-0002", blocked_by=("CI-0001",)))) == []


def test_a_heartbeats_prompt_makes_a_run_of_its_own_when_the_inbox_is_empty_and_once() -> None:
    snapshot = _beating(prompt="/rd-scan")
    (claim,) = plan(snapshot, Observed(), NOW).claims

    assert (claim.run.task, claim.run.prompt, claim.reason) == (None, "/rd-scan", "heartbeat")
    assert _claims(ticked(snapshot)) == []


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

    assert _claims(snapshot) == [
        ("riley", "CI-0001", ["assignment", "heartbeat"]),
        ("riley", "CI-0002", ["assignment", "heartbeat"]),
    ]
    assert _claims(ticked(snapshot)) == []


def test_each_slot_wakes_anew() -> None:
    snapshot = _at_rest(declared="continue")
    child = a_task("CI-0002", assignee="clara", parent="CI-0001")
    beating = Records.of([*snapshot.by_key.values(), child, an_agent(heartbeat=a_heartbeat())])
    assert _claims(beating) == [("riley", "CI-0001", ["heartbeat"])]

    after = ticked(beating)
    ended = Records.of([*after.by_key.values(), after.runs()[0].evolve(status="ended", outcome="succeeded", ended_at=NOW)])  # fmt: skip

    assert _claims(ended, later(60)) == []
    assert _claims(ended, later(24 * 60)) == [("riley", "CI-0001", ["heartbeat"])]


def test_a_heartbeat_that_nobody_dated_counts_for_nothing_yet() -> None:
    snapshot = snapshot_of(an_agent(heartbeat=a_heartbeat(since=None, prompt="/x")))

    assert slot_of(snapshot, an_agent(heartbeat=a_heartbeat(since=None)), NOW) is None
    assert _claims(snapshot) == []


def test_an_agent_without_a_heartbeat_has_no_slot() -> None:
    assert slot_of(snapshot_of(), an_agent(), NOW) is None


# its own writes


def _working(**edits: Any) -> tuple[Records, Run]:
    """Return a world in which riley works on its task, in a run that answers what there was."""
    snapshot = ticked(snapshot_of(a_task(**edits), a_counter()))
    (run,) = snapshot.runs(active=True)
    return snapshot, run


def _end(snapshot: Records, run: str) -> Records:
    """End a run so that it leaves nothing to continue: it waits for a child of its task."""
    found = snapshot.get(Run, run)
    assert found is not None
    child = a_task("CI-0099", assignee="clara", parent="CI-0001")
    ended = found.evolve(status="ended", outcome="succeeded", declared="continue", ended_at=later(5))
    return Records.of([*snapshot.by_key.values(), ended, child])


def test_its_own_edit_in_a_run_does_not_wake_it() -> None:
    snapshot, run = _working()
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(snapshot, own, agent("riley", run.id), later(1))

    assert _claims(_end(edited, run.id), later(9)) == []


def test_a_persons_edit_in_between_wakes_it_also_if_it_writes_after_it() -> None:
    snapshot, run = _working()
    by_person = EditTask(task="CI-0001", fields={"title": "Do something else"})
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(snapshot, by_person, person(), later(1))
    both = carry_out(edited, own, agent("riley", run.id), later(2))

    assert [claim[2] for claim in _claims(_end(both, run.id), later(9))] == [["assignment"]]


def test_its_own_edit_in_a_later_run_does_not_wake_it_either() -> None:
    # The second run is woken by a mention alone; that the task is assigned was answered by the first.
    first, _ = _working()
    rested = _end(first, first.runs()[0].id)
    second = ticked(Records.of([*rested.by_key.values(), a_comment("@riley?", when=later(6))]), later(7))
    (run,) = second.runs(active=True)
    assert [cause.reason for cause in run.answers] == ["mention"]
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(second, own, agent("riley", run.id), later(8))

    assert _claims(_end(edited, run.id), later(20)) == []


def test_a_task_that_it_gave_to_itself_wakes_it() -> None:
    snapshot, run = _working()
    created = carry_out(
        snapshot, CreateTask(project="CI", title="More", assignee="riley"), agent("riley", run.id), later(1)
    )

    assert [claim[1] for claim in _claims(_end(created, run.id), later(9))] == ["CI-0100"]


def test_an_edit_outside_of_a_run_is_nobodys_answer() -> None:
    snapshot, run = _working()
    ended = _end(snapshot, run.id)

    edited = carry_out(ended, EditTask(task="CI-0001", fields={"title": "Other"}), person(), later(9))

    assert [claim[2] for claim in _claims(edited, later(10))] == [["assignment"]]


def test_a_persons_tasks_are_never_scheduled() -> None:
    assert _claims(snapshot_of(a_task(assignee="clara"), a_person("zoe"), a_comment("@clara"))) == []


def test_a_task_whose_file_has_a_problem_wakes_nobody() -> None:
    assert _claims(snapshot_of(a_task(), problems=[a_problem("task", "CI-0001")])) == []


def test_slots_are_named_by_their_nominal_time() -> None:
    found = candidates(
        _beating(prompt="/x"), an_agent(heartbeat=a_heartbeat("0 9 * * MON", prompt="/x")), later(30)
    )

    assert [candidate.cause.digest for candidate in found] == ["2026-11-23T09:00:00Z"]
    assert at("2026-11-23T09:00:00Z") == NOW
