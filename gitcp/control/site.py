"""The dashboard of a control repository, written into a folder."""

from pathlib import Path

from gitcp.control.plane import Plane
from gitcp.control.templates import templates
from gitcp.control.tick import look
from gitcp.core.budgets import use
from gitcp.core.inbox import inbox
from gitcp.dashboard.input import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.dashboard.site import build
from gitcp.dashboard.writer import write
from gitcp.model.guards import Budget


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
    uses = [use(snapshot, budget, now) for budget in snapshot.all(Budget)]
    return SiteInput(
        snapshot=snapshot,
        history=plane.store.history(),
        now=now,
        budgets=[
            BudgetUse(
                u.budget,
                u.since,
                tuple(BudgetRow(line.metric, line.limit, line.settled, line.reserved) for line in u.lines),
            )
            for u in uses
        ],
        inbox={
            member.id: [
                InboxItem(item.task.id, item.reason)
                for item in inbox(snapshot, member.id)
                if item.waits is None
            ]
            for member in snapshot.members()
        },
        waiting=[WaitingItem(w.agent or "", w.task, w.reason, w.until) for w in look(plane).waiting],
    )
