"""Pausing and resuming: what is written, what is stopped, who may."""

from typing import Any, Final

import pytest

from gitcp.core.actions import Observed
from gitcp.core.operations.registry import (
    OPERATIONS,
    ClaimRun,
    PauseAgent,
    PauseCompany,
    PauseProject,
    PauseTask,
    ResumeCompany,
    ResumeTask,
    TerminateAgent,
)
from gitcp.core.plan import plan
from gitcp.errors import ConflictError, IllegalTransitionError, NotAllowedError, UnknownRecordError
from gitcp.model.company import Company
from gitcp.model.members import Agent
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.runs import Cancel, Run
from gitcp.model.tasks import Task
from tests.helpers import (
    NOW,
    a_company,
    a_goal,
    a_hold,
    a_project,
    a_run,
    a_task,
    agent,
    an_agent,
    an_ended_run,
    carry_out,
    edit_of,
    later,
    person,
    run_in,
    snapshot_of,
    task_in,
)

CLARA: Final = person()
BELOW, ASIDE, FREE = "20261123T090000Z-riley", "20261123T090000Z-hugo", "20261123T090000Z-oscar"
STOPPED: Final = Cancel(by="clara", at=NOW, reason="wait", hold=True)

# What is paused, and which of the runs are below it: one of a part of CI-0009, one of another project, one without a task.
SCOPES: Final[list[tuple[str, dict[str, Any], set[str]]]] = [
    ("company", {}, {BELOW, ASIDE, FREE}),
    ("project", {"project": "CI"}, {BELOW}),
    ("project", {"project": "QA"}, {ASIDE}),
    ("goal", {"goal": "growth"}, {BELOW}),
    ("goal", {"goal": "quality"}, {BELOW}),
    ("goal", {"goal": "speed"}, set()),
    ("task", {"task": "CI-0009"}, {BELOW}),
    ("task", {"task": "CI-0001"}, {BELOW}),
    ("task", {"task": "CI-0002"}, set()),
]


def _company(*, running: bool = True) -> Records:
    live = [a_run(), a_run("hugo", "QA-0001"), a_run("oscar", None)] if running else []
    return snapshot_of(
        an_agent("hugo"),
        an_agent("oscar"),
        an_agent("riley", reports_to="oscar"),
        a_project("CI", goal="quality"),
        a_project("QA"),
        a_goal("quality", parent="growth"),
        a_goal("growth"),
        a_goal("speed"),
        a_task("CI-0009", assignee="oscar"),
        a_task("CI-0001", parent="CI-0009", status="in_progress"),
        a_task("CI-0002", parent="CI-0009", assignee="hugo"),
        a_task("QA-0001", assignee="hugo"),
        an_ended_run("riley", "CI-0001", claimed_at=later(-60)),
        *live,
    )


def _of(name: str, fields: dict[str, Any]) -> Operation:
    return OPERATIONS[name].model_validate(fields)


@pytest.mark.parametrize("now", [False, True])
@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize(("scope", "fields", "below"), SCOPES)
def test_a_pause_stops_what_runs_below_it_if_it_is_to_be_now_and_nothing_else(
    scope: str, fields: dict[str, Any], below: set[str], running: bool, now: bool
) -> None:
    before = _company(running=running)
    after = carry_out(before, _of(f"{scope}.pause", fields | {"reason": "wait", "now": now}), CLARA)

    stopped = {run.id for run in after.all(Run) if run.cancel == STOPPED}
    assert stopped == (below if running and now else set())
    assert sum(getattr(record, "paused", None) is not None for record in after.by_key.values()) == 1
    assert [task.status for task in after.all(Task)] == [task.status for task in before.all(Task)]


@pytest.mark.parametrize(("scope", "fields"), [scope[:2] for scope in SCOPES])
def test_a_hold_says_who_when_and_why_and_resuming_leaves_nothing_of_it(
    scope: str, fields: dict[str, Any]
) -> None:
    before = _company()
    held = carry_out(before, _of(f"{scope}.pause", fields | {"reason": "wait"}), CLARA)

    (paused,) = [found for record in held.by_key.values() if (found := getattr(record, "paused", None))]
    assert paused == a_hold("wait")
    assert carry_out(held, _of(f"{scope}.resume", fields), CLARA) == before


def test_subjects_say_what_is_paused_how_much_is_stopped_and_why() -> None:
    def said(operation: Operation) -> str:
        return edit_of(_company(), operation, CLARA).subject

    assert said(PauseCompany(reason="wait")) == "pause company Acme: wait"
    assert said(PauseCompany(now=True)) == "pause company Acme and stop 3 runs"
    assert said(PauseProject(project="CI", now=True)) == "pause project CI and stop 1 run"
    assert (
        said(PauseAgent(agent="riley", now=True, reason="wait")) == "pause agent riley and stop 1 run: wait"
    )
    assert said(ResumeCompany()) == "resume company Acme"
    assert edit_of(_company(), PauseTask(task="CI-0001"), CLARA).task == "CI-0001"


def test_who_paused_first_stays_named() -> None:
    held = carry_out(_company(), PauseTask(task="CI-0001", reason="wait"), CLARA)

    assert edit_of(held, PauseTask(task="CI-0001", reason="other"), person("zoe"), later(5)).changes == ()
    stopped = carry_out(held, PauseTask(task="CI-0001", now=True), CLARA)
    assert task_in(stopped).paused == a_hold("wait")
    assert run_in(stopped, BELOW).cancel == Cancel(by="clara", at=NOW, hold=True)


