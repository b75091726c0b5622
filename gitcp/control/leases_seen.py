"""Leases of runners elsewhere, as this machine saw them move: one that stands still for long enough is taken from its holder.

Rule: no clock but this machine's own counts, and only what a fetch has brought. What was seen is kept in the state folder, so that ticks by
cron see as much as a scheduler; what another host that shares the folder saw is not counted on here. The lease is deleted by
compare-and-swap before anybody calls its run dead: a late renewal then fails, and its runner ends.
"""

import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from gitcp.control.observation import attempted, living
from gitcp.control.plane import Plane
from gitcp.control.state import State, write_whole
from gitcp.store.git_store import Lease

# A runner renews its lease every 60 seconds, and ends after 200 seconds without.
SILENT_SECONDS: Final = 300.0
_TAKEN: Final = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a lease held when it was first seen so, and when by the steady clock of `host`; `oid` is empty once the lease was taken away."""

    oid: str
    since: float
    host: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether this machine has taken it away."""
        return self.oid == _TAKEN


def silenced(plane: Plane, notes: list[str]) -> frozenset[str]:
    """Take note of all leases, right after a fetch; return the runs whose leases stood still and are gone now.

    What cannot be taken away is said in `notes`, and tried again.
    """
    leases, before, now = plane.store.leases(), _read(plane.state), plane.clock.steady()
    if not leases and not before:
        return frozenset()
    snapshot = plane.snapshot()
    here = {one.run.id for one in living(plane, snapshot)}
    after: dict[str, Seen] = {}
    for run in snapshot.runs(active=True):
        if run.id not in here and (seen := _noted(leases.get(run.id), before.get(run.id), now)) is not None:
            after[run.id] = _taken(plane, leases[run.id], seen, notes) if _is_silent(seen, now) else seen
    if after != before:
        _write(plane.state, after)
    return frozenset(name for name, seen in after.items() if seen.is_taken)


def _noted(lease: Lease | None, seen: Seen | None, now: float) -> Seen | None:
    if lease is None:
        return seen if seen is not None and seen.is_taken else None
    # A steady clock begins anew when the machine does: less than it says has then not passed.
    here = socket.gethostname()
    moved = seen is None or (seen.oid, seen.host) != (lease.oid, here) or seen.since > now
    return Seen(lease.oid, now, here) if moved else seen


def _is_silent(seen: Seen, now: float) -> bool:
    return not seen.is_taken and now - seen.since >= SILENT_SECONDS


def _taken(plane: Plane, lease: Lease, seen: Seen, notes: list[str]) -> Seen:
    is_gone = attempted(notes, partial(plane.store.delete_lease, lease))
    return replace(seen, oid=_TAKEN) if is_gone else seen


def _read(state: State) -> Mapping[str, Seen]:
    try:
        found = json.loads((state.folder / "leases.json").read_text())
        return {str(run): _seen(one) for run, one in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


def _seen(found: Mapping[str, Any]) -> Seen:
    # Earlier versions noted no host: what they saw counts from now on.
    return Seen(str(found["oid"]), float(found["since"]), str(found.get("host", "")))


def _write(state: State, seen: Mapping[str, Seen]) -> None:
    write_whole(state.folder / "leases.json", json.dumps({run: asdict(one) for run, one in seen.items()}))
