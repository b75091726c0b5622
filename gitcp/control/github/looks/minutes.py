"""How many minutes of GitHub's runners a day takes: each job counts in whole ones."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene
from gitcp.core.agenda import recurring
from gitcp.model.runs import Run

ABOUT: Final = "github minutes"
MONTH: Final = timedelta(days=30)
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_MEASURED: Final = 3
_GUESSED_RUN: Final = 10
# Once a day: the audit, and the two jobs that build the dashboard and put it in its place.
_DAILY: Final = 3
# After a run: its settlement, the tick that follows, the two jobs of the dashboard.
_AFTER_RUN: Final = 4
_MILLISECONDS: Final = 60_000


def look(scene: Scene) -> Iterator[Finding]:
    """Yield an estimate, from the schedule, what runs took, and how long GitHub says that ticks take."""
    runs = _newest(scene)
    ticks = _DAY // timedelta(minutes=scene.choices.every)
    clock = ticks * _tick_minutes(scene) + _DAILY
    often, each, whence = _work(scene, runs)
    work = often * (each + _AFTER_RUN)
    free = "" if scene.repository.private else "; of a public repository they cost nothing"
    message = (
        f"about {round(clock + work):,} a day: {clock:,} for {ticks} ticks and what is daily,"
        f" {round(work):,} for {often:.1f} runs of agents, {whence}{free}"
    )
    yield Finding(ABOUT, State.OK, message)


def _newest(scene: Scene) -> Sequence[Run]:
    return scene.plane.snapshot().runs(active=False, claimed_from=scene.now - MONTH)


def _work(scene: Scene, runs: Sequence[Run]) -> tuple[float, float, str]:
    """Return how many runs there are a day, how many minutes one takes, and from what that is known."""
    if runs:
        age = max(scene.now - min(run.claimed_at for run in runs), _DAY)
        minutes = [max(1, math.ceil(run.charge.minutes)) for run in runs]
        return (
            len(runs) / (age / _DAY),
            sum(minutes) / len(minutes),
            f"as in the last {math.ceil(age / _DAY)} days",
        )
    slots = sum(
        len(each.between(scene.now, scene.now + _WEEK))
        for each in recurring(scene.plane.snapshot())
        if each.why is None
    )
    return slots * _DAY / _WEEK, _GUESSED_RUN, f"if each slot of the clock is one of {_GUESSED_RUN} minutes"


def _tick_minutes(scene: Scene) -> int:
    """Return what a tick without work takes: the shortest of the last ones that came by schedule."""
    client = scene.client
    ended = [
        run
        for run in client.workflow_runs("tick.yml", most=_MEASURED, event="schedule")
        if run.conclusion == "success"
    ]
    took = [time for run in ended[:_MEASURED] if (time := client.time_of(run.id).run_duration_ms)]
    return max(1, math.ceil(min(took) / _MILLISECONDS)) if took else 1
