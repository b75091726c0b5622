"""Archiving as an operation, and how what is archived comes back."""

from datetime import timedelta
from typing import Any, Final

import pytest

from gitcp.core.brief import brief
from gitcp.core.numbering import next_number
from gitcp.core.operations.registry import OPERATIONS, ArchiveRecords
from gitcp.errors import NotAllowedError
from gitcp.model.memory import Records
from gitcp.model.operation import Archive, Put
from gitcp.model.runs import Run
from gitcp.model.tasks import Comment, Document, Task, TaskStatus
from tests.helpers import (
    NOW,
    a_cause,
    a_comment,
    a_project,
    a_run,
    a_task,
    agent,
    an_ended_run,
    carry_out,
    edit_of,
    person,
    snapshot_of,
    task_in,
    ticked,
)

OLD: Final = NOW - timedelta(days=200)
MENTION: Final = a_comment("@riley look", when=OLD)
HEARD: Final = a_cause("mention", MENTION.id, MENTION.id.partition("/")[2])


def a_closed(task: str = "CI-0001", **fields: Any) -> Task:
    return a_task(task, **({"status": "done", "created": OLD, "closed": OLD} | fields))


def an_old_company() -> Records:
    return snapshot_of(
        a_closed(),
        a_closed("CI-0002", parent="CI-0001"),
        a_closed("CI-0003", parent="CI-0002"),
        a_closed("CI-0004", blocked_by=("CI-0001",)),
        MENTION,
        Document(id="CI-0001/plan", text="first"),
        an_ended_run(claimed_at=OLD, answers=(HEARD,)),
    )


def archived() -> Records:
    return carry_out(an_old_company(), ArchiveRecords(days=90))


def put_away(snapshot: Records) -> set[str]:
    return {record_id for kind, record_id in snapshot.put_away if kind == "task"}


def test_all_moves_in_one_edit_whose_subject_counts_it() -> None:
    edit = edit_of(an_old_company(), ArchiveRecords(days=90))

    assert edit.subject == "archive 4 tasks and 1 run"
    moves = [(change.kind, change.task) for change in edit.changes if isinstance(change, Archive)]
    assert moves == [*[(Task, None)] * 4, (Comment, None), (Document, None), (Run, "CI-0001")]
    assert [change.record.id for change in edit.changes if isinstance(change, Put)] == ["2026-05"]


def test_a_second_time_there_is_nothing_to_move() -> None:
    assert edit_of(archived(), ArchiveRecords(days=90)).changes == ()


@pytest.mark.parametrize("actor", [person(), agent()])
def test_nobody_but_the_scheduler_archives(actor: Any) -> None:
    with pytest.raises(NotAllowedError, match=r"may not record\.archive: the scheduler alone does"):
        edit_of(an_old_company(), ArchiveRecords(days=90), actor)


WRITES: Final[dict[str, dict[str, Any]]] = {
    "task.reopen": {},
    "task.edit": {"fields": {"title": "Another"}},
    "task.assign": {"assignee": None},
    "comment.create": {"body": "why was that?"},
    "document.write": {"document": "plan", "text": "second"},
}


@pytest.mark.parametrize("name", sorted(WRITES))
def test_whatever_is_written_about_an_archived_task_brings_it_back_with_its_parts(name: str) -> None:
    before = archived()
    assert put_away(before) == {"CI-0001", "CI-0002", "CI-0003", "CI-0004"}

    after = carry_out(before, OPERATIONS[name].model_validate({"task": "CI-0001", **WRITES[name]}), person())

    assert put_away(after) == {"CI-0004"}
    assert [task.id for task in after.tasks(parent="CI-0002")] == ["CI-0003"]


@pytest.mark.parametrize("name", sorted(WRITES))
def test_what_is_written_about_a_live_task_moves_nothing_else(name: str) -> None:
    operation = OPERATIONS[name].model_validate({"task": "CI-0001", **WRITES[name]})

    assert len(edit_of(an_old_company(), operation, person()).changes) == 1


def test_the_same_document_written_again_brings_nothing_back() -> None:
    same = {"task": "CI-0001", "document": "plan", "text": "first"}

    assert edit_of(archived(), OPERATIONS["document.write"].model_validate(same), person()).changes == ()


def test_a_task_that_was_reopened_wakes_its_assignee_once_and_old_mentions_do_not() -> None:
    reopened = carry_out(archived(), OPERATIONS["task.reopen"].model_validate({"task": "CI-0001"}), person())

    (run,) = ticked(reopened).runs()

    assert task_in(reopened).status is TaskStatus.TODO
    assert {cause.reason for cause in run.answers} == {"assignment", "children_done"}
    assert reopened.mentions("riley") == []


def test_parts_in_a_circle_come_back_once() -> None:
    circle = [a_closed("CI-0001", parent="CI-0002"), a_closed("CI-0002", parent="CI-0001")]
    before = Records.of(snapshot_of().by_key.values(), archived=circle)

    after = carry_out(before, OPERATIONS["task.reopen"].model_validate({"task": "CI-0001"}), person())

    assert [task.id for task in after.tasks()] == ["CI-0001", "CI-0002"]
    assert after.put_away == {}


def test_the_number_of_an_archived_task_is_not_given_again() -> None:
    records = snapshot_of(a_project(), a_closed("CI-0007"))

    assert next_number(carry_out(records, ArchiveRecords(days=90)), "CI") == 8


def test_the_brief_of_a_reopened_task_is_the_same_as_if_it_had_never_been_archived() -> None:
    reopen = OPERATIONS["task.reopen"].model_validate({"task": "CI-0001"})
    run = a_run(answers=(a_cause(),))
    never, once = (
        carry_out(snapshot, reopen, person()).edited([Put(run)])
        for snapshot in (an_old_company(), archived())
    )

    assert brief(once, run).markdown == brief(never, run).markdown
    assert "CI-0002 is done" in brief(once, run).markdown
