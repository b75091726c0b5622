from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.plan import plan
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.tasks import Task
from tests.core.waking import planned
from tests.helpers import (
    NOW,
    a_block,
    a_comment,
    a_problem,
    a_task,
    a_wake,
    an_agent,
    snapshot_of,
    ticked,
)


def test_tasks_of_a_terminated_agent_are_stalled_in_its_managers_inbox() -> None:
    told = planned(an_agent(status="terminated"), a_task(), a_comment("@riley"), a_wake())

    assert (told.claims, told.waiting) == ((), ())
    assert [(s.task, s.reason, s.member) for s in told.stalled] == [
        ("CI-0001", "its assignee riley is terminated", "clara")
    ]


def _stands(task: Task, *records: Record, **circumstances: Any) -> tuple[str, str, str | None]:
    told = planned(task, *records, **circumstances)
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

    assert planned(*tasks).actions == ()
