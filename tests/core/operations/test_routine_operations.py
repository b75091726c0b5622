"""Firing, pausing and dating routines."""

from typing import Any

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment
from gitcp.core.operations.registry import AdoptRoutine, FireRoutine, PauseRoutine, ResumeRoutine
from gitcp.core.plan import plan
from gitcp.errors import NotAllowedError, UnknownRecordError
from gitcp.model.memory import Records
from gitcp.model.operation import Put
from gitcp.model.planning import Routine
from gitcp.model.tasks import Counter, Origin, Task
from tests.helpers import (
    NOW,
    a_counter,
    a_goal,
    a_routine,
    a_task,
    carry_out,
    edit_of,
    later,
    person,
    snapshot_of,
    task_in,
    ticked,
)

FIRE = FireRoutine(routine="weekly-scan", slot=NOW)
TEMPLATE: dict[str, Any] = {
    "title": "Scan of {date}",
    "description": "Scan {number}, in {week}: {{date}}",
    "priority": "high",
    "assignee": "riley",
    "goal": "quality",
    "labels": ["{week}"],
    "verify": [["true"]],
    "review": ["clara"],
    "parent": "CI-0050",
    "due_days": 3,
}


def _world(*records: Any, **fields: Any) -> Records:
    return snapshot_of(a_routine(**fields), a_goal(), a_task("CI-0050", assignee=None), a_counter(), *records)


def _routine(snapshot: Records) -> Routine:
    found = snapshot.get(Routine, "weekly-scan")
    assert found is not None
    return found


def test_a_routine_makes_a_task_from_its_template_in_one_edit() -> None:
    before = _world(task=TEMPLATE, made=4, timezone="Europe/Madrid", cron="0 10 * * MON")
    edit = edit_of(before, FIRE, now=later(7))
    after = before.edited(edit.changes)

    assert {type(change.record) for change in edit.changes if isinstance(change, Put)} == {
        Task,
        Counter,
        Routine,
    }
    assert task_in(after, "CI-0100") == a_task(
        "CI-0100",
        title="Scan of 2026-11-23",
        description="Scan 5, in 2026-W48: {date}",
        priority="high",
        assignee="riley",
        goal="quality",
        labels=("2026-W48",),
        verify=(("true",),),
        review=("clara",),
        parent="CI-0050",
        due=later(3 * 24 * 60),
        created=later(7),
        routine=Origin(routine="weekly-scan", slot=NOW, number=5),
    )
    used = _routine(after)
    assert (used.fired, used.made, used.last) == (NOW, 5, "CI-0100")
    assert (edit.subject, edit.task) == ("fire routine weekly-scan: CI-0100 for 2026-11-23 10:00", "CI-0100")


def test_the_date_is_that_of_the_routines_zone() -> None:
    world = _world(cron="0 18 * * *", timezone="Asia/Tokyo", task={"title": "{date}"})
    tokyo = carry_out(world, FireRoutine(routine="weekly-scan", slot=NOW), now=NOW)
    late = _world(cron="30 0 * * *", timezone="Asia/Tokyo", task={"title": "{date}"})
    after_midnight = carry_out(late, FireRoutine(routine="weekly-scan", slot=later(390)), now=later(390))

    assert task_in(tokyo, "CI-0100").title == "2026-11-23"
    assert task_in(after_midnight, "CI-0100").title == "2026-11-24"


def test_firing_a_slot_twice_makes_one_task() -> None:
    once = carry_out(_world(overlap="allow"), FIRE)

    assert edit_of(once, FIRE).changes == ()
    assert edit_of(once, FIRE, now=later(60)).changes == ()


@pytest.mark.parametrize(
    ("fields", "slot"),
    [
        ({}, later(-1)),
        ({}, later(7 * 24 * 60)),
        ({"status": "paused"}, NOW),
        ({"since": later(1)}, NOW),
        ({"last": "CI-0050"}, NOW),
        ({"cron": "0 * * * *", "overlap": "allow", "catch_up": "all"}, NOW),
    ],
)
def test_what_is_not_due_now_makes_no_task(fields: dict[str, Any], slot: Any) -> None:
    assert edit_of(_world(**fields), FireRoutine(routine="weekly-scan", slot=slot)).changes == ()


def test_a_title_that_grows_too_long_is_cut() -> None:
    after = carry_out(_world(task={"title": "{date}" * 50}), FIRE)

    assert task_in(after, "CI-0100").title == ("2026-11-23" * 50)[:300]


def test_whoever_a_template_names_and_is_not_there_keeps_nobody_from_seeing_the_task() -> None:
    after = carry_out(_world(task={"title": "Scan", "assignee": "ghost", "goal": "gone"}), FIRE)

    assert task_in(after, "CI-0100").assignee == "ghost"


def test_a_routine_that_is_gone_makes_no_task() -> None:
    with pytest.raises(UnknownRecordError, match="routine weekly-scan does not exist"):
        carry_out(snapshot_of(), FIRE)
    with pytest.raises(NotAllowedError, match=r"clara may not routine.fire"):
        carry_out(_world(), FIRE, person())


def test_the_task_of_a_routine_wakes_its_assignee_as_such_once() -> None:
    fired = ticked(_world(task={"title": "Scan", "assignee": "riley"}))
    (claim,) = plan(fired, Observed(), NOW).claims
    assert (claim.run.task, claim.reason) == ("CI-0100", "routine")
    assert claim.run.answers == (assignment(fired, task_in(fired, "CI-0100")),)

    running = ticked(fired)

    assert plan(running, Observed(), later(1)).claims == ()


# pausing and dating


def test_a_paused_routine_has_no_date_and_one_that_goes_on_does_not_fire_for_the_past() -> None:
    paused = carry_out(_world(), PauseRoutine(routine="weekly-scan", reason="too noisy"), person())
    assert (_routine(paused).status, _routine(paused).since, _routine(paused).dated) == ("paused", None, None)
    assert edit_of(paused, PauseRoutine(routine="weekly-scan"), person()).changes == ()

    resumed = carry_out(paused, ResumeRoutine(routine="weekly-scan"), person(), later(5))

    assert (_routine(resumed).status, _routine(resumed).since) == ("active", later(5))
    assert plan(resumed, Observed(), later(6)).is_idle
    subject = edit_of(_world(), PauseRoutine(routine="weekly-scan", reason="noisy"), person()).subject
    assert subject == "pause routine weekly-scan: noisy"


def test_a_routine_written_by_hand_is_dated_once() -> None:
    by_hand = _world(since=None)
    adopted = carry_out(by_hand, AdoptRoutine(routine="weekly-scan"))

    assert (_routine(adopted).since, _routine(adopted).dated) == (NOW, "0 9 * * MON UTC")
    assert edit_of(by_hand, AdoptRoutine(routine="weekly-scan")).subject == "adopt routine weekly-scan"
    assert edit_of(adopted, AdoptRoutine(routine="weekly-scan")).changes == ()
