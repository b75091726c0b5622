"""What this machine can see of runs, beside what the tree says."""

from gitcp.control.plane import Plane
from gitcp.core.actions import Observed
from gitcp.executors import Handle
from gitcp.executors.registry import EXECUTORS
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.runtimes.registry import RUNTIMES
from gitcp.runtimes.tree import end_run
from gitcp.store.layout import place_of

_GRACE_SECONDS = 2.0


def observe(plane: Plane, snapshot: Snapshot) -> Observed:
    """Return what is proven here: runners that are dead, task files that somebody edits, runtimes that exist."""
    active = snapshot.runs(active=True)
    never_started = frozenset(
        run.id for run in active if run.cancel is not None and _never_started(plane, run)
    )
    dead = frozenset(run.id for run in active if _is_gone(plane, run))
    places = (place_of(path) for path in plane.store.edited_paths())
    edited = frozenset(place.id for place in places if place is not None and place.kind == "task")
    return Observed(
        dead=dead | never_started, never_started=never_started, edited=edited, runtimes=frozenset(RUNTIMES)
    )


def clear_away(plane: Plane) -> dict[str, str]:
    """End what dead runners left running here, and save what they left in checkouts; return the rescue refs by run."""
    snapshot = plane.snapshot()
    for run in snapshot.runs(active=True):
        if _is_gone(plane, run):
            end_run(plane.state.run(run.id), _GRACE_SECONDS)
    for name, lease in plane.store.leases().items():
        holder = snapshot.get(Run, name)
        if holder is None or not holder.is_active:
            plane.store.delete_lease(lease)
    left = plane.workspaces.leftovers()
    rescued = {workspace.run: plane.workspaces.release(workspace) for workspace in left}
    return {run: ref for run, ref in rescued.items() if ref is not None}


def unstarted(plane: Plane, snapshot: Snapshot) -> list[Run]:
    """Return the runs that this machine claimed and never started: their tick died in between, or they were claimed just now.

    Asked under the tick lock, so that no other tick of this machine is in between.
    """
    return [
        run
        for run in reversed(snapshot.runs(active=True))
        if run.cancel is None and run.deadline > plane.clock.now() and _never_started(plane, run)
    ]


def _is_gone(plane: Plane, run: Run) -> bool:
    noted = plane.state.handle(run.id)
    return noted is not None and not EXECUTORS[run.executor].is_alive(Handle(**noted))


def _never_started(plane: Plane, run: Run) -> bool:
    claimed_here = run.claimed_by == plane.state.machine and plane.state.handle(run.id) is None
    return claimed_here and run.id not in plane.store.leases()
