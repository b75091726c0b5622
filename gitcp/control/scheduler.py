"""The scheduler: ticks whenever something has moved or is due, and sleeps in between.

Rule: it keeps nothing that the repository and the state folder do not say. What wakes it is only a hint to look; to miss one costs time.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gitcp.control import health as healths
from gitcp.control.events import Listener, RunEnded, RunFound, RunStarted, Stopping, Told
from gitcp.control.health import Health
from gitcp.control.observation import Living, living
from gitcp.control.plane import Plane
from gitcp.control.tick import LastLook, Terms, Ticked, tick
from gitcp.control.watching import LOOKED_EVERY, Watch
from gitcp.errors import ConflictError, GitcpError
from gitcp.model.runs import Run
from gitcp.store.disk import refusals_told

# Right after a tick that did something it looks again; and however often the branch moves, half of the time is left to others.
AGAIN_AFTER: Final = 0.5
LONGEST_BREATH: Final = 1.0
LOCK_SECONDS: Final = 1.0
# So long it is nobody's business that another tick of this machine, or another writer, is in the way.
PATIENCE: Final = 60.0
AFTER_TROUBLE: Final = 5.0
SHOWN_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Orders:
    """What the scheduler is told from outside. `is_stopped`: start nothing more; `is_over`: end now, whatever still runs.

    `every`: the seconds after which it looks at the latest. `drains`: once stopped, it waits for the runs of this machine.
    """

    is_stopped: Callable[[], bool]
    is_over: Callable[[], bool]
    every: float = 60.0
    drains: bool = False


def schedule(plane: Plane, orders: Orders, listener: Listener) -> None:
    """Tick until told to stop. Runs go on when it ends; the next tick of this machine finds them again."""
    with Watch(plane.store.ref_folders) as watch:
        _Scheduler(plane, orders, listener, watch).run()


class _Scheduler:
    """One process that schedules."""

    def __init__(self, plane: Plane, orders: Orders, listener: Listener, watch: Watch) -> None:
        self._plane = plane
        self._orders = orders
        self._listener = listener
        self._watch = watch
        self._last = LastLook()
        self._watched: dict[str, Run] = {}
        self._living: tuple[Living, ...] = ()
        self._health = Health.here(plane.clock.now())
        self._noted = self._shown = self._fetched = float("-inf")
        self._fetches = True
        self._wrong_since: float | None = None
        self._tip = ""
        self._due = self._breathes_until = self._looked = 0.0
        self._written: Health | None = None
        self._has_said_so = False
        self._refused: frozenset[str] = frozenset()
        self._notes: frozenset[str] = frozenset()

    def run(self) -> None:
        """Tick and rest in turn."""
        with suppress(GitcpError), self._refusals_told():  # the tick will say so
            self._living = living(self._plane, self._plane.snapshot())
        try:
            while not self._is_done():
                self._tick()
                self._rest()
        finally:
            with suppress(OSError):
                healths.forget(self._plane.state, self._health)
        self._heed()

    def _is_done(self) -> bool:
        if self._orders.is_over():
            return True
        is_waiting = self._orders.drains and any(one.is_alive for one in self._living)
        return self._orders.is_stopped() and not is_waiting

    # -- at work

    def _tick(self) -> None:
        began = time.monotonic()
        try:
            with self._refusals_told():
                # What moves from here on is news.
                self._tip = self._plane.store.tip()
                ticked = tick(self._plane, self._last, self._terms(began))
                self._watch_over([item.run for item in ticked.started])
                self._went_well(ticked, began)
        except GitcpError as error:
            self._went_wrong(error)
        now = time.monotonic()
        self._breathes_until = now + min(now - began, LONGEST_BREATH)
        self._show(at_once=True)

    def _refusals_told(self) -> AbstractContextManager[None]:
        return refusals_told(self._plane.state.folder)

    def _terms(self, now: float) -> Terms:
        # What lands in this clone wakes it; to look at more than that is for what comes from elsewhere, and for what a crash left behind.
        self._fetches = self._health.trouble is not None or now - self._fetched >= self._longest()
        return Terms(self._fetches, lambda: not self._orders.is_stopped(), LOCK_SECONDS)

    def _longest(self) -> float:
        company = self._plane.snapshot().company if self._plane.store.has_remote else None
        poll = float(company.scheduler.poll_seconds) if company else self._orders.every
        return min(poll, self._orders.every)

    def _went_well(self, ticked: Ticked, began: float) -> None:
        self._fetched = began if self._fetches else self._fetched
        if self._health.trouble is not None:
            self._listener.tell(Told("ticking again"))
        self._wrong_since = None
        self._say(ticked)
        # What this tick itself committed is no news.
        self._tip = next((r.revision for r in reversed(ticked.receipts) if r.edit.changes), self._tip)
        plan = ticked.plan
        self._health = replace(
            self._health,
            revision=self._tip,
            running=tuple(one.run.id for one in self._living),
            waiting=len(plan.waiting),
            stalled=len(plan.stalled),
            next_look=plan.next_look,
            trouble=None,
        )
        self._due = time.monotonic() + (self._pause(plan.next_look) if ticked.is_idle else AGAIN_AFTER)

    def _say(self, ticked: Ticked) -> None:
        refused = [f"not done: {refusal.error}" for refusal in ticked.refusals]
        for said in dict.fromkeys((*refused, *ticked.notes)):
            if said not in self._refused | self._notes:
                self._listener.tell(Told(said))
        self._refused = frozenset(refused)
        # What only a fetch can find stands until the next one.
        self._notes = frozenset(ticked.notes) | (frozenset() if self._fetches else self._notes)

    def _pause(self, look: datetime | None) -> float:
        longest = self._longest()
        if self._plane.store.has_remote:
            longest = max(self._fetched + longest - time.monotonic(), AGAIN_AFTER)
        if look is None:
            return longest
        return min(longest, max((look - self._plane.clock.now()).total_seconds(), AGAIN_AFTER))

    def _went_wrong(self, error: GitcpError) -> None:
        now = time.monotonic()
        self._wrong_since = now if self._wrong_since is None else self._wrong_since
        is_rivalry = isinstance(error, ConflictError)
        self._due = now + (AGAIN_AFTER if is_rivalry else AFTER_TROUBLE)
        if is_rivalry and now - self._wrong_since < PATIENCE:
            return
        if self._health.trouble != error.message:
            self._listener.tell(Told(f"this tick did not work, trying again: {error.message}"))
        self._health = replace(self._health, trouble=error.message)

    def _watch_over(self, started: Sequence[Run]) -> None:
        snapshot = self._plane.snapshot()
        self._living = living(self._plane, snapshot)
        for run in started:
            self._listener.tell(RunStarted(run))
        mine = {run.id: run for run in started}
        for one in self._living:
            if one.run.id not in self._watched and one.run.id not in mine:
                self._listener.tell(RunFound(one.run))
            mine[one.run.id] = one.run
        # One that is dead and not settled stays until a tick has seen to it.
        for name, before in self._watched.items():
            run = snapshot.get(Run, name) or before
            if run.is_active:
                mine.setdefault(name, run)
            elif run is not before:
                self._listener.tell(RunEnded(run))
        self._watched = mine

    # -- at rest

    def _rest(self) -> None:
        while not self._is_done():
            self._heed()
            now = time.monotonic()
            if now >= self._due or (now >= self._breathes_until and self._has_moved()):
                return
            self._show()
            self._watch.wait((self._due if now >= self._breathes_until else self._breathes_until) - now)

    def _has_moved(self) -> bool:
        try:
            with self._refusals_told():
                if self._plane.store.tip() != self._tip:
                    return True
        except GitcpError:  # the next tick will say so
            self._due = min(self._due, time.monotonic() + AFTER_TROUBLE)
            return False
        # While ticks fail, a dead run stays for the next one that does not.
        if (
            not self._living
            or self._wrong_since is not None
            or time.monotonic() - self._looked < LOOKED_EVERY
        ):
            return False
        self._looked = time.monotonic()
        return any(not one.is_alive for one in self._living)

    def _heed(self) -> None:
        if self._orders.is_stopped() and not self._has_said_so:
            self._has_said_so = True
            self._listener.tell(Stopping(len(self._living), waits=self._orders.drains))

    def _show(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._shown >= SHOWN_EVERY:
            self._shown = now
            self._health = replace(self._health, at=self._plane.clock.now())
            self._listener.show(self._health, [one.run for one in self._living])
        if now - self._noted >= healths.WRITTEN_EVERY or self._standing() != self._written:
            self._noted, self._written = now, self._standing()
            with suppress(OSError):  # a full disk is told by what cannot be committed
                healths.note(self._plane.state, self._health)

    def _standing(self) -> Health:
        return replace(self._health, at=self._health.since)
