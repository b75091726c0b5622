"""The dashboard of a control repository, written into a folder."""

from datetime import datetime
from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.control.templates import templates
from gitcp.control.tick import look
from gitcp.core.budgets import use
from gitcp.core.budgets.pace import pace
from gitcp.core.inbox import inbox
from gitcp.dashboard.input import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.site import build
from gitcp.dashboard.writer import write
from gitcp.model.guards import Budget
from gitcp.model.snapshot import Snapshot


def build_site(plane: Plane, folder: Path) -> int:
    """Build the dashboard of the branch as it is now; return how many files it has.

    Raises:
        GitcpError: the folder holds something that gitcp did not write.
    """
    pages = build(site_input(plane), templates() / "dashboard")
    write(pages, folder)
    return len(pages)


def site_input(plane: Plane) -> SiteInput:
    """Gather what the pages show."""
    snapshot, now = plane.snapshot(), plane.clock.now()
    return SiteInput(
        snapshot=snapshot,
        history=plane.store.history(),
        now=now,
        budgets=[_budget(snapshot, budget, now) for budget in snapshot.all(Budget)],
        inbox={
            member.id: [
                InboxItem(item.task.id, item.reason)
                for item in inbox(snapshot, member.id)
                if item.waits is None
            ]
            for member in snapshot.members()
        },
        text_of=plane.store.history().text_of,
        waiting=[WaitingItem(w.agent or "", w.task, w.reason, w.until) for w in look(plane).waiting],
    )


def _budget(snapshot: Snapshot, budget: Budget, now: datetime) -> BudgetUse:
    used, going = use(snapshot, budget, now), pace(snapshot, budget, now)
    rows = (
        BudgetRow(
            line.metric,
            line.limit,
            line.settled,
            line.reserved,
            line.extra,
            going.per_day[line.metric] if going else None,
            going.dry_at(line, now) if going else None,
        )
        for line in used.lines
    )
    return BudgetUse(budget, used.since, tuple(rows))
