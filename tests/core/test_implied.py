from typing import Any

import pytest

from gitcp.core.implied import implied, joined
from gitcp.core.lifecycle import TRANSITIONS
from gitcp.core.operations.registry import OPERATIONS
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Decision, Policy, Withdrawal
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel
from gitcp.model.tasks import Document
from tests.core.changing import a_change, gone_from_archive
from tests.helpers import (
    NOW,
    a_block,
    a_budget,
    a_comment,
    a_company,
    a_counter,
    a_goal,
    a_heartbeat,
    a_hold,
    a_new_task,
    a_person,
    a_project,
    a_routine,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
)

PLAN = Document(id="CI-0001/plan", text="First")
POLICY = Policy(id="keep", title="Keep")
DECISION = Decision(by="clara", at=NOW, verdict="approve")
HELD: dict[str, Any] = {"paused": a_hold()}
BLOB = "1f3a" * 10
# Of what people do by hand alone.
WITHOUT_COMMAND = frozenset(
    [
        "person.create",
        "person.edit",
        "person.remove",
        "agent.remove",
        "company.create",
        "company.edit",
        "goal.remove",
        "project.remove",
        "routine.remove",
        "budget.remove",
        "policy.create",
        "policy.edit",
        "policy.remove",
        "task.remove",
        "task.release",
        "comment.edit",
        "comment.remove",
        "document.remove",
        "wake.edit",
        "wake.remove",
        "approval.edit",
        "approval.remove",
    ]
)


def names(*changes: RecordChange) -> list[str]:
    return [found.operation for found in implied(changes)]


def of(before: Record | None, after: Record | None, **how: Any) -> list[str]:
    return names(a_change(before, after, **how))


@pytest.mark.parametrize(
    ("record", "created", "removed"),
    [
        (an_agent(status="terminated"), "agent.hire", "agent.remove"),
        (a_person(), "person.create", "person.remove"),
        (a_goal(), "goal.create", "goal.remove"),
        (a_project(), "project.create", "project.remove"),
        (a_routine(), "routine.create", "routine.remove"),
        (a_budget(), "budget.create", "budget.remove"),
        (POLICY, "policy.create", "policy.remove"),
        (a_task(status="done"), "task.create", "task.remove"),
        (a_new_task(), "task.create", "task.remove"),
        (a_comment("Hm."), "comment.create", "comment.remove"),
        (PLAN, "document.write", "document.remove"),
        (a_wake(), "wake.request", "wake.remove"),
        (an_approval(), "approval.request", "approval.remove"),
        (a_counter(), "task.number", "task.number"),
        (a_counter("approvals"), "approval.request", "approval.request"),
    ],
)
def test_what_comes_and_goes_has_the_name_of_the_operation(
    record: Record, created: str, removed: str
) -> None:
    assert of(None, record) == [created]
    assert of(record, None) == [removed]
    assert {created, removed} <= OPERATIONS.keys() | WITHOUT_COMMAND


@pytest.mark.parametrize(
    ("before", "changes", "expected"),
    [
        (a_company(), {"mission": "More"}, ["company.edit"]),
        (a_company(), HELD, ["company.pause"]),
        (a_company(**HELD), {"paused": None, "mission": "More"}, ["company.resume", "company.edit"]),
        (a_person(), {"roles": ("lead",)}, ["person.edit"]),
        (an_agent(), {"title": "Scout"}, ["agent.edit"]),
        (an_agent(), {"status": "paused"}, ["agent.pause"]),
        (an_agent(status="paused"), {"status": "active"}, ["agent.resume"]),
        (an_agent(), {"status": "terminated", "title": "Gone"}, ["agent.terminate", "agent.edit"]),
        (
            an_agent(status="paused", heartbeat=a_heartbeat()),
            {"status": "active", "heartbeat": a_heartbeat(since=NOW)},
            ["agent.resume"],
        ),
        (
            an_agent(heartbeat=a_heartbeat()),
            {"status": "paused", "heartbeat": a_heartbeat("0 8 * * *")},
            ["agent.pause", "agent.edit"],
        ),
        (a_goal(), HELD, ["goal.pause"]),
        (a_project(), {"lead": "hugo"}, ["project.edit"]),
        (a_routine(), {"status": "paused", "since": NOW}, ["routine.pause"]),
        (a_routine(status="paused"), {"status": "active"}, ["routine.resume"]),
        (a_routine(), {"title": "Other"}, ["routine.edit"]),
        (a_budget(usd=1), {"warn_at": (0.5,)}, ["budget.edit"]),
        (POLICY, {"title": "Keep it"}, ["policy.edit"]),
        (a_task(), {"title": "Other"}, ["task.edit"]),
        (a_task(), {"assignee": "ada", "attempts": 0}, ["task.assign"]),
        (a_task(), {"assignee": "ada", "labels": ("scan",)}, ["task.assign", "task.edit"]),
        (a_task(), HELD, ["task.pause"]),
        (a_task(**HELD), {"paused": None}, ["task.resume"]),
        (a_task(status="blocked", blocked=a_block()), {"blocked": a_block("really")}, ["task.block"]),
        (a_task(status="in_review", review=("clara", "ada")), {"reviewed": ("clara",)}, ["task.review"]),
        (a_task(), {"status": "done", "verify": (("true",),)}, ["task.finish", "task.edit"]),
        (a_new_task(), {"title": "Other"}, ["task.edit"]),
        (a_comment("Hm."), {"body": "Ah."}, ["comment.edit"]),
        (PLAN, {"text": "Second"}, ["document.write"]),
        (a_wake(), {"prompt": "Hey"}, ["wake.edit"]),
        (an_approval(), {"decisions": (DECISION,), "status": "approved"}, ["approval.decide"]),
        (
            an_approval(),
            {"status": "withdrawn", "withdrawn": Withdrawal(by="clara", at=NOW)},
            ["approval.withdraw"],
        ),
        (an_approval(), {"quorum": 2, "decisions": (DECISION,)}, ["approval.decide", "approval.edit"]),
        (a_run(), {"cancel": Cancel(by="clara", at=NOW)}, ["run.cancel"]),
        (a_run(), {"attempt": 2}, []),
        (a_counter(), {"next": 200}, ["task.number"]),
        (a_task(), {}, []),
    ],
)
def test_an_edit_is_every_operation_that_it_comes_to(
    before: Record, changes: dict[str, Any], expected: list[str]
) -> None:
    assert of(before, before.evolve(**changes)) == expected
    assert set(expected) <= OPERATIONS.keys() | WITHOUT_COMMAND