def test_what_is_not_paused_is_resumed_without_a_change() -> None:
    assert edit_of(_company(), ResumeTask(task="CI-0001"), CLARA).changes == ()


def test_a_run_that_is_to_end_anyway_ends_as_it_was_to() -> None:
    cancelled = Cancel(by="zoe", at=NOW, reason="wrong")
    before = Records.of([*_company().by_key.values(), a_run(cancel=cancelled)])
    after = carry_out(before, PauseProject(project="CI", now=True), CLARA)

    assert run_in(after, BELOW).cancel == cancelled


@pytest.mark.parametrize(("kind", "status"), [(PauseAgent, "paused"), (TerminateAgent, "terminated")])
@pytest.mark.parametrize("now", [False, True])
def test_the_runs_of_an_agent_that_is_let_go_end_if_it_is_to_be_now(
    kind: Any, status: str, now: bool
) -> None:
    after = carry_out(_company(), kind(agent="riley", now=now, reason="wait"), CLARA)

    found = after.get(Agent, "riley")
    assert found is not None
    assert found.status == status
    assert {run.id for run in after.all(Run) if run.cancel == STOPPED} == ({BELOW} if now else set())


def test_an_agent_that_is_paused_already_can_still_be_stopped() -> None:
    paused = carry_out(_company(), PauseAgent(agent="riley"), CLARA)

    assert run_in(carry_out(paused, PauseAgent(agent="riley", now=True), CLARA), BELOW).cancel is not None


@pytest.mark.parametrize("name", ["task.pause", "task.resume"])
def test_a_closed_task_is_neither_paused_nor_resumed(name: str) -> None:
    snapshot = snapshot_of(a_task(status="done", paused=a_hold()))

    with pytest.raises(
        IllegalTransitionError, match=rf"task CI-0001 is done: {name[5:]} is not possible"
    ) as no:
        carry_out(snapshot, _of(name, {"task": "CI-0001"}), CLARA)
    assert no.value.hint == "gitcp task reopen CI-0001"


def test_a_claim_that_was_planned_before_a_pause_is_refused_after_it() -> None:
    snapshot = snapshot_of(a_task())
    (claim,) = plan(snapshot, Observed(), NOW).claims
    held = carry_out(snapshot, PauseTask(task="CI-0001"), CLARA)

    with pytest.raises(ConflictError, match="task CI-0001 is paused by clara"):
        carry_out(held, ClaimRun(run=claim.run))


def test_what_does_not_exist_is_not_paused() -> None:
    with pytest.raises(UnknownRecordError, match="project QA does not exist"):
        carry_out(snapshot_of(), PauseProject(project="QA"), CLARA)
    with pytest.raises(UnknownRecordError, match=r"gitcp\.yaml cannot be read"):
        carry_out(Records.of([]), PauseCompany(), CLARA)


# agents


def test_an_agent_pauses_and_resumes_the_tasks_of_whom_it_is_above() -> None:
    held = carry_out(_company(), PauseTask(task="CI-0001", now=True), agent("oscar"))

    assert task_in(held).paused == a_hold(by="oscar")
    assert run_in(held, BELOW).cancel == Cancel(by="oscar", at=NOW, hold=True)
    assert task_in(carry_out(held, ResumeTask(task="CI-0001"), agent("oscar"))).paused is None


def test_an_agent_does_not_end_what_a_person_paused() -> None:
    held = carry_out(_company(), PauseTask(task="CI-0001"), CLARA)
    again = carry_out(held, PauseTask(task="CI-0001", reason="mine"), agent("oscar"))

    with pytest.raises(NotAllowedError, match="agent oscar may not resume CI-0001: clara paused it"):
        carry_out(again, ResumeTask(task="CI-0001"), agent("oscar"))


def test_an_agent_ends_the_hold_of_whom_it_is_above() -> None:
    chain = [an_agent("oscar", reports_to="hugo"), an_agent("hugo"), an_agent("riley", reports_to="oscar")]
    snapshot = snapshot_of(*chain, a_task(paused=a_hold(by="oscar")))

    assert task_in(carry_out(snapshot, ResumeTask(task="CI-0001"), agent("hugo"))).paused is None


def test_an_agent_does_not_stop_the_run_of_whom_it_is_not_above() -> None:
    snapshot = snapshot_of(
        an_agent("oscar"),
        an_agent("hugo"),
        an_agent("riley", reports_to="oscar"),
        a_task("CI-0001"),
        a_task("CI-0002", parent="CI-0001", assignee="hugo"),
        a_run("hugo", "CI-0002"),
    )

    with pytest.raises(NotAllowedError, match=r"agent oscar may not run\.cancel for hugo"):
        carry_out(snapshot, PauseTask(task="CI-0001", now=True), agent("oscar"))
    assert task_in(carry_out(snapshot, PauseTask(task="CI-0001"), agent("oscar"))).paused is not None


def test_a_person_holds_the_company_in_its_own_file() -> None:
    held = carry_out(snapshot_of(a_company(mission="All of it.")), PauseCompany(reason="wait"), CLARA)

    assert held.company == Company(**dict(a_company(mission="All of it.")) | {"paused": a_hold("wait")})
