"""Goals, projects, budgets, routines, members, comments, documents and wakes."""

from typing import Any

import pytest
from pydantic import ValidationError

from gitcp.core.operations.registry import (
    AdoptHeartbeat,
    CreateBudget,
    CreateComment,
    CreateGoal,
    CreateProject,
    CreateRoutine,
    EditBudget,
    EditGoal,
    EditMember,
    EditProject,
    EditRoutine,
    HireAgent,
    PauseAgent,
    RequestWake,
    ResumeAgent,
    TerminateAgent,
    WriteDocument,
)
from gitcp.core.record_references import check_record
from gitcp.errors import (
    ConflictError,
    GitcpError,
    IllegalTransitionError,
    NotAllowedError,
    RecordError,
    UnknownRecordError,
)
from gitcp.model.guards import Budget
from gitcp.model.members import Agent, Person
from gitcp.model.memory import Records
from gitcp.model.operation import Operation
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.runs import Wake
from gitcp.model.tasks import Comment, Document
from tests.helpers import (
    NOW,
    SCHEDULER,
    a_budget,
    a_call,
    a_goal,
    a_heartbeat,
    a_person,
    a_problem,
    a_project,
    a_routine,
    a_task,
    agent,
    an_agent,
    carry_out,
    edit_of,
    later,
    person,
    snapshot_of,
)

CLARA = person()
TEMPLATE = {"project": "CI", "title": "Scan"}


def _by_clara(operation: Operation, *records: Any) -> Records:
    return carry_out(snapshot_of(*records), operation, CLARA, later(0.01))


# create


@pytest.mark.parametrize(
    ("operation", "kind", "expected"),
    [
        (CreateGoal(id="speed", fields={"title": "Fast", "level": "team", "parent": "quality", "owner": "clara"}), Goal, a_goal("speed", title="Fast", level="team", parent="quality", owner="clara")),
        (CreateProject(id="QA", fields={"name": "Project QA", "repository": "factory", "lead": "clara", "goal": "quality"}), Project, a_project("QA", goal="quality")),
        (CreateBudget(id="company", fields={"period": "month", "limits": {"usd": 40}}), Budget, a_budget(usd=40)),
        (CreateBudget(id="agent/riley", fields={"period": "day", "limits": {}}), Budget, a_budget("agent/riley", "day")),
        (CreateBudget(id="project/CI", fields={"period": "day", "limits": {}}), Budget, a_budget("project/CI", "day")),
        (CreateBudget(id="task/CI-0001", fields={"period": "day", "limits": {}}), Budget, a_budget("task/CI-0001", "day")),
        (CreateRoutine(id="weekly-scan", fields={"title": "Scan weekly", "cron": "0 9 * * MON", "task": TEMPLATE}), Routine, a_routine(since=NOW)),
        (CreateRoutine(id="weekly-scan", fields={"title": "Scan weekly", "cron": "0 9 * * MON", "task": TEMPLATE, "since": "2026-01-01T00:00:00Z"}), Routine, a_routine(since="2026-01-01T00:00:00Z")),
    ],
)  # fmt: skip
def test_a_record_is_created_from_its_fields(operation: Any, kind: Any, expected: Any) -> None:
    edit = edit_of(snapshot_of(a_goal(), a_task()), operation, CLARA)

    assert snapshot_of().edited(edit.changes).get(kind, operation.id) == expected
    assert edit.subject == f"create {kind.kind} {operation.id}"


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (CreateGoal(id="quality", fields={}), "goal quality exists already"),
        (CreateGoal(id="broken", fields={}), "goal broken exists already"),
        (CreateGoal(id="speed", fields={"title": "Fast"}), "goal speed: level: Field required"),
        (CreateGoal(id="speed", fields={"titel": "Fast"}), "goal speed: title: Field required"),
        (CreateGoal(id="speed", fields={"id": "other"}), "goal speed: id: expected no such field"),
        (CreateGoal(id="speed", fields={"title": "F", "level": "team", "parent": "qualty"}), "goal qualty does not exist"),
        (CreateGoal(id="speed", fields={"title": "F", "level": "team", "parent": "speed"}), "goal speed does not exist"),
        (CreateGoal(id="speed", fields={"title": "F", "level": "team", "owner": "ghost"}), "member ghost does not exist"),
        (CreateProject(id="QA", fields={"name": "Q", "repository": "mill"}), "project QA: repository: expected one of gitcp.yaml, found mill"),
        (CreateProject(id="QA", fields={"name": "Q", "repository": "factory", "lead": "ghost"}), "member ghost does not exist"),
        (CreateProject(id="QA", fields={"name": "Q", "repository": "factory", "goal": "nowhere"}), "goal nowhere does not exist"),
        (CreateBudget(id="agent/ghost", fields={"period": "day", "limits": {}}), "member ghost does not exist"),
        (CreateBudget(id="subtree/ghost", fields={"period": "day", "limits": {}}), "member ghost does not exist"),
        (CreateBudget(id="goal/nowhere", fields={"period": "day", "limits": {}}), "goal nowhere does not exist"),
        (CreateBudget(id="task/CI-0009", fields={"period": "day", "limits": {}}), "task CI-0009 does not exist"),
        (CreateBudget(id="company/x", fields={"period": "day", "limits": {}}), "budget company/x: expected company, or a scope"),
        (CreateBudget(id="agent", fields={"period": "day", "limits": {}}), "budget agent: expected company, or a scope"),
        (CreateBudget(id="team/x", fields={"period": "day", "limits": {}}), "budget team/x: expected company, or a scope"),
        (CreateBudget(id="company", fields={"period": "year", "limits": {}}), "budget company: period:"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "5 *", "task": TEMPLATE}), "routine scan: cron: expected a cron expression, found '5 \\*'"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "timezone": "X/Y", "task": TEMPLATE}), "routine scan: timezone: expected a time zone"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "task": TEMPLATE | {"project": "QA"}}), "project QA does not exist"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "task": TEMPLATE | {"assignee": "ghost"}}), "member ghost does not exist"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "task": TEMPLATE | {"review": ["ghost"]}}), "member ghost does not exist"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "task": TEMPLATE | {"parent": "CI-0404"}}), "task CI-0404 does not exist"),
        (CreateRoutine(id="scan", fields={"title": "S", "cron": "@daily", "task": TEMPLATE | {"goal": "nowhere"}}), "goal nowhere does not exist"),
    ],
)  # fmt: skip
def test_a_record_that_exists_or_makes_no_sense_is_not_created(operation: Operation, message: str) -> None:
    snapshot = snapshot_of(a_goal(), problems=[a_problem("goal", "broken")])

    with pytest.raises(GitcpError, match=message) as refused:
        carry_out(snapshot, operation, CLARA)
    assert refused.value.hint


