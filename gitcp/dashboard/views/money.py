"""Budgets: what each cap allows, what is used and reserved, what is left."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from gitcp.dashboard import links, words
from gitcp.dashboard.costs import Cost, cost_of
from gitcp.dashboard.figures import amount, plural
from gitcp.dashboard.input import BudgetRow, BudgetUse
from gitcp.dashboard.refs import Ref, goal_ref, member_ref, project_ref, titled_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.model.amounts import Metric
from gitcp.model.guards import Budget, Period, Scope

_WHOLE: Final = Decimal(100)
_SCOPES: Final = tuple(Scope)


@dataclass(frozen=True, slots=True)
class Meter:
    """One cap as figures and as a bar whose whole is 100; `ticks` are where it warns."""

    label: str
    limit: str
    settled: str
    reserved: str
    holds: bool
    left: str
    state: str
    tone: str
    settled_width: str
    reserved_width: str
    ticks: tuple[str, ...]
    added: str | None = None
    pace: str | None = None


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget in its period."""

    href: str
    name: str
    scope: str
    target: Ref | None
    period: str
    on_exceed: str
    meters: tuple[Meter, ...]


@dataclass(frozen=True, slots=True)
class Budgets:
    """All budgets."""

    summary: str | None
    budgets: tuple[BudgetView, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """What ended runs cost that were claimed today, and this month."""

    today: Cost
    month: Cost
    month_name: str


def budgets(register: Register) -> Budgets:
    """Show all budgets, the widest scope first."""
    ordered = sorted(
        register.budgets.values(), key=lambda use: (_SCOPES.index(use.budget.scope), use.budget.id)
    )
    views = tuple(budget_view(register, use) for use in ordered)
    full = sum(any(meter.tone == "bad" for meter in view.meters) for view in views)
    state = f", {full:,} used up" if full else ""
    return Budgets(f"{plural(len(views), 'budget')}{state}" if views else None, views)


def budgets_of(register: Register, ids: Iterable[str]) -> tuple[BudgetView, ...]:
    """Show those of the budgets that exist, in the order of `ids`."""
    uses = (register.budget(budget) for budget in ids)
    return tuple(budget_view(register, use) for use in uses if use is not None)


def budget_view(register: Register, use: BudgetUse) -> BudgetView:
    """Show one budget."""
    target = _target(register, use.budget)
    scope = words.SCOPE[use.budget.scope]
    return BudgetView(
        href=links.budget_page(use.budget.id),
        name=f"{scope} {target.text}" if target else scope,
        scope=scope,
        target=target,
        period=_period(register, use),
        on_exceed=words.ON_EXCEED[use.budget.on_exceed],
        meters=tuple(_meter(register, BudgetRow(*row), use.budget.warn_at) for row in use.rows),
    )


def meter(row: BudgetRow, warn_at: Iterable[float]) -> Meter:
    """Show one cap; the bar never grows beyond its whole, the figures tell."""
    warns = sorted(Decimal(str(part)) for part in warn_at)
    gone = row.settled + row.reserved
    settled = _share(row.settled, row.limit)
    reserved = min(_share(gone, row.limit), _WHOLE) - min(settled, _WHOLE)
    state, tone = _state(row, gone, warns)
    return Meter(
        label=words.METRIC[row.metric],
        limit=amount(row.metric, row.limit),
        settled=amount(row.metric, row.settled),
        reserved=amount(row.metric, row.reserved),
        holds=row.reserved > 0,
        left=amount(row.metric, max(row.limit - gone, Decimal(0))),
        state=state,
        tone=tone,
        settled_width=_width(min(settled, _WHOLE)),
        reserved_width=_width(reserved),
        ticks=tuple(_width(part * _WHOLE) for part in warns if 0 < part < 1),
    )


def _meter(register: Register, row: BudgetRow, warn_at: Iterable[float]) -> Meter:
    added = f"{amount(row.metric, row.extra)} added" if row.extra else None
    return replace(meter(row, warn_at), added=added, pace=_pace(register, row))


def _pace(register: Register, row: BudgetRow) -> str | None:
    if not row.per_day:
        return None
    rate = f"{amount(row.metric, row.per_day)} a day"
    if row.dry_at is None or row.settled + row.reserved >= row.limit:
        return rate
    return f"{rate}, dry by {register.clock.day(row.dry_at).text}"


def spent(register: Register) -> Spent:
    """Add up what was spent today and this month, in the company's zone."""
    clock = register.clock
    today = clock.local(register.now).date()
    earliest = register.now - timedelta(days=32)
    month = [
        (run, clock.local(run.claimed_at).date())
        for run in register.runs.values()
        if run.claimed_at >= earliest
    ]
    this_month = [run for run, day in month if (day.year, day.month) == (today.year, today.month)]
    return Spent(
        cost_of(run for run, day in month if day == today), cost_of(this_month), clock.month(register.now)
    )


def reserved_now(runs: Iterable[RunRow]) -> Decimal:
    """Add up the money that active runs hold."""
    return sum((run.reserved_usd for run in runs if run.is_active), Decimal(0))


def money_row(use: BudgetUse) -> BudgetRow | None:
    """Return the cap of money: of billed money, else of list prices."""
    rows = {row[0]: BudgetRow(*row) for row in use.rows}
    return rows.get(Metric.USD) or rows.get(Metric.USD_IMPUTED)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole * _WHOLE if whole else _WHOLE


def _width(share: Decimal) -> str:
    return f"{share:.1f}"


def _state(row: BudgetRow, gone: Decimal, warns: list[Decimal]) -> tuple[str, str]:
    if row.settled > row.limit:
        return "overspent", "bad"
    if gone >= row.limit:
        return "used up", "bad"
    passed = [part for part in warns if gone >= part * row.limit]
    return (f"over {passed[-1]:.0%}", "warn") if passed else ("", "good")


def _target(register: Register, budget: Budget) -> Ref | None:
    target = budget.target
    if target is None:
        return None
    match budget.scope:
        case Scope.AGENT | Scope.SUBTREE:
            return member_ref(register, target)
        case Scope.GOAL:
            return goal_ref(register, target)
        case Scope.TASK:
            return titled_ref(register, target)
        case Scope.PROJECT | Scope.COMPANY:
            return project_ref(register, target)


def _period(register: Register, use: BudgetUse) -> str:
    start = use.period_start
    if start is None:
        return words.PERIOD[use.budget.period]
    day = register.clock.day(start).text
    match use.budget.period:
        case Period.MONTH:
            return register.clock.month(start)
        case Period.WEEK:
            return f"week from {day}"
        case Period.DAY:
            return day
        case Period.RUN | Period.TOTAL:
            return words.PERIOD[use.budget.period]
