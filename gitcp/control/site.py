"""What the dashboard shows, gathered from the records, the history and the plan."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from gitcp.control.plane import Plane
from gitcp.control.proposed import Proposed
from gitcp.core.actions import Observed
from gitcp.core.budgets import use
from gitcp.core.budgets.pace import pace
from gitcp.core.inbox import inbox
from gitcp.core.lateness import due_now
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

_RECORDS: Final = frozenset({"snapshot", "history"})


def site_input(plane: Plane, snapshot: Snapshot, now: datetime, base_url: str | None = None) -> SiteInput:
    """Gather what the pages show of a snapshot of the plane's store; without a `base_url` the company's own holds."""
    site = gathered(snapshot, plane.store.history(snapshot), now)
    company = snapshot.company
    forge = own_forge(_remote(plane.store), company.forge if company else None)
    url = base_url or (_base_url(company) if company else None)
    whole = replace(site, base_url=url, forge=forge, branch=plane.store.branch)
    return bound(plane, snapshot, carried(whole))


def carried(site: SiteInput) -> Mapping[str, Any]:
    """Return what of a site can be handed to another process, which has the records itself; see `bound`."""
    values = ((field.name, getattr(site, field.name)) for field in fields(site))
    return {name: value for name, value in values if name not in _RECORDS and not callable(value)}


def bound(plane: Plane, snapshot: Snapshot, values: Mapping[str, Any]) -> SiteInput:
    """Return a site of records of the plane's store and of what was carried."""
    history = plane.store.history(snapshot)
    return SiteInput(
        snapshot=snapshot,
        history=history,
        text_of=history.text_of,
        told_of=Proposed(history.text_of).told,
        path_of=snapshot.path if isinstance(snapshot, CacheSnapshot) else path_of,
        **values,
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
        due=due_now(snapshot, planned),
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
