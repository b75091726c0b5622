"""What a site is made from; the caller computes what needs decisions about money, inboxes and waiting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from gitcp.core.lateness import Due
from gitcp.dashboard.forges import Forge
from gitcp.model.amounts import Metric
from gitcp.model.base import Record
from gitcp.model.guards import Approval, Budget
from gitcp.model.history import History
from gitcp.model.snapshot import Snapshot


class BudgetRow(NamedTuple):
    """What one cap allows, and how much of it is gone; left is limit - settled - reserved.

    `extra` is the part of the limit that was added for this period; `per_day` the pace, and `dry_at` when nothing is left at it: none, not in this period.
    """

    metric: Metric
    limit: Decimal
    settled: Decimal
    reserved: Decimal
    extra: Decimal = Decimal(0)
    per_day: Decimal | None = None
    dry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget in its present period; `period_start` is none for one that is counted for ever or for each run."""

    budget: Budget
    period_start: datetime | None
    rows: tuple[BudgetRow, ...]


@dataclass(frozen=True, slots=True)
class InboxItem:
    """Something that a member may act on, and why it is in their inbox; without a task the reason says all."""

    task: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """A wake that does not happen yet, and why not; `until` is when it is looked at again, if that is known."""

    agent: str | None
    task: str | None
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SiteInput:
    """One revision, and what is known of it at one time.

    `inbox` holds each member's items in the order in which they are to be done. `text_of` returns what a blob holds, or none where it is
    not at hand. `title` stands in for the company's name. `base_url` is where the site will be read, with a slash at its end, if that is
    known: feeds and previews need whole addresses. `path_of` returns where a record's file is, or none. `forge` is where the repository can be
    seen and edited, on `branch`, and `repository_forges` where the execution repositories are, by name. `due`: what the clock asked for that a tick
    would answer now, the oldest first.
    """

    snapshot: Snapshot
    history: History
    now: datetime
    budgets: Sequence[BudgetUse] = ()
    inbox: Mapping[str, Sequence[InboxItem]] = field(default_factory=dict)
    waiting: Sequence[WaitingItem] = ()
    text_of: Callable[[str], str | None] = lambda _: None
    told_of: Callable[[Approval], Sequence[str]] = lambda _: ()
    title: str | None = None
    base_url: str | None = None
    path_of: Callable[[type[Record], str], str | None] = lambda *_: None
    forge: Forge | None = None
    branch: str = "main"
    repository_forges: Mapping[str, Forge] = field(default_factory=dict)
    due: Sequence[Due] = ()
