"""How late the clock's wakes are answered, and what of them is due."""

from datetime import timedelta
from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.lateness import LATELY, Due, due_now, lately
from gitcp.core.plan import plan
from gitcp.core.views import lateness_view
from gitcp.model.base import Record, format_instant
from gitcp.model.planning import Overlap
from gitcp.model.tasks import Origin, TaskStatus
from tests.helpers import (
    NOW,
    a_cause,
    a_company,
    a_counter,
    a_heartbeat,
    a_project,
    a_routine,
    a_run,
    a_task,
    an_agent,
    later,
    snapshot_of,
)


def answering(minutes_ago: float, late: float, agent: str = "riley", **fields: Any) -> Record:
    """Build a run that answered a heartbeat so many minutes after its slot."""
    claimed = later(-minutes_ago)
    beat = a_cause("heartbeat", "CI-0001", format_instant(claimed - timedelta(minutes=late)))
    return a_run(agent, claimed_at=claimed, answers=(a_cause(), beat), **fields)


def made(name: str, minutes_ago: float, late: float, routine: str = "weekly-scan") -> Record:
    """Build a task that a routine made so many minutes after its slot."""
    created = later(-minutes_ago)
    slot = created - timedelta(minutes=late)
    return a_task(name, created=created, routine=Origin(routine=routine, slot=slot, number=1))


def late(*records: Record) -> list[tuple[str, float]]:
    found = lately(snapshot_of(a_company(), an_agent(), *records), NOW)
    return [(each.id, each.late / timedelta(minutes=1)) for each in found.answered]


def test_a_heartbeat_is_answered_by_the_claim_of_a_run() -> None:
    assert late(answering(30, 4), answering(90, 0), a_run(claimed_at=later(-5))) == [
        ("riley", 4),
        ("riley", 0),
    ]


def test_only_the_last_day_counts() -> None:
    assert late(answering(LATELY / timedelta(minutes=1) + 1, 4)) == []


def test_what_opens_late_on_purpose_is_late_from_then_on() -> None:
    beat = a_heartbeat("0 * * * *", jitter_minutes=30)
    snapshot = snapshot_of(a_company(), an_agent(heartbeat=beat), answering(10, 40))

    (found,) = lately(snapshot, NOW).answered

    assert found.at - timedelta(minutes=40) < found.due < found.at
    assert found.due - (found.at - timedelta(minutes=40)) < timedelta(minutes=30)


@pytest.mark.parametrize("digest", ["soon", "2026-11-20T09:00:00", "9999-12-31T23:59:59-23:59", ""])
def test_a_slot_that_cannot_be_read_is_none(digest: str) -> None:
    beat = a_cause("heartbeat", digest=digest or "0")

    assert beat.slot is None
    assert late(a_run(answers=(beat,))) == []


def test_a_routine_is_answered_by_its_task() -> None:
    routine = a_routine(last="CI-0002")
    worked_on = a_run(task="CI-0003", claimed_at=later(-3))

    found = late(
        routine,
        made("CI-0002", 20, 7),
        made("CI-0003", 50, 1),
        made("CI-0004", 40, 9, "other"),
        worked_on,
    )

    assert found == [("weekly-scan", 7), ("weekly-scan", 1)]


def test_what_waited_for_the_task_before_it_is_not_late() -> None:
    assert late(a_routine(last="CI-0002", overlap=Overlap.QUEUE), made("CI-0002", 20, 7)) == []


def test_the_usual_one_and_the_worst_are_told() -> None:
    snapshot = snapshot_of(
        a_company(), an_agent(), *(answering(n * 60, minutes) for n, minutes in ((1, 2), (2, 50), (3, 0.5)))
    )

    view = lateness_view(snapshot, plan(snapshot, Observed(), NOW), later(-5), NOW)

    assert (view["hours"], view["answered"], view["usual_minutes"]) == (24, 3, 2.0)
    assert (view["worst"]["id"], view["worst"]["minutes"]) == ("riley", 50.0)
    assert view["last_commit"] == format_instant(later(-5))
    assert view["due"] == []


def test_where_nothing_was_answered_nothing_is_usual() -> None:
    snapshot = snapshot_of(a_company())
    view = lateness_view(snapshot, plan(snapshot, Observed(), NOW), None, NOW)

    assert (view["usual_minutes"], view["worst"], view["last_commit"]) == (None, None, None)


def test_slots_that_a_tick_would_answer_are_due_since_they_opened() -> None:
    begin = NOW.replace(minute=0, second=0, microsecond=0)
    minute = (begin - timedelta(hours=1)).strftime("%M %H * * *")
    beat = a_heartbeat(minute, prompt="/scan")
    snapshot = snapshot_of(
        a_company(),
        an_agent(heartbeat=beat),
        a_project(),
        a_counter(),
        a_routine(cron=f"30 {begin.hour - 1} * * *"),
    )

    assert due_now(snapshot, plan(snapshot, Observed(), NOW)) == (
        Due("agent", "riley", begin - timedelta(hours=1)),
        Due("routine", "weekly-scan", begin - timedelta(minutes=30)),
    )


def test_a_routine_that_queues_is_due_since_the_task_before_it_was_closed() -> None:
    closed = later(-4)
    before = a_task("CI-0002", status=TaskStatus.DONE, closed=closed, assignee=None)
    hour = NOW.hour - 1
    routine = a_routine(cron=f"30 {hour} * * *", overlap=Overlap.QUEUE, last="CI-0002", made=1)
    snapshot = snapshot_of(a_company(), a_project(), a_counter(), before, routine)

    assert due_now(snapshot, plan(snapshot, Observed(), NOW)) == (Due("routine", "weekly-scan", closed),)
