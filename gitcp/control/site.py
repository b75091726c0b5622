"""What the dashboard shows, gathered from the records, the history and the plan."""

from dataclasses import replace
from datetime import datetime

from gitcp.control.plane import Plane
from gitcp.control.proposed import Proposed
from gitcp.core.actions import Observed
from gitcp.core.budgets import use
from gitcp.core.budgets.pace import pace
from gitcp.core.inbox import inbox
from gitcp.core.plan import plan
from gitcp.dashboard.forges import own_forge, repository_forges
from gitcp.dashboard.input import BudgetRow, BudgetUse, InboxItem, SiteInput, WaitingItem
from gitcp.model.company import Company
from gitcp.model.guards import Budget
from gitcp.model.history import History
from gitcp.model.snapshot import Snapshot
from gitcp.store.git_store import GitStore
from gitcp.store.layout import path_of
from gitcp.store.view import CacheSnapshot


def site_input(plane: Plane, snapshot: Snapshot, now: datetime, base_url: str | None = None) -> SiteInput:
    """Gather what the pages show of a snapshot of the plane's store; without a `base_url` the company's own holds."""
    history = plane.store.history(snapshot)
    site = gathered(snapshot, history, now)
    company = snapshot.company
    return replace(
        site,
        text_of=history.text_of,
        told_of=Proposed(history.text_of).told,
        base_url=base_url or (_base_url(company) if company else None),
        path_of=snapshot.path if isinstance(snapshot, CacheSnapshot) else path_of,
        forge=own_forge(_remote(plane.store), company.forge if company else None),
        branch=plane.store.branch,
    )


def gathered(snapshot: Snapshot, history: History, now: datetime) -> SiteInput:
    """Gather what follows from records and history at a time.

    Nothing that only this machine sees is part of it, such as edits that nobody committed: the same commit and time make the same site.
    """
    planned = plan(snapshot, Observed(), now, claimed_by="gitcp")
    return SiteInput(
        snapshot=snapshot,
        history=history,
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
        waiting=[WaitingItem(w.agent or "", w.task, w.reason, w.until) for w in planned.waiting],
        path_of=path_of,
        repository_forges=repository_forges(snapshot.company),
    )


def _base_url(company: Company) -> str | None:
    url = company.site.base_url
    return f"{url.rstrip('/')}/" if url else None


def _remote(store: GitStore) -> str | None:
    """Return the address of the remote whose branch is the record."""
    if not store.has_remote:
        return None
    name = store.config("gitcp.remote") or "origin"
    return store.config(f"remote.{name}.pushurl") or store.config(f"remote.{name}.url")


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
