"""The other way to simulate: the whole plan at each moment, on records that are copied with every change."""

from datetime import datetime, timedelta
from typing import Any

from gitcp.control.simulation.draws import Draws, Given
from gitcp.control.simulation.endings import ending
from gitcp.control.simulation.history import History
from gitcp.control.simulation.simulation import Simulation
from gitcp.control.tick import MOST_PASSES
from gitcp.core.actions import InOrder, Observed, Plan
from gitcp.core.answers import with_answers
from gitcp.core.plan import plan
from gitcp.errors import GitcpError
from gitcp.model.memory import Records
from gitcp.model.operation import Put, Step
from gitcp.model.runs import Run
from tests.helpers import NOW, SCHEDULER, a_call, operation_of

Story = list[tuple[str, str | None, datetime, datetime | None, str]]


def simulated(
    snapshot: Records,
    days: float = 1,
    seed: int = 1,
    now: datetime = NOW,
    history: History | None = None,
    **given: Any,
) -> Simulation:
    """Simulate some days."""
    draws = Draws(seed, History() if history is None else history, Given(**given))
    simulation = Simulation.begin(snapshot, now, draws)
    simulation.run(now + timedelta(days=days))
    return simulation


def story(runs: Any) -> Story:
    """Tell runs by what they were for, when they began and ended, and how."""
    told = [(run.agent, run.task, run.claimed_at, run.ended_at, str(run.outcome)) for run in runs]
    return sorted(told, key=lambda each: (each[2], each[0], str(each[1])))


def ticked_through(snapshot: Records, draws: Draws, until: datetime, now: datetime = NOW) -> Records:
    """Tick with the whole plan whenever it says to look again, and whenever a run ends as drawn."""
    while now < until:
        for run in snapshot.runs(active=True)[::-1]:
            if _end(draws, run) <= now:
                for step in ending(snapshot, run, draws.sample(run), now):
                    snapshot = _with(snapshot, step)
                snapshot = _with_progress(snapshot, run.id, draws)
        snapshot, planned = _ticked(snapshot, now)
        ends = [_end(draws, run) for run in snapshot.runs(active=True)]
        now = min([at for at in (planned.next_look, *ends) if at is not None and at > now], default=until)
    return snapshot


def _end(draws: Draws, run: Run) -> datetime:
    return run.claimed_at + draws.sample(run).lasting


def _ticked(snapshot: Records, now: datetime) -> tuple[Records, Plan]:
    for _ in range(MOST_PASSES):
        planned = plan(snapshot, Observed(), now, claimed_by="simulation")
        for action in planned.actions:
            operation = operation_of(action)
            if operation is not None:
                snapshot = _with(snapshot, (operation, a_call(SCHEDULER, now, f"{len(snapshot.by_key):08x}")))
        if not any(isinstance(action, InOrder) for action in planned.actions):
            break
    return snapshot, plan(snapshot, Observed(), now)


def _with(snapshot: Records, step: Step) -> Records:
    operation, call = step
    try:
        edit = operation.decide(snapshot, call)
    except GitcpError:
        return snapshot
    return snapshot.edited(with_answers(snapshot, call, edit.changes))


def _with_progress(snapshot: Records, run_id: str, draws: Draws) -> Records:
    run = snapshot.get(Run, run_id)
    if run is None:
        return snapshot
    progress = draws.sample(run).progress
    return snapshot if progress is None else snapshot.edited([Put(run.evolve(progress=progress))])
