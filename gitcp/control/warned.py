"""Warnings of budgets that this machine has told: each once for its threshold and period.

Rule: whether a budget warns follows from the records alone; kept here is only what was said, so that another machine may say it again.
"""

import json
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from gitcp.control.plane import Plane
from gitcp.control.state import State, write_whole
from gitcp.core.budgets import company_zone, period_start
from gitcp.core.budgets.warnings import warnings
from gitcp.model.guards import Budget, Period
from gitcp.model.snapshot import Snapshot


def news(plane: Plane, snapshot: Snapshot) -> tuple[str, ...]:
    """Return what was not told yet of the budgets that live runs charge, and take note of it.

    A budget that no live run charges has passed no threshold since the last one ended: what a run reserves counts as long as it lives.
    """
    charged = {name for run in snapshot.runs(active=True) for name in run.charges}
    budgets = [budget for name in sorted(charged) if (budget := snapshot.get(Budget, name)) is not None]
    found = {each.name: str(each) for each in warnings(snapshot, plane.clock.now(), budgets)}
    told = _read(plane.state) if found else frozenset()
    fresh = [name for name in found if name not in told]
    if fresh:
        kept = {name for name in told if _is_current(snapshot, name, plane.clock.now())}
        _write(plane.state, {*kept, *fresh})
    return tuple(found[name] for name in fresh)


def _is_current(snapshot: Snapshot, name: str, now: datetime) -> bool:
    place = company_zone(snapshot.company)
    starts = (period_start(period, now, place) for period in Period)
    return name.rpartition(" ")[2] in {start.isoformat() if start else "ever" for start in starts}


def _read(state: State) -> frozenset[str]:
    with suppress(OSError, ValueError, TypeError):
        return frozenset(map(str, json.loads((state.folder / "warned.json").read_text())))
    return frozenset()


def _write(state: State, names: Collection[str]) -> None:
    with suppress(OSError):  # it is said again
        write_whole(state.folder / "warned.json", json.dumps(sorted(names)))
