"""What this machine can see of runs, beside what the tree says."""

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from gitcp.control.plane import Plane
from gitcp.core.actions import Observed
from gitcp.errors import GitcpError
from gitcp.executors import Handle
from gitcp.executors.registry import EXECUTORS
from gitcp.model.amounts import Usage
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.runtimes.registry import RUNTIMES
from gitcp.runtimes.tree import end_run
from gitcp.store.layout import place_of

T = TypeVar("T")

_GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was put away: runs whose runner is dead and whose processes were ended, rescue refs by run, what could not be done."""

    dead: frozenset[str] = frozenset()
    rescued: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Living:
    """A run of this machine, and how to find its runner."""

    run: Run
    handle: Handle

    @property
    def is_alive(self) -> bool:
        """Whether its runner lives; one of an executor that this version lacks is not proven dead."""
        executor = EXECUTORS.get(self.run.executor)
        return executor is None or executor.is_alive(self.handle)


def observe(
    plane: Plane,
    snapshot: Snapshot,
    cleared: frozenset[str] | None = None,
    edited: frozenset[str] = frozenset(),
    silent: frozenset[str] = frozenset(),
) -> Observed:
    """Return what is proven here: runners that are dead, runtimes that exist.

    `edited` are the tasks whose files somebody edits, `silent` the runs whose leases stood still.

    `cleared`: the dead runs whose processes were ended; one that dies only now is left to the next tick. None: only look.
    """
    active = snapshot.runs(active=True)
    cancelled = [run for run in active if run.cancel is not None]
    unspawned = {run.id for run in _never_started(plane, cancelled)}
    dead = {run.id for run in active if _is_gone(plane, run) and (cleared is None or run.id in cleared)}
    unlaunched = {name for name in dead if not plane.state.was_launched(name)}
    return Observed(
        dead=frozenset(dead | unspawned),
        never_started=frozenset(unlaunched | unspawned),
        silent=silent,
        edited=edited,
        runtimes=frozenset(RUNTIMES),
    )


def edited_tasks(paths: Iterable[str]) -> frozenset[str]:
    """Return the tasks among files."""
    places = map(place_of, paths)
    return frozenset(place.id for place in places if place is not None and place.kind == "task")


def clear_away(plane: Plane) -> Cleared:
    """End what dead runners left running here, and save what they left in checkouts. What cannot be done is said, and never stops a tick."""
    leases = plane.store.leases()
    snapshot = plane.snapshot()
    dead = [run.id for run in snapshot.runs(active=True) if _is_gone(plane, run)]
    for run in dead:
        end_run(plane.state.run(run), _GRACE_SECONDS)
    notes: list[str] = []
    for name, lease in leases.items():
        holder = snapshot.get(Run, name)
        if holder is not None and not holder.is_active:
            attempted(notes, partial(plane.store.delete_lease, lease))
    rescued: dict[str, str] = {}
    for workspace in plane.workspaces.leftovers():
        ref = attempted(notes, partial(plane.workspaces.release, workspace))
        if ref is not None:
            rescued[workspace.run] = ref
    return Cleared(frozenset(dead), rescued, tuple(notes))


def reported_by(plane: Plane, dead: Collection[str]) -> Mapping[str, Usage]:
    """Return what dead runs of this machine had reported to have cost, as far as that can be read."""
    if not dead:
        return {}
    from gitcp.api.declarations import read_declaration  # noqa: PLC0415 - most ticks find nobody dead

    found: dict[str, Usage] = {}
    for run in dead:
        with suppress(GitcpError, OSError):
            usage = read_declaration(plane.state.declarations(run)).usage
            if usage is not None:
                found[run] = usage
    return found


def attempted(notes: list[str], step: Callable[[], T]) -> T | None:
    """Do a step that may fail; if it does return none, and let `notes` say why."""
    try:
        return step()
    except (GitcpError, OSError) as error:
        notes.append(str(error))
        return None


def unstarted(plane: Plane, snapshot: Snapshot) -> list[Run]:
    """Return the runs that this machine claimed and never started: their tick died in between, or they were claimed just now.

    Asked under the tick lock, so that no other tick of this machine is in between.
    """
    now = plane.clock.now()
    active = reversed(snapshot.runs(active=True))
    return _never_started(plane, [run for run in active if run.cancel is None and run.deadline > now])


def living(plane: Plane, snapshot: Snapshot) -> tuple[Living, ...]:
    """Return the runs whose runners are alive on this machine, whoever started them; the oldest first."""
    found = (_found(plane, run) for run in reversed(snapshot.runs(active=True)))
    return tuple(one for one in found if one is not None and one.is_alive)


def _is_gone(plane: Plane, run: Run) -> bool:
    found = _found(plane, run)
    return found is not None and not found.is_alive


def _found(plane: Plane, run: Run) -> Living | None:
    noted = plane.state.handle(run.id)
    return None if noted is None else Living(run, Handle(**noted))


def _never_started(plane: Plane, runs: Iterable[Run]) -> list[Run]:
    machine = plane.state.machine
    ours = (run for run in runs if run.claimed_by == machine and run.executor in EXECUTORS)
    found = [run for run in ours if not plane.state.was_spawned(run.id)]
    leased = plane.store.leases() if found else {}
    return [run for run in found if run.id not in leased]
