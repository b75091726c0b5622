from typing import Any

import pytest

from gitcp.core.actions import Stalled
from gitcp.core.inbox import inbox, responsible_for
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.tasks import Task
from tests.helpers import NOW, a_block, a_person, a_project, a_task, an_agent, later, snapshot_of

OSCAR, RILEY = an_agent("oscar"), an_agent("riley", reports_to="oscar")


def _in(member: str, *records: Record) -> list[tuple[str, str, str | None]]:
    return [(item.task.id, item.reason, item.waits) for item in inbox(snapshot_of(*records), member)]


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (a_task(), ("CI-0001", "assigned", None)),
        (a_task(status="in_progress"), ("CI-0001", "assigned", None)),
        (a_task(status="backlog"), ("CI-0001", "assigned", "in the backlog")),
        (a_task(status="blocked"), ("CI-0001", "assigned", "blocked")),
        (a_task(status="in_review", review=("clara",)), ("CI-0001", "assigned", "review by clara")),
        (a_task(status="in_review"), ("CI-0001", "assigned", "review")),
        (a_task(blocked_by=("CI-0008", "CI-0009")), ("CI-0001", "assigned", "waits for CI-0008, CI-0009")),
    ],
)
def test_its_own_tasks_are_in_an_inbox_with_what_they_wait_for(
    task: Task, expected: tuple[str, str, str | None]
) -> None:
    assert _in("riley", task) == [expected]


@pytest.mark.parametrize("status", ["done", "cancelled"])
def test_a_closed_task_is_in_no_inbox(status: str) -> None:
    snapshot = snapshot_of(a_task(status=status))

    assert [inbox(snapshot, member.id) for member in snapshot.members()] == [[], []]


def test_a_reviewer_has_the_task_in_its_turn() -> None:
    task = a_task(status="in_review", review=("oscar", "clara"), reviewed=("oscar",))

    assert _in("oscar", task, OSCAR, RILEY) == []
    assert _in("clara", task, OSCAR) == [("CI-0001", "review", None)]


@pytest.mark.parametrize(
    ("task", "member", "reason"),
    [
        (a_task(status="blocked", blocked=a_block("which?")), "oscar", "blocked: which?"),
        (a_task(status="blocked"), "oscar", "blocked"),
        (a_task(status="blocked", blocked=a_block("which?", waits_for="clara")), "clara", "blocked: which?"),
        (a_task(assignee=None), "clara", "unassigned, you lead the project"),
        (a_task(assignee="gone"), "oscar", "its assignee gone is terminated"),
        (a_task(assignee="ghost"), "clara", "its assignee ghost does not exist"),
        (a_task(status="in_review", review=("ghost",)), "oscar", "in review, and its reviewer ghost does not exist"),
        (a_task(status="in_review", review=("gone",)), "oscar", "in review, and its reviewer gone is terminated"),
        (a_task(status="in_review"), "oscar", "in review, and no reviewer is left to agree"),
    ],
)  # fmt: skip
def test_what_needs_a_decision_is_in_one_other_inbox(task: Task, member: str, reason: str) -> None:
    snapshot = snapshot_of(task, OSCAR, RILEY, an_agent("gone", status="terminated", reports_to="oscar"))
    found = {
        m.id: [item.reason for item in inbox(snapshot, m.id) if item.waits is None]
        for m in snapshot.members()
        if m.id != "gone"
    }

    assert {name: reasons for name, reasons in found.items() if reasons} == {member: [reason]}


def test_a_project_without_a_lead_leaves_its_unassigned_tasks_to_the_head_of_the_company() -> None:
    assert _in("clara", a_project(lead=None), a_task(assignee=None)) == [("CI-0001", "unassigned", None)]


@pytest.mark.parametrize(
    ("task", "records", "expected"),
    [
        (a_task(), [RILEY, OSCAR], "oscar"),
        (a_task(), [RILEY, an_agent("oscar", status="terminated")], "clara"),
        (a_task(), [RILEY], "clara"),
        (a_task(), [an_agent(reports_to=None), a_project(lead="oscar"), OSCAR], "oscar"),
        (a_task(), [an_agent(reports_to=None), a_project(lead="riley")], "clara"),
        (a_task(), [an_agent(reports_to=None), a_project(lead="ghost")], "clara"),
        (a_task("QA-0001"), [an_agent(reports_to=None)], "clara"),
        (a_task(assignee="clara"), [a_project(lead="clara")], "clara"),
        (a_task(status="blocked", blocked=a_block(waits_for="zoe")), [a_person("zoe")], "zoe"),
        (a_task(status="todo", blocked=a_block(waits_for="zoe")), [a_person("zoe")], "clara"),
        (a_task(status="blocked", blocked=a_block(waits_for="ghost")), [], "clara"),
        (a_task(status="blocked", blocked=a_block(waits_for="riley")), [], "clara"),
    ],
)
def test_who_must_act_exists_and_is_not_the_agent_that_cannot(
    task: Task, records: list[Record], expected: str
) -> None:
    assert responsible_for(snapshot_of(task, *records), task) == expected


def test_a_company_of_agents_alone_has_nobody_to_turn_to() -> None:
    assert responsible_for(Records.of([an_agent(reports_to=None)]), a_task()) is None


def test_an_inbox_is_in_the_order_of_work_and_what_waits_comes_last() -> None:
    tasks: list[dict[str, Any]] = [
        {"priority": "low"},
        {"priority": "medium"},
        {"priority": "medium", "due": later(60)},
        {"priority": "medium", "created": later(-9000)},
        {"priority": "high"},
        {"priority": "critical", "blocked_by": ("CI-0099",)},
        {"priority": "low", "status": "in_progress"},
        {"priority": "critical"},
    ]
    found = _in("riley", *(a_task(f"CI-000{n}", **fields) for n, fields in enumerate(tasks, 1)))

    assert [name[-1] for name, *_ in found] == ["7", "8", "5", "3", "4", "2", "1", "6"]


def test_what_a_plan_found_stalled_is_in_the_inbox_of_whom_it_names() -> None:
    snapshot = snapshot_of(a_task(), a_task("CI-0002", assignee="clara", created=NOW))
    stalled = [Stalled("CI-0001", "its file has a problem", "clara"), Stalled("CI-0009", "gone", "clara")]

    found = [(item.task.id, item.reason) for item in inbox(snapshot, "clara", stalled)]

    assert found == [("CI-0001", "its file has a problem"), ("CI-0002", "assigned")]
    assert [item.task.id for item in inbox(snapshot, "zoe", stalled)] == []