def test_a_company_that_cannot_be_read_keeps_nobody_from_creating_a_project() -> None:
    without = Records.of([a_person()])
    operation = CreateProject(id="QA", fields={"name": "Q", "repository": "mill"})

    assert carry_out(without, operation, CLARA).get(Project, "QA") is not None


# edit


@pytest.mark.parametrize(
    ("operation", "kind", "field", "expected"),
    [
        (EditGoal(id="quality", fields={"title": "Better"}), Goal, "title", "Better"),
        (EditProject(id="CI", fields={"status": "paused"}), Project, "status", "paused"),
        (EditBudget(id="company", fields={"limits": {"usd": 1}}), Budget, "limits", a_budget(usd=1).limits),
        (EditRoutine(id="weekly-scan", fields={"overlap": "allow"}), Routine, "overlap", "allow"),
        (EditMember(id="riley", fields={"title": "Scout"}), Agent, "title", "Scout"),
        (EditMember(id="clara", fields={"emails": ["c@example.org"]}), Person, "emails", ("c@example.org",)),
    ],
)
def test_a_record_is_edited_field_by_field(operation: Any, kind: Any, field: str, expected: Any) -> None:
    snapshot = snapshot_of(a_goal(), a_budget(usd=2), a_routine())
    before = snapshot.get(kind, operation.id)
    assert before is not None
    edit = edit_of(snapshot, operation, CLARA)
    after = snapshot.edited(edit.changes).get(kind, operation.id)

    assert after == before.evolve(**{field: expected})
    assert edit.subject == f"edit {kind.kind} {operation.id}: {field}"
    again = type(operation)(id=operation.id, fields={field: getattr(before, field)})
    assert edit_of(snapshot, again, CLARA).changes == ()


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (EditGoal(id="qualty", fields={}), "goal qualty does not exist"),
        (EditGoal(id="quality", fields={"id": "other"}), "goal quality: id: expected no such field"),
        (EditGoal(id="quality", fields={"level": "planet"}), "goal quality: level:"),
        (EditGoal(id="quality", fields={"parent": "speed"}), "goal quality: parent: expected a goal that is not below it, found speed"),
        (EditGoal(id="quality", fields={"parent": "quality"}), "goal quality: parent: expected a goal that is not below it"),
        (EditProject(id="CI", fields={"repository": "mill"}), "repository: expected one of gitcp.yaml"),
        (EditBudget(id="agent/riley", fields={}), "budget agent/riley does not exist"),
        (EditMember(id="rily", fields={}), "member rily does not exist"),
        (EditMember(id="riley", fields={"status": "paused"}), "member riley: status is not edited"),
        (EditMember(id="riley", fields={"id": "other"}), "agent riley: id: expected no such field"),
        (EditMember(id="riley", fields={"kind": "person"}), "agent riley:"),
        (EditMember(id="riley", fields={"reports_to": "ghost"}), "member ghost does not exist"),
        (EditMember(id="riley", fields={"reports_to": "riley"}), "reports_to: expected somebody who is not below riley"),
        (EditMember(id="clara", fields={"reports_to": "riley"}), "reports_to: expected somebody who is not below clara, found riley"),
        (EditMember(id="riley", fields={"repository": "mill"}), "agent riley: repository: expected one of gitcp.yaml, found mill"),
        (EditMember(id="riley", fields={"heartbeat": {"cron": "5 *"}}), "agent riley: heartbeat.cron: expected a cron expression"),
        (EditMember(id="riley", fields={"heartbeat": {"cron": "@daily", "timezone": "X/Y"}}), "agent riley: heartbeat.timezone: expected a time zone"),
        (EditMember(id="riley", fields={"concurrency": 0}), "agent riley: concurrency:"),
    ],
)  # fmt: skip
def test_an_edit_that_makes_no_sense_is_refused(operation: Operation, message: str) -> None:
    snapshot = snapshot_of(a_goal(), a_goal("speed", parent="quality"))

    with pytest.raises((RecordError, UnknownRecordError, NotAllowedError), match=message):
        carry_out(snapshot, operation, CLARA)


