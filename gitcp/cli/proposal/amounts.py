"""Amounts of money and of other metrics, in words."""

from collections.abc import Mapping
from decimal import Decimal

from gitcp.cli.text import amount, counted
from gitcp.core.effects import BudgetChange, CostChange, Load
from gitcp.core.effects.money import Cost
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Period


def money(amounts: Amounts | Mapping[Metric, Decimal]) -> str:
    """Write what is billed, else the list price, else that nothing is."""
    values = {m: amounts.of(m) if isinstance(amounts, Amounts) else amounts[m] for m in Metric}
    if values[Metric.USD] or not values[Metric.USD_IMPUTED]:
        return f"{amount('usd', float(values[Metric.USD]))} USD"
    return f"{amount('usd', float(values[Metric.USD_IMPUTED]))} USD at list price"


def cost_line(change: CostChange) -> str:
    """Say what an agent's runs by the clock can cost, and what they did before."""
    return f"{change.agent}: {_cost(change.after)}; before: {_cost(change.before)}"


def _cost(cost: Cost | None) -> str:
    if cost is None:
        return "nothing"
    expected = f", about {money(cost.expected)} as its runs go" if cost.expected is not None else ""
    return f"{counted(cost.runs, 'run')}, at most {money(cost.at_most)}{expected}"


def budget_line(change: BudgetChange) -> str:
    """Say what becomes of one limit of a budget, and what the clock takes from it."""
    metric = change.metric.value
    name = f"budget {change.budget}, {metric} {_per(change.period)}"
    limits = [_limit(metric, load) for load in (change.before, change.after)]
    limit = limits[1] if limits[0] == limits[1] else f"{limits[0]} → {limits[1]}"
    if change.after is None:
        return f"{name}: limit {limit}"
    return f"{name}: limit {limit}{_taken(change)}{_warning(change.after, change.before)}"


def _per(period: Period) -> str:
    return "in total" if period is Period.TOTAL else f"a {period}"


def _limit(metric: str, load: Load | None) -> str:
    return amount(metric, float(load.limit)) if load is not None and load.limit is not None else "none"


def _taken(change: BudgetChange) -> str:
    was, now = change.before, change.after
    if now is None or not (now.at_most or (was is not None and was.at_most)):
        return ""
    metric = change.metric.value
    at_most = amount(metric, float(now.at_most))
    if was is not None and was.at_most != now.at_most:
        at_most = f"{amount(metric, float(was.at_most))} → {at_most}"
    expected = f", about {amount(metric, float(now.expected))} as runs go" if now.expected is not None else ""
    return f", of which the clock takes at most {at_most}{expected}"


def _warning(now: Load, was: Load | None) -> str:
    if now.expected is not None and now.limit is not None and now.expected > now.limit:
        return ": more than the limit is expected, and runs will wait"
    if now.is_over and not (was is not None and was.is_over):
        return ": this can be more than the limit, and runs would wait then"
    return ""
