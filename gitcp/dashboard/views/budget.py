"""A budget's page: how its period goes, what earlier ones took, what was added, and which runs took from it last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from gitcp.dashboard import burning, words
from gitcp.dashboard.burning import Burn, short
from gitcp.dashboard.charging import Days, asked_for, charged_days, charged_last
from gitcp.dashboard.charts import Chart, Column, Series, Table, bars
from gitcp.dashboard.figures import MONTHS, Stamp, amount
from gitcp.dashboard.input import BudgetRow, BudgetUse
from gitcp.dashboard.refs import Ref, RunLine, run_caption, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.scales import unit_of
from gitcp.dashboard.spending import today
from gitcp.dashboard.views.money import BudgetView, budget_view
from gitcp.model.amounts import Metric
from gitcp.model.guards import Budget, Period

EARLIER: Final = 12
LONGEST: Final = 60
DAYS: Final = 14

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to a limit, for the period of a day."""

    day: Stamp
    text: str
    approval: Ref | None


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """A budget whole."""

    budget: BudgetView
    lead: str
    asked: Ref | None
    charts: tuple[Chart, ...]
    earlier: Table | None
    added: tuple[Added, ...]
    runs: tuple[RunLine, ...]
    runs_caption: str


def budget_page(register: Register, budget_id: str) -> BudgetPage | None:
    """Show a budget, or none where there is no such."""
    use = register.budget(budget_id)
    if use is None:
        return None
    view, days = budget_view(register, use), charged_days(register, budget_id)
    last = charged_last(register, budget_id)
    runs = tuple(run_line(register, run) for run in last)
    asked = asked_for(register, budget_id)
    return BudgetPage(
        budget=view,
        lead=f"Counted for {view.period}; it {view.on_exceed}.",
        asked=Ref(asked, register.find(asked), "approval") if asked else None,
        charts=tuple(_charts(register, use, days, last)),
        earlier=_earlier(register, use, days),
        added=tuple(_added(register, use.budget)),
        runs=runs,
        runs_caption=run_caption(runs, "The newest runs that took from it"),
    )


def _charts(register: Register, use: BudgetUse, days: Days, last: Sequence[RunRow]) -> Iterator[Chart]:
    for row in (BudgetRow(*row) for row in use.rows):
        name, title = f"chart-{row.metric.value.replace('_', '-')}", words.METRIC[row.metric]
        if use.budget.period is Period.RUN:
            yield _of_runs(register, name, title, row, last)
        elif use.budget.period is Period.DAY:
            yield _of_days(name, title, row, days, today(register, ""))
        else:
            yield burning.chart(name, title, _burn(register, use, row, days))


def _of_runs(register: Register, name: str, title: str, row: BudgetRow, last: Sequence[RunRow]) -> Chart:
    columns = [
        Column(
            short(register.clock.local(run.claimed_at).date()),
            register.clock.stamp(run.claimed_at).text,
            (_used(run, row.metric),),
        )
        for run in reversed(last)
    ]
    return bars(name, f"{title}, run by run", columns, (Series("used"),), unit_of(row.metric), row.limit)


def _of_days(name: str, title: str, row: BudgetRow, days: Days, last: date) -> Chart:
    shown = [last - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    columns = [Column(short(day), short(day), (_on(days, day, row.metric),)) for day in shown]
    return bars(name, f"{title}, day by day", columns, (Series("used"),), unit_of(row.metric), row.limit)


def _burn(register: Register, use: BudgetUse, row: BudgetRow, days: Days) -> Burn:
    now, (first, last) = today(register, ""), _span(register, use, days)
    shown = [first + timedelta(days=n) for n in range((now - first).days + 1)]
    spent = tuple(_on(days, day, row.metric) for day in shown)
    return Burn(
        metric=row.metric,
        limit=row.limit,
        warn_at=tuple(Decimal(str(part)) for part in sorted(use.budget.warn_at)),
        first=first,
        last=last,
        spent=spent,
        # Nothing but what was used before the first day; where the days tell less than the records of budgets, these hold.
        before=max(row.settled - sum(spent, _ZERO), _ZERO),
        reserved=row.reserved,
        per_day=row.per_day,
        dry=register.clock.local(row.dry_at).date() if row.dry_at else None,
    )


def _span(register: Register, use: BudgetUse, days: Days) -> tuple[date, date]:
    """Return the first and the last day of a period; of one without an end, from its first charge until today, and not too long."""
    now = today(register, "")
    if use.period_start is None:
        first = date.fromisoformat(min(days, default=now.isoformat()))
        return min(max(first, now - timedelta(days=LONGEST - 1)), now), now
    first = min(register.clock.local(use.period_start).date(), now)
    if use.budget.period is Period.WEEK:
        return first, max(first + timedelta(days=6), now)
    return first, max((first + timedelta(days=31)).replace(day=1) - timedelta(days=1), now)


def _on(days: Days, day: date, metric: Metric) -> Decimal:
    taken = days.get(day.isoformat())
    return taken.of(metric) if taken else _ZERO


def _used(run: RunRow, metric: Metric) -> Decimal:
    return Decimal(1) if metric is Metric.RUNS else Decimal(getattr(run, metric.value))


def periods(days: Days, period: Period) -> dict[str, dict[Metric, Decimal]]:
    """Add days up by period, the latest first."""
    sums: dict[str, dict[Metric, Decimal]] = {}
    for day in sorted(days, reverse=True):
        of = sums.setdefault(_first(date.fromisoformat(day), period), dict.fromkeys(Metric, _ZERO))
        for metric in Metric:
            of[metric] += days[day].of(metric)
    return sums


def _first(day: date, period: Period) -> str:
    if period is Period.WEEK:
        return (day - timedelta(days=day.weekday())).isoformat()
    return (day.replace(day=1) if period is Period.MONTH else day).isoformat()


def _earlier(register: Register, use: BudgetUse, days: Days) -> Table | None:
    period, capped = use.budget.period, [BudgetRow(*row).metric for row in use.rows]
    if period in {Period.RUN, Period.TOTAL} or not capped:
        return None
    present = _first(today(register, ""), period)
    past = [(first, sums) for first, sums in periods(days, period).items() if first < present]
    rows = tuple(
        (_name(date.fromisoformat(first), period), *(amount(metric, sums[metric]) for metric in capped))
        for first, sums in past[:EARLIER]
    )
    return Table(("Period", *(words.METRIC[metric] for metric in capped)), rows) if rows else None


def _name(first: date, period: Period) -> str:
    if period is Period.MONTH:
        return f"{MONTHS[first.month - 1]} {first.year}"
    return f"{'week from ' if period is Period.WEEK else ''}{short(first)} {first.year}"


def _added(register: Register, budget: Budget) -> Iterator[Added]:
    for each in sorted(budget.extra, key=lambda more: more.at, reverse=True)[:EARLIER]:
        text = ", ".join(
            f"{amount(metric, more)} {words.METRIC[metric].lower()}" for metric, more in each.limits.capped()
        )
        approval = Ref(each.approval, register.find(each.approval), "approval") if each.approval else None
        yield Added(register.clock.day(each.at), text, approval)