def test_what_was_wrong_before_does_not_refuse_an_edit_that_changes_nothing() -> None:
    broken = a_project(lead="ghost")

    assert edit_of(snapshot_of(broken), EditProject(id="CI", fields={"lead": "ghost"}), CLARA).changes == ()


# heartbeats and their dates


@pytest.mark.parametrize(
    ("before", "fields", "expected"),
    [
        (None, {"cron": "0 9 * * *"}, NOW),
        ({}, {"cron": "0 8 * * *"}, NOW),
        ({}, {"cron": "0 9 * * *", "timezone": "Europe/Madrid"}, NOW),
        ({}, {"cron": "0 9 * * *", "prompt": "/x"}, later(-7 * 24 * 60)),
        ({}, {"cron": "0 9 * * *", "window_minutes": 5}, later(-7 * 24 * 60)),
        ({"since": None}, {"cron": "0 9 * * *", "prompt": "/x"}, NOW),
    ],
)
def test_a_new_time_does_not_fire_for_the_past(
    before: dict[str, Any] | None, fields: dict[str, Any], expected: Any
) -> None:
    riley = an_agent(heartbeat=a_heartbeat(**before) if before is not None else None)
    after = _by_clara(EditMember(id="riley", fields={"heartbeat": fields}), riley).get(Agent, "riley")

    assert after is not None
    assert after.heartbeat is not None
    assert after.heartbeat.since == expected


@pytest.mark.parametrize(
    ("before", "fields", "expected"),
    [
        ({}, {"cron": "0 8 * * *"}, (NOW, "0 8 * * * UTC")),
        ({}, {"timezone": "Asia/Tokyo"}, (NOW, "0 9 * * MON Asia/Tokyo")),
        ({}, {"title": "Scan"}, (later(-24 * 60), "0 9 * * MON UTC")),
        ({}, {"status": "paused"}, (None, None)),
        ({"status": "paused"}, {"status": "active"}, (NOW, "0 9 * * MON UTC")),
        ({"status": "paused"}, {"cron": "0 8 * * *"}, (None, None)),
        ({"dated": "0 7 * * MON UTC"}, {"title": "Scan"}, (NOW, "0 9 * * MON UTC")),
    ],
)
def test_an_edited_routine_does_not_fire_for_the_past(
    before: dict[str, Any], fields: dict[str, Any], expected: tuple[Any, Any]
) -> None:
    edit = EditRoutine(id="weekly-scan", fields=fields)
    after = _by_clara(edit, a_routine(**before)).get(Routine, "weekly-scan")

    assert after is not None
    assert (after.since, after.dated) == expected


def test_a_heartbeat_can_be_taken_away() -> None:
    riley = an_agent(heartbeat=a_heartbeat())
    after = _by_clara(EditMember(id="riley", fields={"heartbeat": None}), riley).get(Agent, "riley")

    assert after is not None
    assert after.heartbeat is None


