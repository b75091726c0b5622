"""What holds of routines whatever happens: ticks at any time, on stale knowledge, tasks closed at any time."""

from collections import Counter
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.actions import Fire, Observed
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.planning import CatchUp, Overlap, Routine
from gitcp.model.tasks import Task
from tests.helpers import NOW, a_routine, carry_out, later, operation_of, snapshot_of

STEPS = st.lists(
    st.tuples(st.integers(1, 150), st.sampled_from(["tick", "tick", "stale", "close", "reopen"])),
    min_size=3,
    max_size=14,
)


def _fired(seen: Records, snapshot: Records, now: datetime) -> Records:
    """Return the snapshot after a scheduler that knows only what it has `seen` fires what it thinks is due."""
    for action in plan(seen, Observed(), now).actions:
        if isinstance(action, Fire) and (operation := operation_of(action)) is not None:
            snapshot = carry_out(snapshot, operation, now=now)
    return snapshot


def _tasks(snapshot: Records) -> list[Task]:
    return [task for task in snapshot.tasks() if task.routine is not None]


def _with(snapshot: Records, task: Task, status: str, closed: datetime | None) -> Records:
    return Records.of([*snapshot.by_key.values(), task.evolve(status=status, closed=closed)])


def _lived(routine: Routine, steps: list[tuple[int, str]]) -> Records:
    now = NOW
    snapshot = stale = snapshot_of(routine)
    for minutes, what in steps:
        now = later(minutes, now)
        tasks = _tasks(snapshot)
        if what in {"tick", "stale"}:
            stale, snapshot = snapshot, _fired(snapshot if what == "tick" else stale, snapshot, now)
        elif tasks and what == "close":
            last_open = next((task for task in reversed(tasks) if task.is_open), tasks[-1])
            snapshot = _with(snapshot, last_open, "done", now)
        elif tasks:
            snapshot = _with(snapshot, tasks[-1], "todo", None)
        if routine.overlap is not Overlap.ALLOW:
            assert sum(task.is_open for task in _tasks(snapshot)) <= 1
    return snapshot


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(Overlap), st.sampled_from(CatchUp), st.sampled_from(["0 * * * *", "*/20 * * * *"]), STEPS
)
def test_a_slot_makes_at_most_one_task_in_order_and_tasks_overlap_only_where_they_may(
    overlap: Overlap, catch_up: CatchUp, cron: str, steps: list[tuple[int, str]]
) -> None:
    since = later(-90)
    routine = a_routine(cron=cron, overlap=overlap, catch_up=catch_up, since=since, catch_up_most=4)

    lived = _lived(routine, steps)

    origins = [task.routine for task in _tasks(lived) if task.routine is not None]
    slots = [origin.slot for origin in origins]
    assert all(count == 1 for count in Counter(slots).values())
    assert slots == sorted(slots)
    assert [origin.number for origin in origins] == list(range(1, len(origins) + 1))
    assert all(since <= slot for slot in slots)
    after = lived.get(Routine, routine.id)
    assert after is not None
    assert (after.made, after.fired) == (len(slots), slots[-1] if slots else None)
