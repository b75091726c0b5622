"""Waiting for runs: until those that a tick started have ended, until the company is idle, or for ever."""

import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from gitcp.control.plane import Plane
from gitcp.control.spawning import Started
from gitcp.control.tick import LastLook, Ticked, tick
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
                tell(_ended(run))
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
            tell(_started(item))
            left[item.handle] = item.run
        if not left and ticks[-1].is_idle:
            return ticks
        for handle in _wait(left):
            run = plane.snapshot().get(Run, left.pop(handle).id)
            if run is not None:
                tell(_ended(run))
    raise GitcpError(
        "the company is still at work after half an hour",
        hint="see what runs with `gitcp run`, and why with `gitcp plan`",
    )


def schedule(plane: Plane, tell: Tell, is_stopped: Callable[[], bool], every: float) -> None:
    """Tick until told to stop: when a run ends, when the plan says so, and at least every so many seconds.

    Runs go on when the scheduler stops; the next one finds them again.
    """
    left: dict[Handle, Run] = {}
    last = LastLook()
    while not is_stopped():
        pause = every
        try:
            ticked = tick(plane, last)
        except GitcpError as error:
            tell(f"this tick did not work, trying again: {error.message}")
        else:
            for item in ticked.started:
                tell(_started(item))
                left[item.handle] = item.run
            look = ticked.plan.next_look
            pause = min(every, max((look - plane.clock.now()).total_seconds(), 0.2)) if look else every
        _pause(plane, left, pause, is_stopped, tell)


def _pause(
    plane: Plane, left: dict[Handle, Run], seconds: float, is_stopped: Callable[[], bool], tell: Tell
) -> None:
    until = time.monotonic() + seconds
    while not is_stopped() and time.monotonic() < until:
        ended = [handle for handle in left if not EXECUTORS[left[handle].executor].is_alive(handle)]
        for handle in ended:
            run = plane.snapshot().get(Run, left.pop(handle).id)
            if run is not None:
                tell(_ended(run))
        if ended:
            return
        time.sleep(0.2)


def _wait(left: dict[Handle, Run]) -> Iterable[Handle]:
    # All runners of one machine are waited for together; the first that ends gives back control.
    executors = {run.executor for run in left.values()}
    if len(executors) == 1:
        return EXECUTORS[executors.pop()].wait(list(left), _LOOK_SECONDS)
    return [handle for handle, run in left.items() if not EXECUTORS[run.executor].is_alive(handle)]


def _started(item: Started) -> str:
    about = f" for {item.run.task}" if item.run.task else ""
    reasons = ", ".join(dict.fromkeys(cause.reason.value for cause in item.run.answers))
    return f"{item.run.agent} wakes{about} ({reasons})"


def _ended(run: Run) -> str:
    about = f" on {run.task}" if run.task else ""
    cost = f", {run.usage.usd:.2f} USD" if run.usage else ""
    why = f": {run.reason}" if run.reason and run.outcome != "succeeded" else ""
    return f"{run.agent} {run.outcome or 'is gone'}{about}{cost}{why}"