def test_every_step_of_a_task_is_the_operation_that_makes_it() -> None:
    for before, row in TRANSITIONS.items():
        for after in {status for status in row.values() if status is not before}:
            (name,) = of(a_task(status=before), a_task(status=after))
            assert name in OPERATIONS.keys() | WITHOUT_COMMAND


def test_a_member_that_becomes_another_kind_goes_and_comes() -> None:
    assert of(an_agent("ada"), a_person("ada")) == ["agent.remove", "agent.terminate", "person.create"]


def test_what_is_taken_away_before_its_end_ends() -> None:
    assert of(an_agent(), None) == ["agent.remove", "agent.terminate"]
    assert of(a_task(), None) == ["task.remove", "task.cancel"]


def test_an_agent_that_gets_another_name_is_renamed() -> None:
    gone = a_change(an_agent("ada", name="Ada", heartbeat=a_heartbeat()), None)

    def come(**fields: Any) -> RecordChange:
        how: dict[str, Any] = {"name": "Ada", "heartbeat": a_heartbeat(since=NOW), "previously": ("ada",)}
        return a_change(None, an_agent("eve", **(how | fields)))

    assert names(gone, come()) == names(come(), gone) == ["agent.rename"]
    assert names(gone, come(title="Scout", status="paused")) == [
        "agent.rename",
        "agent.pause",
        "agent.edit",
    ]
    assert names(gone, come(previously=())) == ["agent.remove", "agent.terminate", "agent.hire"]
    person = a_change(None, a_person("eve", previously=("ada",)))
    assert names(gone, person) == ["agent.remove", "agent.terminate", "person.create"]


def test_nobody_who_comes_has_been_two_who_go() -> None:
    gone = [a_change(an_agent(name, name="One"), None) for name in ("ada", "bob")]
    come = a_change(None, an_agent("eve", name="One", previously=("ada", "bob")))

    assert names(*gone, come) == ["agent.remove", "agent.terminate", "agent.rename"]


def test_a_file_that_cannot_be_read_is_an_edit_of_what_it_was() -> None:
    assert of(a_budget(), None, is_broken=True, blob=BLOB) == ["budget.edit"]
    known = Records.of([])
    broken = RecordChange("org/x.yaml", "member", "x", None, None, known, is_broken=True, blob=BLOB)
    assert names(broken) == ["person.create"]


def test_books_that_are_kept_with_what_is_created_are_no_operation() -> None:
    counted = a_change(a_counter("CI", 7), a_counter("CI", 8))

    assert names(counted, a_change(None, a_task("CI-0007"))) == ["task.create"]
    assert names(counted, a_change(None, a_task("CI-0006"))) == ["task.number", "task.create"]
    asked = a_change(a_counter("approvals", 1), a_counter("approvals", 2))
    assert names(asked, a_change(None, an_approval("AP-1"))) == ["approval.request"]


def test_a_filed_task_that_gets_its_number_is_numbered() -> None:
    filed = a_change(a_new_task("CI/scan"), None)

    assert names(filed, a_change(None, a_task("CI-0007"))) == ["task.number", "task.create"]
    assert names(filed, a_change(None, a_task("QA-0007"))) == ["task.remove", "task.create"]


def test_what_is_said_with_a_step_is_part_of_it() -> None:
    said = a_change(None, a_comment("Looked at it."))
    step = a_change(a_task(status="in_review"), a_task(status="done"))

    assert names(step, said) == ["task.review"]
    assert names(a_change(a_task(), a_task(title="Other")), said) == ["task.edit", "comment.create"]
    assert names(a_change(None, a_task("CI-0002")), said) == ["task.create", "comment.create"]


def test_a_file_that_moves_is_what_changed_in_it() -> None:
    gone = a_change(a_task(), None, path="tasks/CI/CI-0001.yaml")

    def come(**fields: Any) -> RecordChange:
        return a_change(None, a_task(**fields), path="tasks/CI/old/CI-0001.yaml")

    assert names(gone, come()) == []
    assert names(gone, come(priority="high")) == ["task.edit"]
    (one,) = joined([gone, come()])
    assert (one.path, one.before) == ("tasks/CI/old/CI-0001.yaml", a_task())
    assert one.left == "tasks/CI/CI-0001.yaml"


def test_a_second_file_of_a_task_is_an_edit_of_it_as_well() -> None:
    second = a_change(None, a_task(title="Other"), Records.of([a_task()]), path="tasks/CI/b/CI-0001.yaml")

    assert names(second) == ["task.create", "task.edit"]


def test_what_comes_back_from_the_archive_is_what_changed_in_it() -> None:
    known = Records.of([], archived=[a_task(status="done")])
    gone = gone_from_archive(a_task(), known)

    assert names(gone, a_change(None, a_task(status="done"), known)) == []
    assert names(gone, a_change(None, a_task(), known)) == ["task.reopen"]
