"""Which slots of a routine become tasks: overlap, catch-up, and when the previous task was closed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.actions import Adopt, Fire, Observed, Waiting
from gitcp.core.plan import plan
from gitcp.core.routines import due, next_slots
from gitcp.model.base import Record
from gitcp.model.memory import Records
from gitcp.model.planning import Routine
from gitcp.model.tasks import Paused, Task
from tests.helpers import (
    NOW,
    a_company,
    a_goal,
    a_problem,
    a_project,
    a_routine,
    a_task,
    at,
    edited,
    later,
    snapshot_of,
    ticked,
)

BEFORE, BETWEEN, AFTER, OPEN = later(-150), later(-30), later(3), None


def _hourly(**fields: Any) -> Routine:
    """Build a routine whose slot of six was used up; those of seven, eight and nine have passed."""
    values = {"cron": "0 * * * *", "fired": later(-180), "made": 1, "last": "CI-0001"} | fields
    return a_routine("hourly", **values)


def _previous(closed: datetime | None) -> Task:
    status = "done" if closed else "in_progress"
    return a_task(status=status, closed=closed, assignee=None, created=later(-180))


def _hours(routine: Routine, closed: datetime | None, now: datetime) -> list[int]:
    found = due(snapshot_of(routine, _previous(closed)), routine, now).slots
    return [slot.hour for slot in found]


@pytest.mark.parametrize(
    ("overlap", "catch_up", "expected"),
    [
        # by when the previous task was closed: before the slots, between eight and nine, after nine, not yet
        ("skip", "none", ([9], [9], [], [])),
        ("skip", "once", ([9], [9], [], [])),
        ("skip", "all", ([9], [9], [], [])),
        ("queue", "none", ([9], [9], [9], [])),
        ("queue", "once", ([9], [9], [9], [])),
        ("queue", "all", ([7], [7], [7], [])),
        ("allow", "none", ([9], [9], [9], [9])),
        ("allow", "once", ([9], [9], [9], [9])),
        ("allow", "all", ([7, 8, 9],) * 4),
    ],
)
def test_overlap_and_catch_up_choose_among_the_slots_that_passed(
    overlap: str, catch_up: str, expected: tuple[list[int], ...]
) -> None:
    routine = _hourly(overlap=overlap, catch_up=catch_up)

    assert tuple(_hours(routine, closed, later(5)) for closed in (BEFORE, BETWEEN, AFTER, OPEN)) == expected


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [("skip", ([], [], [])), ("queue", ([], [], [9])), ("allow", ([], [], []))],
)
def test_without_catch_up_a_slot_counts_within_its_window_or_when_it_waited_for_the_previous_task(
    overlap: str, expected: tuple[list[int], ...]
) -> None:
    routine = _hourly(overlap=overlap, catch_up="none")

    assert tuple(_hours(routine, closed, later(15)) for closed in (BEFORE, BETWEEN, AFTER)) == expected
    wider = routine.evolve(window_minutes=Decimal(16))
    assert _hours(wider, BEFORE, later(15)) == [9]


def test_a_slot_that_was_missed_and_is_not_caught_up_is_spoken_of() -> None:
    routine = _hourly(catch_up="none")

    found = due(snapshot_of(routine, _previous(BEFORE)), routine, later(15))

    why = "no tick came within 15 minutes of it, and nothing is caught up"
    assert found.held == f"lets its slot of 2026-11-23T09:00:00Z pass: {why}"


def test_a_slot_at_which_the_previous_task_was_just_closed_counts() -> None:
    assert _hours(_hourly(), NOW, later(5)) == [9]
    assert _hours(_hourly(), later(1), later(5)) == []


@pytest.mark.parametrize(("most", "expected"), [(1, [9]), (2, [8, 9]), (10, [7, 8, 9])])
def test_catching_up_has_a_cap(most: int, expected: list[int]) -> None:
    routine = _hourly(overlap="allow", catch_up="all", catch_up_most=most)

    assert _hours(routine, OPEN, later(5)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [9]),
        ({"fired": later(-60)}, [9]),
        ({"fired": NOW}, []),
        ({"since": later(-60)}, [9]),
        ({"since": NOW}, [9]),
        ({"since": later(1)}, []),
        ({"since": None}, []),
        ({"status": "paused"}, []),
        ({"dated": "0 8 * * * UTC"}, []),
        ({"cron": "nonsense", "dated": "nonsense UTC"}, []),
        ({"cron": "0 0 30 2 *", "dated": "0 0 30 2 * UTC"}, []),
        ({"timezone": "X/Y", "dated": "0 * * * * X/Y"}, []),
    ],
)
def test_what_is_not_active_not_dated_or_used_up_is_not_due(
    fields: dict[str, Any], expected: list[int]
) -> None:
    routine = _hourly(**({"last": None, "fired": None, "since": later(-70)} | fields))

    found = due(snapshot_of(routine), routine, later(5))

    assert ([slot.hour for slot in found.slots], found.held) == (expected, None)


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([a_project(status="paused")], "project CI is paused"),
        ([a_project(paused=Paused(by="clara", at=NOW))], "project CI is paused by clara"),
        ([a_company(paused=Paused(by="clara", at=NOW))], "the company is paused by clara"),
        (
            [a_project(goal="fast"), a_goal("fast", parent="quality"), a_goal(paused=Paused(by="clara", at=NOW))],
            "goal quality is paused by clara",
        ),
        (
            [a_task("CI-0009", parent="CI-0008"), a_task("CI-0008", parent="CI-0009", paused=Paused(by="clara", at=NOW))],
            "task CI-0008 is paused by clara",
        ),
    ],
)  # fmt: skip
def test_below_what_is_paused_a_routine_does_not_fire_and_catches_up_later(
    others: list[Record], why: str
) -> None:
    routine = _hourly(catch_up="once", task={"parent": "CI-0009"})
    snapshot = snapshot_of(routine, _previous(BEFORE), *others)

    found = due(snapshot, routine, later(5))

    assert (found.slots, found.held) == ((), f"does not fire: {why}")
    assert (
        Waiting(None, None, f"routine hourly does not fire: {why}")
        in plan(snapshot, Observed(), later(5)).waiting
    )
    assert _hours(routine, BEFORE, later(115)) == [10]


@pytest.mark.parametrize(
    ("kind", "name"), [("goal", "fast"), ("goal", "quality"), ("task", "CI-0009"), ("task", "CI-0008")]
)
def test_below_what_cannot_be_read_a_routine_does_not_fire(kind: str, name: str) -> None:
    routine = _hourly(task={"parent": "CI-0009"})
    world = [a_project(goal="fast"), a_goal("fast", parent="quality"), a_task("CI-0009", parent="CI-0008")]
    readable = snapshot_of(routine, _previous(BEFORE), *world)
    broken = snapshot_of(routine, _previous(BEFORE), *world, problems=[a_problem(kind, name)])

    assert due(readable, routine, later(5)).slots == (NOW,)
    told = due(broken, routine, later(5))
    assert (told.slots, told.held) == (
        (),
        f"does not fire: {kind} {name} above it cannot be read, and may be paused",
    )


def test_what_is_closed_holds_no_routine() -> None:
    routine = _hourly(task={"parent": "CI-0009"})
    closed = a_task("CI-0009", status="done", paused=Paused(by="clara", at=NOW))

    assert due(snapshot_of(routine, _previous(BEFORE), closed), routine, later(5)).slots == (NOW,)


@pytest.mark.parametrize(("kind", "name"), [("routine", "hourly"), ("counter", "CI")])
def test_what_cannot_be_read_holds_a_routine(kind: str, name: str) -> None:
    routine = _hourly()
    snapshot = snapshot_of(routine, problems=[a_problem(kind, name)])

    assert (
        due(snapshot, routine, later(5)).held
        == f"does not fire: {kind} {name} has a problem, see `gitcp check`"
    )


def test_without_its_project_or_its_company_a_routine_is_held() -> None:
    elsewhere = _hourly(task={"project": "QA"})
    without = Records.of([a_project(), _hourly()])

    assert due(snapshot_of(elsewhere), elsewhere, NOW).held == "does not fire: project QA does not exist"
    assert due(without, _hourly(), NOW).held == "does not fire: gitcp.yaml is missing or cannot be read"


def test_a_previous_task_that_cannot_be_read_is_taken_for_open_and_one_that_is_gone_for_closed() -> None:
    routine = _hourly()
    broken = snapshot_of(routine, problems=[a_problem("task", "CI-0001")])
    by_hand = snapshot_of(routine, a_task(status="done"))

    assert due(broken, routine, NOW).held == "skips its slot of 2026-11-23T09:00:00Z: CI-0001 was open at it"
    assert due(snapshot_of(routine), routine, NOW).slots == (NOW,)
    assert due(by_hand, routine, NOW).slots == (NOW,)


def test_when_a_previous_task_was_closed_is_known_of_archived_ones_as_well() -> None:
    routine = _hourly()
    archived = Records.of([*snapshot_of(routine).by_key.values()], archived=[_previous(AFTER)])

    assert due(archived, routine, later(5)).slots == ()
    assert due(archived, routine, later(60)).slots == (later(60),)


@pytest.mark.parametrize(
    ("cron", "now", "expected"),
    [
        # clocks go forward: two o'clock is skipped; back: it comes twice
        ("30 2 * * *", "2026-03-29T01:10:00Z", ["01:00"]),
        ("30 2 * * *", "2026-10-25T02:00:00Z", ["00:30"]),
        ("0 * * * *", "2026-10-25T02:00:00Z", ["22:00", "23:00", "00:00", "01:00", "02:00"]),
    ],
)
def test_across_clock_changes_each_slot_counts_once(cron: str, now: str, expected: list[str]) -> None:
    since = at(now).replace(hour=21, minute=30, day=at(now).day - 1)
    fields = {"cron": cron, "since": since, "fired": None, "overlap": "allow", "catch_up": "all"}
    routine = _hourly(timezone="Europe/Madrid", **fields)

    assert [f"{slot:%H:%M}" for slot in due(snapshot_of(routine), routine, at(now)).slots] == expected


def test_the_next_slots_of_a_routine_are_looked_forward_to() -> None:
    routine = _hourly(fired=NOW)
    snapshot = snapshot_of(routine, _previous(BEFORE))

    assert next_slots(snapshot, routine, NOW, 2) == (later(60), later(120))
    assert plan(snapshot, Observed(), NOW).next_look == later(60)
    assert next_slots(snapshot, routine.evolve(since=later(120)), NOW, 1) == (later(120),)
    for fields in ({"status": "paused"}, {"cron": "nonsense"}, {"timezone": "Nowhere/At-All"}):
        assert next_slots(snapshot, routine.evolve(**fields), NOW, 2) == ()


def test_a_plan_fires_what_is_due_in_order_and_adopts_what_was_changed_by_hand() -> None:
    routine = _hourly(overlap="allow", catch_up="all")
    told = plan(snapshot_of(routine, _previous(BEFORE)), Observed(), NOW)
    assert told.actions == tuple(Fire("hourly", later(minutes)) for minutes in (-120, -60, 0))

    for changes in (
        {"cron": "30 * * * *"},
        {"timezone": "Asia/Tokyo"},
        {"status": "paused"},
        {"since": None},
    ):
        by_hand = edited(routine, changes)
        snapshot = snapshot_of(by_hand, _previous(BEFORE))
        assert plan(snapshot, Observed(), later(1)).actions == (Adopt("routine", "hourly"),)
        adopted = ticked(snapshot, later(1))
        after = adopted.get(Routine, "hourly")
        assert after is not None
        assert after.since == (None if after.status == "paused" else later(1))
        assert plan(adopted, Observed(), later(2)).is_idle


def test_a_plan_says_why_a_slot_that_passed_made_no_task() -> None:
    told = plan(snapshot_of(_hourly(overlap="queue"), _previous(OPEN)), Observed(), NOW)

    assert told.is_idle
    assert Waiting(None, None, "routine hourly waits until CI-0001 is closed") in told.waiting
