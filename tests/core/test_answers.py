"""A run's own writes never wake its agent."""

from typing import Any

from gitcp.core.causes import assignment
from gitcp.core.operations.registry import (
    CreateTask,
    EditTask,
)
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from tests.core.waking import claims_of
from tests.helpers import (
    a_comment,
    a_counter,
    a_task,
    agent,
    carry_out,
    edit_of,
    later,
    person,
    run_in,
    snapshot_of,
    task_in,
    ticked,
)


def _working(**edits: Any) -> tuple[Records, str]:
    """Return a world in which riley works on its task, in a run that answers what there was."""
    snapshot = ticked(snapshot_of(a_task(**edits), a_counter()))
    (run,) = snapshot.runs(active=True)
    return snapshot, run.id


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

    edited = carry_out(snapshot, own, agent("riley", run), later(1))

    assert claims_of(_end(edited, run), later(9)) == []


def test_a_persons_edit_in_between_wakes_it_also_if_it_writes_after_it() -> None:
    snapshot, run = _working()
    by_person = EditTask(task="CI-0001", fields={"title": "Do something else"})
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(snapshot, by_person, person(), later(1))
    both = carry_out(edited, own, agent("riley", run), later(2))

    assert [claim[2] for claim in claims_of(_end(both, run), later(9))] == [["assignment"]]


def test_its_own_edit_in_a_later_run_does_not_wake_it_either() -> None:
    # The second run is woken by a mention alone; that the task is assigned was answered by the first.
    first, _ = _working()
    rested = _end(first, first.runs()[0].id)
    second = ticked(Records.of([*rested.by_key.values(), a_comment("@riley?", when=later(6))]), later(7))
    (run,) = second.runs(active=True)
    assert [cause.reason for cause in run.answers] == ["mention"]
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(second, own, agent("riley", run.id), later(8))

    assert claims_of(_end(edited, run.id), later(20)) == []


def test_a_task_that_it_gave_to_itself_wakes_it() -> None:
    snapshot, run = _working()
    created = carry_out(
        snapshot, CreateTask(project="CI", title="More", assignee="riley"), agent("riley", run), later(1)
    )

    assert [claim[1] for claim in claims_of(_end(created, run), later(9))] == ["CI-0100"]


def test_an_edit_outside_of_a_run_is_nobodys_answer() -> None:
    snapshot, run = _working()
    ended = _end(snapshot, run)

    edited = carry_out(ended, EditTask(task="CI-0001", fields={"title": "Other"}), person(), later(9))

    assert [claim[2] for claim in claims_of(edited, later(10))] == [["assignment"]]


def test_an_edit_that_makes_no_new_cause_leaves_the_run_as_it_is() -> None:
    snapshot, run = _working()
    other = carry_out(
        snapshot, CreateTask(project="CI", title="Other", parent="CI-0001"), agent("riley", run)
    )
    label = EditTask(task="CI-0001", fields={"labels": ["x"]})
    of_nobody = EditTask(task="CI-0100", fields={"title": "Else"})

    assert len(edit_of(snapshot, label, agent("riley", run)).changes) == 1
    assert len(edit_of(other, of_nobody, agent("riley", run)).changes) == 1


def test_a_blocker_that_it_adds_itself_does_not_wake_it() -> None:
    snapshot, run = _working()
    blocked = carry_out(
        snapshot, CreateTask(project="CI", title="First", assignee="riley"), agent("riley", run)
    )
    own = EditTask(task="CI-0001", fields={"blocked_by": ["CI-0100"]})
    edit = edit_of(blocked, own, agent("riley", run))
    after = blocked.edited(edit.changes)

    task, known = task_in(after), run_in(after, run).answers
    assert len(edit.changes) == 2
    assert assignment(after, task) in known


def test_its_own_edit_of_a_task_with_blockers_that_are_done_does_not_wake_it() -> None:
    done = a_task("CI-0002", assignee="clara", status="done")
    snapshot = ticked(snapshot_of(a_task(blocked_by=("CI-0002",)), done))
    (run,) = snapshot.runs(active=True)
    own = EditTask(task="CI-0001", fields={"description": "What I found"})

    edited = carry_out(snapshot, own, agent("riley", run.id), later(1))

    assert claims_of(_end(edited, run.id), later(9)) == []