def test_a_heartbeat_written_by_hand_is_dated_once() -> None:
    snapshot = snapshot_of(an_agent(heartbeat=a_heartbeat(since=None)))
    edit = edit_of(snapshot, AdoptHeartbeat(agent="riley"))
    after = snapshot.edited(edit.changes)

    assert after.get(Agent, "riley") == an_agent(heartbeat=a_heartbeat(since=NOW))
    assert edit.subject == "adopt heartbeat of agent riley"
    assert edit_of(after, AdoptHeartbeat(agent="riley")).changes == ()
    assert edit_of(snapshot_of(), AdoptHeartbeat(agent="riley")).changes == ()


# employment


def test_an_agent_is_hired_and_its_heartbeat_counts_from_now() -> None:
    fields = {
        "name": "Ada",
        "title": "Scout",
        "reports_to": "clara",
        "runtime": {"type": "codex", "model": "o5"},
        "heartbeat": {"cron": "0 8 * * *"},
    }
    edit = edit_of(snapshot_of(), HireAgent(agent="ada", fields=fields), CLARA)
    ada = snapshot_of().edited(edit.changes).get(Agent, "ada")

    assert ada is not None
    assert ada.heartbeat is not None
    assert (ada.heartbeat.since, ada.status, ada.runtime.type) == (NOW, "active", "codex")
    assert edit.subject == "hire agent ada, Scout"
    plain = HireAgent(agent="bo", fields={"name": "Bo", "runtime": {"type": "codex"}})
    assert edit_of(snapshot_of(), plain, CLARA).subject == "hire agent bo"


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("riley", {}, "member riley exists already"),
        ("clara", {}, "member clara exists already"),
        ("scheduler", {}, "member scheduler exists already"),
        ("broken", {}, "member broken exists already"),
        ("ada", {"name": "Ada"}, "agent ada: runtime: Field required"),
        ("ada", {"name": "Ada", "runtime": {"type": "abacus"}}, "agent ada: runtime:"),
        (
            "ada",
            {"name": "Ada", "runtime": {"type": "codex"}, "reports_to": "ghost"},
            "member ghost does not exist",
        ),
        (
            "ada",
            {"name": "Ada", "runtime": {"type": "codex"}, "repository": "mill"},
            "repository: expected one of",
        ),
        (
            "ada",
            {"name": "Ada", "runtime": {"type": "codex"}, "heartbeat": {"cron": "x"}},
            "heartbeat.cron: expected",
        ),
    ],
)
def test_an_agent_that_exists_or_makes_no_sense_is_not_hired(
    name: str, fields: dict[str, Any], message: str
) -> None:
    snapshot = snapshot_of(problems=[a_problem("member", "broken")])

    with pytest.raises((ConflictError, RecordError, UnknownRecordError), match=message):
        carry_out(snapshot, HireAgent(agent=name, fields=fields), CLARA)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (PauseAgent, "active", "paused"),
        (PauseAgent, "paused", "paused"),
        (PauseAgent, "terminated", None),
        (ResumeAgent, "active", "active"),
        (ResumeAgent, "paused", "active"),
        (ResumeAgent, "terminated", None),
        (TerminateAgent, "active", "terminated"),
        (TerminateAgent, "paused", "terminated"),
        (TerminateAgent, "terminated", "terminated"),
    ],
)
def test_employment_ends_for_good(kind: Any, before: str, after: str | None) -> None:
    snapshot = snapshot_of(an_agent(status=before))
    operation = kind(agent="riley", reason="so it is")

    if after is None:
        with pytest.raises(
            IllegalTransitionError, match=f"agent riley is {before}: {kind.step} is not possible"
        ):
            carry_out(snapshot, operation, CLARA)
        return
    edit = edit_of(snapshot, operation, CLARA)
    found = snapshot.edited(edit.changes).get(Agent, "riley")
    assert found is not None
    assert found.status == after
    assert (edit.changes == ()) is (before == after)
    assert edit.subject == f"{kind.step} agent riley: so it is"


def test_an_agent_that_is_resumed_does_not_wake_for_slots_that_passed() -> None:
    paused = an_agent(status="paused", heartbeat=a_heartbeat())

    resumed = _by_clara(ResumeAgent(agent="riley"), paused).get(Agent, "riley")

    assert resumed == an_agent(heartbeat=a_heartbeat(since=NOW))


