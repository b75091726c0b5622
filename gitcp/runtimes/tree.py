"""All processes of one run, wherever they hide, and their end.

A process is of the run if gitcp started it, if it is in the session that gitcp started, if its environment bears the run's mark, or if
it descends from such a one. Rule: nothing else is ever signalled, and a process is told from a later one with the same number by the
time of its start. A session is told by its number alone: whoever started the leader may reap it only once its tree is ended.

Not held without a cell that knows what is inside: a process that empties its environment, leaves the session and outlives its parent
before anybody has looked. Windows has no sessions and no TERM, its job objects would need another module than this one.
"""

import signal
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from gitcp.runtimes.confinement.base import Cell
from gitcp.runtimes.confinement.cgroup import left_of
from gitcp.runtimes.process_table import Row, has_variable, process_of, process_table

# The folder of a run is its own on this machine; its id is not: two companies may claim in the same second.
MARK: Final = "GITCP_RUN_FOLDER"
PAUSE: Final = 0.02
KILLING_SECONDS: Final = 5.0
LETTING_GO_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Remains:
    """What was found when a tree was ended, and what not even KILL ended; each as `name (pid)`."""

    found: tuple[str, ...] = ()
    survivors: tuple[str, ...] = ()


class Tree:
    """The processes of one run; once seen, a process stays a member for as long as it lives."""

    def __init__(self, folder: Path, leader: psutil.Process | None = None, cell: Cell | None = None) -> None:
        self._mark = str(folder)
        self._leader = leader
        self._cell = cell
        self._known: set[psutil.Process] = {leader} if leader else set()

    def members(self) -> list[psutil.Process]:
        """Look through all processes of the machine and return those of the run that are alive."""
        children: dict[int, list[Row]] = {}
        known = {process for process in self._known if is_alive(process)}
        seeds = {process.pid for process in known} | (set(self._cell.pids()) if self._cell else set())
        rows: dict[int, Row] = {}
        for row in process_table():
            rows[row.pid] = row
            children.setdefault(row.parent, []).append(row)
            if self._is_ours(row):
                seeds.add(row.pid)
        found = _with_descendants(seeds, children) - _own_line() - {process.pid for process in known}
        new = (process_of(rows[pid]) for pid in found if pid in rows)
        self._known = known.union(process for process in new if process is not None)
        return [process for process in self._known if is_alive(process)]

    def stop(self, grace_seconds: float, wait: Callable[[float], None] = time.sleep) -> Remains:
        """End every member: TERM, time to end, KILL, and a new look until none is left.

        `wait` is called for each pause, so that the caller can go on reading what they print. It must sleep, and must not reap the leader.
        """
        if self._is_kept() and not self._is_led():
            self._cell_end()  # what was inside ends with it; wait until it has
            if not any(map(is_alive, self._keepers())):
                return Remains()
        found = self.members()
        if not found:
            return Remains()
        names = tuple(sorted(map(describe, set(found) - self._keepers())))
        try:
            self._ask(grace_seconds, wait)
        finally:
            survivors = self._kill()
        return Remains(names, survivors)

    def _is_ours(self, row: Row) -> bool:
        is_led = self._leader is not None and row.session == self._leader.pid
        return is_led or has_variable(row.pid, MARK, self._mark)

    def _ask(self, grace_seconds: float, wait: Callable[[float], None]) -> None:
        deadline = time.monotonic() + grace_seconds
        asked: set[psutil.Process] = set()
        while alive := self._to_ask():
            if time.monotonic() >= deadline:
                return
            for process in set(alive) - asked:
                _send(process, signal.SIGTERM, signal.SIGCONT)  # a stopped process ends only once it goes on
            asked.update(alive)
            wait(PAUSE)
        self._let_go(wait)

    def _to_ask(self) -> list[psutil.Process]:
        keepers = self._keepers()
        alive = [process for process in self._known - keepers if is_alive(process)]
        return alive or [process for process in self.members() if process not in keepers]

    def _let_go(self, wait: Callable[[float], None]) -> None:
        # The program's exit code is still on its way through the process that keeps it.
        deadline = time.monotonic() + LETTING_GO_SECONDS
        while self._is_kept() and self._is_led() and time.monotonic() < deadline:
            wait(PAUSE)

    def _keepers(self) -> set[psutil.Process]:
        return set(self._cell.keepers()) if self._cell else set()

    def _is_kept(self) -> bool:
        return self._leader in self._keepers()

    def _is_led(self) -> bool:
        return self._leader is not None and is_alive(self._leader)

    def _cell_end(self) -> None:
        if self._cell:
            self._cell.end()

    def _kill(self) -> tuple[str, ...]:
        self._cell_end()
        deadline = time.monotonic() + KILLING_SECONDS
        while (left := self.members()) and time.monotonic() < deadline:
            for process in left:
                _send(process, signal.SIGKILL)
            time.sleep(PAUSE)
        return tuple(sorted(map(describe, left)))


def end_run(folder: Path, grace_seconds: float) -> Remains:
    """End what is left on this machine of a run whose runner was killed, found by its group, or by the mark in its environment: the run's folder."""
    group = left_of(folder)
    if group is None:
        return Tree(folder).stop(grace_seconds)
    with closing(group):
        return Tree(folder, cell=group).stop(grace_seconds)


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; a zombie does not, unless only its first thread has ended and others go on."""
    try:
        if not process.is_running():
            return False
        return bool(process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
    except psutil.Error:
        return False


def describe(process: psutil.Process) -> str:
    """Name a process for a person; not its command line, which may hold secrets."""
    try:
        return f"{process.name()} ({process.pid})"
    except psutil.Error:
        return f"({process.pid})"


def _with_descendants(seeds: set[int], children: Mapping[int, list[Row]]) -> set[int]:
    found: set[int] = set()
    waiting = list(seeds)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting.extend(row.pid for row in children.get(pid, ()))
    return found


def _own_line() -> set[int]:
    own = psutil.Process()
    return {own.pid, *(parent.pid for parent in own.parents())}


def _send(process: psutil.Process, *signals: signal.Signals) -> None:
    with suppress(psutil.Error):  # gone, or of a user whom we may not signal
        for number in signals:
            process.send_signal(number)
