"""What holds of every pause, whatever the company looks like and whatever happened in it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.operations.registry import OPERATIONS
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.planning import Goal, Project
from gitcp.model.runs import Cause, Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task
from tests.core.companies import TASKS, World, worlds
from tests.helpers import a_hold, carry_out, person, ticked

SCOPES: list[tuple[str, dict[str, Any]]] = [
    ("company", {}),
    *(("project", {"project": key}) for key in ("CI", "QA")),
    *(("goal", {"goal": goal}) for goal in ("quality", "growth")),
]


def _held(snapshot: Records, scope: tuple[str, dict[str, Any]], step: str = "pause", **more: Any) -> Records:
    name, fields = scope
    return carry_out(snapshot, OPERATIONS[f"{name}.{step}"].model_validate(fields | more), person())


def _with_paused_tasks(snapshot: Records, names: set[str], parents: dict[str, str]) -> Records:
    # As by hand: whatever its status, and whatever else is wrong with it, circles of parts among them.
    changed = [
        task.evolve(paused=a_hold() if task.id in names else None, parent=parents.get(task.id, task.parent))
        for task in snapshot.all(Task)
    ]
    return Records.of([*snapshot.by_key.values(), *changed], problems=snapshot.problems())


def _below_a_hold(snapshot: Snapshot) -> set[str | None]:
    """Return the tasks below what is paused, found from above: what is held grows until nothing is added."""
    company = snapshot.company
    tasks, projects = snapshot.all(Task), {project.id: project for project in snapshot.all(Project)}
    goals = {goal.id for goal in snapshot.all(Goal) if goal.paused}
    held = {task.id for task in tasks if task.is_open and task.paused}
    for _ in range(len(tasks) + 5):
        goals |= {goal.id for goal in snapshot.all(Goal) if goal.parent in goals}
        held |= {task.id for task in tasks if task.parent in held}
    for task in tasks:
        project = projects.get(task.project)
        goal = task.goal or (project.goal if project else None)
        if goal in goals or (project and project.paused):
            held.add(task.id)
    everything: set[str | None] = {None, *(task.id for task in tasks)}
    return everything if company and company.paused else {*held}


@settings(max_examples=40)
@given(worlds(), st.dictionaries(st.sampled_from(TASKS), st.sampled_from(TASKS), min_size=3))
def test_nothing_is_claimed_below_a_hold(world: World, parents: dict[str, str]) -> None:
    held = [_held(world.snapshot, scope) for scope in SCOPES]
    held += [_with_paused_tasks(world.snapshot, {name}, parents) for name in TASKS]

    for snapshot in held:
        claimed = {claim.run.task for claim in plan(snapshot, world.observed, world.now).claims}
        assert not claimed & _below_a_hold(snapshot)


@settings(max_examples=40)
@given(worlds(), st.sampled_from(SCOPES))
def test_a_hold_that_ends_leaves_no_trace(world: World, scope: tuple[str, dict[str, Any]]) -> None:
    free = _held(world.snapshot, scope, "resume")

    assert _held(_held(free, scope), scope, "resume") == free


@settings(max_examples=40)
@given(worlds())
def test_after_a_hold_of_the_company_the_same_work_starts(world: World) -> None:
    snapshot = _in_order(world)
    held = _held(snapshot, SCOPES[0])
    waited = ticked(ticked(held, world.now, world.observed), world.now, world.observed)

    assert _started(_held(waited, SCOPES[0], "resume"), world) == _started(snapshot, world)


@settings(max_examples=40)
@given(worlds())
def test_a_hold_that_is_to_be_now_asks_every_live_run_to_end(world: World) -> None:
    held = _held(world.snapshot, SCOPES[0], now=True)

    live = held.runs(active=True)
    assert [run.id for run in live] == [run.id for run in world.snapshot.runs(active=True)]
    assert all(run.cancel is not None for run in live)
    assert all(run.cancel == _run(world.snapshot, run.id).cancel for run in live if not _by_hold(run))


def _by_hold(run: Run) -> bool:
    return run.cancel is not None and run.cancel.hold


def _run(snapshot: Records, run: str) -> Run:
    found = snapshot.get(Run, run)
    assert found is not None
    return found


def _in_order(world: World) -> Records:
    """Return the world with all housekeeping done that a tick would do first."""
    snapshot = _held(world.snapshot, SCOPES[0])
    for _ in range(3):
        snapshot = ticked(snapshot, world.now, world.observed)
    return _held(snapshot, SCOPES[0], "resume")


def _started(snapshot: Records, world: World) -> set[tuple[str, str | None, tuple[Cause, ...]]]:
    claims = plan(snapshot, world.observed, world.now).claims
    return {(claim.run.agent, claim.run.task, claim.run.answers) for claim in claims}