def test_an_agent_that_is_paused_keeps_no_date_and_one_that_is_hired_paused_gets_none() -> None:
    paused = _by_clara(PauseAgent(agent="riley"), an_agent(heartbeat=a_heartbeat())).get(Agent, "riley")
    fields = {"name": "A", "status": "paused", "runtime": {"type": "codex"}, "heartbeat": {"cron": "@daily"}}
    hired = _by_clara(HireAgent(agent="ada", fields=fields)).get(Agent, "ada")

    assert paused == an_agent(status="paused", heartbeat=a_heartbeat(since=None))
    assert hired is not None
    assert hired.heartbeat is not None
    assert (hired.heartbeat.since, hired.heartbeat.dated) == (None, None)


def test_only_agents_are_employed() -> None:
    with pytest.raises(UnknownRecordError, match="agent clara does not exist"):
        _by_clara(PauseAgent(agent="clara"))


# comments, documents, wakes


def test_a_comment_is_one_file_and_says_from_which_run_it_is() -> None:
    snapshot = snapshot_of(a_task(status="done"))
    run = "20261123T090000Z-riley"
    edit = edit_of(snapshot, CreateComment(task="CI-0001", body="One\n\ntwo"), agent("riley", run))
    (comment,) = snapshot.edited(edit.changes).all(Comment)

    assert (comment.task, comment.author, comment.body, comment.run) == (
        "CI-0001",
        "riley",
        "One\n\ntwo",
        run,
    )
    assert edit.subject == "comment on task CI-0001: One two"


def test_a_comment_is_never_written_over() -> None:
    snapshot = snapshot_of(a_task())
    call = a_call(CLARA)
    first = CreateComment(task="CI-0001", body="One").decide(snapshot, call)
    after = snapshot.edited(first.changes)

    assert CreateComment(task="CI-0001", body="One").decide(after, call).changes == ()
    with pytest.raises(ConflictError, match="exists already"):
        CreateComment(task="CI-0001", body="Two").decide(after, call)


def test_an_empty_comment_and_one_about_nothing_are_refused() -> None:
    with pytest.raises(ValidationError):
        CreateComment(task="CI-0001", body="")
    with pytest.raises(UnknownRecordError, match="task CI-0001 does not exist"):
        _by_clara(CreateComment(task="CI-0001", body="x"))
    with pytest.raises(UnknownRecordError, match="task CI-0001 does not exist"):
        _by_clara(WriteDocument(task="CI-0001", document="plan", text="x"))


def test_a_document_is_written_and_written_again() -> None:
    snapshot = snapshot_of(a_task())
    edit = edit_of(snapshot, WriteDocument(task="CI-0001", document="plan", text="# Plan\n"), CLARA)
    after = snapshot.edited(edit.changes)

    assert after.get(Document, "CI-0001/plan") == Document(id="CI-0001/plan", text="# Plan\n")
    assert edit.subject == "write document CI-0001/plan"
    assert (
        edit_of(after, WriteDocument(task="CI-0001", document="plan", text="# Plan\n"), CLARA).changes == ()
    )
    changed = carry_out(after, WriteDocument(task="CI-0001", document="plan", text="New"), CLARA)
    assert changed.get(Document, "CI-0001/plan") == Document(id="CI-0001/plan", text="New")


def test_a_wake_is_filed_for_an_agent_with_a_prompt_and_a_task() -> None:
    snapshot = snapshot_of(a_task())
    edit = edit_of(snapshot, RequestWake(agent="riley", prompt="look", task="CI-0001"), CLARA)
    (wake,) = snapshot.edited(edit.changes).all(Wake)

    assert (wake.agent, wake.by, wake.at, wake.prompt, wake.task) == (
        "riley",
        "clara",
        NOW,
        "look",
        "CI-0001",
    )
    assert (edit.subject, edit.reason) == ("wake agent riley for CI-0001", "look")
    assert edit_of(snapshot, RequestWake(agent="riley"), SCHEDULER).subject == "wake agent riley"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"agent": "clara"}, "agent clara does not exist"),
        ({"agent": "rily"}, "agent rily does not exist"),
        ({"agent": "riley", "task": "CI-0009"}, "task CI-0009 does not exist"),
        ({"agent": "oscar"}, "agent oscar is paused: wake is not possible"),
        ({"agent": "riley", "prompt": "x" * 200_001}, "prompt:"),
    ],
)
def test_a_wake_that_cannot_be_answered_is_refused(fields: dict[str, Any], message: str) -> None:
    snapshot = snapshot_of(an_agent("oscar", status="paused"))

    with pytest.raises((UnknownRecordError, NotAllowedError, RecordError), match=message):
        carry_out(snapshot, RequestWake(**fields), CLARA)


def test_kinds_without_references_are_not_looked_at() -> None:
    check_record(snapshot_of(), a_task(goal="nowhere"))
