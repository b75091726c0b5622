"""Waiting for runs: until those that a tick started have ended, or until the company is idle."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from gitcp.control.events import RunEnded, RunStarted, words_of
from gitcp.control.plane import Plane
from gitcp.control.spawning import Started
from gitcp.control.tick import Ticked, tick
from gitcp.errors import GitcpError
from gitcp.executors import EXECUTORS, Handle
from gitcp.model.runs import Run

_PATIENCE = timedelta(minutes=30)
_LOOK_SECONDS = 30.0

Tell = Callable[[str], None]


def wait_for(plane: Plane, started: Iterable[Started], tell: Tell) -> list[Run]:
    """Wait until the runs have ended; return them as settled. A run that its runner did not settle is left to the next tick."""
    left = {item.handle: item.run for item in started}
    ended: list[Run] = []
    while left:
        for handle in _wait(left):
            run = plane.snapshot().get(Run, left.pop(handle).id)
            if run is not None:
                tell(words_of(RunEnded(run)))
                ended.append(run)
    return ended


def work_until_idle(plane: Plane, tell: Tell) -> list[Ticked]:
    """Tick, and again whenever a run has ended, until a tick finds nothing to do and nothing runs; return the ticks.

    Raises:
        GitcpError: it is still at work after half an hour.
    """
    ticks: list[Ticked] = []
    left: dict[Handle, Run] = {}
    until = plane.clock.now() + _PATIENCE
    while plane.clock.now() < until:
        ticks.append(tick(plane))
        for item in ticks[-1].started:
            tell(words_of(RunStarted(item.run)))
            left[item.handle] = item.run
        if not left and ticks[-1].is_idle:
            return ticks
        for handle in _wait(left):
            run = plane.snapshot().get(Run, left.pop(handle).id)
            if run is not None:
                tell(words_of(RunEnded(run)))
    raise GitcpError(
        "the company is still at work after half an hour",
        hint="see what runs with `gitcp run`, and why with `gitcp plan`",
    )


def _wait(left: dict[Handle, Run]) -> Iterable[Handle]:
    # All runners of one machine are waited for together; the first that ends gives back control.
    executors = {run.executor for run in left.values()}
    if len(executors) == 1:
        return EXECUTORS[executors.pop()].wait(list(left), _LOOK_SECONDS)
    return [handle for handle, run in left.items() if not EXECUTORS[run.executor].is_alive(handle)]
