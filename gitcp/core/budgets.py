"""Which budgets cover a run, what is left of them, and what a run reserves.

Rule: available = limit - settled - reserved, recomputed from run records; there is no counter that could drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gitcp.core import ledger
from gitcp.core.org import chain_of_command
from gitcp.core.readiness import goal_ancestry, goal_of
from gitcp.core.schedule import zone
from gitcp.model.amounts import Amounts, Charged, Metric, RunLimits
from gitcp.model.company import Company
from gitcp.model.guards import Budget, Period
from gitcp.model.members import Agent
from gitcp.model.problem import Severity
from gitcp.model.runs import Run, charged_by
from gitcp.model.runtimes import Billing, CommandLineRuntime, ProcessRuntime
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

DEFAULT_LIMITS = RunLimits(usd=Decimal(1), usd_imputed=Decimal(1), tokens=200_000, minutes=Decimal(30))
# An agent's command line reads its whole conversation at each call: most of its tokens are cached, and cheap.
DEFAULT_OF_COMMAND_LINES = RunLimits(tokens=2_000_000, silence_minutes=Decimal(15)).over(DEFAULT_LIMITS)


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of a budget in its current period."""

    metric: Metric
    limit: Decimal
    settled: Decimal
    reserved: Decimal

    @property
    def available(self) -> Decimal:
        """What a new run may still reserve."""
        return self.limit - self.settled - self.reserved


@dataclass(frozen=True, slots=True)
class Use:
    """A budget in its current period; `since` is where the period began, none for run and total."""

    budget: Budget
    since: datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why a run does not fit: the budget, the metric, and the amounts."""

    budget: str
    metric: Metric
    available: Decimal
    wanted: Decimal
    until: datetime | None = None

    def __str__(self) -> str:
        """Say it as a reason."""
        left = max(self.available, Decimal(0))
        return f"budget {self.budget}: {left:f} {self.metric} left, the run would reserve {self.wanted:f}"


def scopes(snapshot: Snapshot, agent: str, task: Task | None) -> list[str]:
    """Return the ids that budgets covering a run would have, the widest first."""
    managers = [*reversed(list(chain_of_command(snapshot, agent))), agent]
    ids = ["company", *(f"subtree/{m}" for m in managers), f"agent/{agent}"]
    if task is not None:
        ids.append(f"project/{task.project}")
        ids.extend(f"goal/{goal.id}" for goal in reversed(goal_ancestry(snapshot, goal_of(snapshot, task))))
        ids.append(f"task/{task.id}")
    return ids


def covering(snapshot: Snapshot, agent: str, task: Task | None) -> list[Budget]:
    """Return the readable budgets that cover a run."""
    found = (snapshot.get(Budget, budget_id) for budget_id in scopes(snapshot, agent, task))
    return [budget for budget in found if budget is not None]


def unreadable(snapshot: Snapshot, agent: str, task: Task | None) -> str | None:
    """Return the budget or ledger that cannot be read, of those that cover a run: then nothing starts in its scope."""
    errors = {p.record for p in snapshot.problems() if p.record and p.severity is Severity.ERROR}
    broken = {record_id for kind, record_id in errors if kind == "budget"}
    found = next((name for name in scopes(snapshot, agent, task) if name in broken), None)
    if found is not None:
        return f"budget {found}"
    month = next((record_id for kind, record_id in sorted(errors) if kind == "ledger"), None)
    is_summed = any(budget.period is Period.TOTAL for budget in covering(snapshot, agent, task))
    return f"ledger {month}" if month is not None and is_summed else None


def unknown_scope(snapshot: Snapshot, agent: str, task: Task | None) -> str | None:
    """Return the manager or goal above a run that cannot be read: which budgets lie above it is then unknown."""
    for manager in chain_of_command(snapshot, agent):
        if any(snapshot.is_inert(kind, manager) for kind in ("agent", "person", "member")):
            return f"member {manager}"
    if task is None:
        return None
    nearest = goal_of(snapshot, task)
    goals = [nearest, *(goal.parent for goal in goal_ancestry(snapshot, nearest))]
    return next((f"goal {goal}" for goal in goals if goal and snapshot.is_inert("goal", goal)), None)


def period_start(period: Period, now: datetime, place: ZoneInfo) -> datetime | None:
    """Return when the current period began, in UTC; none for periods without a beginning."""
    first = _first_day(period, now, place)
    return _midnight(first, place) if first else None


def period_end(period: Period, now: datetime, place: ZoneInfo) -> datetime | None:
    """Return when the current period ends, in UTC."""
    first = _first_day(period, now, place)
    if first is None:
        return None
    if period is Period.MONTH:
        return _midnight((first + timedelta(days=31)).replace(day=1), place)
    return _midnight(first + timedelta(days=7 if period is Period.WEEK else 1), place)


def use(snapshot: Snapshot, budget: Budget, now: datetime, extra: Sequence[Run] = ()) -> Use:
    """Compute a budget's use in its current period; `extra` are claims that are planned but not in the snapshot."""
    since = period_start(budget.period, now, company_zone(snapshot.company))
    taken = Charged.of((), ())
    if budget.period is not Period.RUN:
        planned = charged_by([run for run in extra if budget.id in run.charges])
        taken = _charged(snapshot, budget, since).plus(planned)
    if budget.period is Period.TOTAL:
        taken = taken.plus(Charged.of(ledger.settled(snapshot, budget), ()))
    lines = tuple(
        Line(metric, limit, taken.settled[metric], taken.reserved[metric])
        for metric, limit in budget.limits.capped()
    )
    return Use(budget, since, lines)


def shortage(snapshot: Snapshot, run: Run, now: datetime, extra: Sequence[Run] = ()) -> Shortage | None:
    """Return the first budget among the run's charges that its reservation does not fit, or none."""
    place = company_zone(snapshot.company)
    for budget_id in run.charges:
        budget = snapshot.get(Budget, budget_id)
        if budget is None:
            continue
        for line in use(snapshot, budget, now, extra).lines:
            wanted = run.reserved.of(line.metric)
            # What reserves nothing takes nothing from a budget, not even from one that is overspent.
            if wanted and wanted > line.available:
                return Shortage(
                    budget_id, line.metric, line.available, wanted, period_end(budget.period, now, place)
                )
    return None


def _first_day(period: Period, now: datetime, place: ZoneInfo) -> date | None:
    day = now.astimezone(place).date()
    if period is Period.DAY:
        return day
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else None


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), place).astimezone(UTC)


def _charged(snapshot: Snapshot, budget: Budget, since: datetime | None) -> Charged:
    if not budget.backfill:
        return snapshot.charged(budget.id, since)
    return charged_by(
        [
            run
            for run in snapshot.runs(claimed_from=since)
            if budget.id in run.charges
            or budget.id in scopes(snapshot, run.agent, snapshot.get(Task, run.task) if run.task else None)
        ]
    )


def limits_of(snapshot: Snapshot, agent: Agent) -> RunLimits:
    """Return the limits of one run of an agent: its own, else the company's, else its runtime's.

    Where the record says who pays, there is one limit of money: of what is billed, or of the list price that nobody bills.
    """
    company = snapshot.company
    own = agent.limits.over(company.limits) if company else agent.limits
    runtime = agent.runtime
    default = DEFAULT_OF_COMMAND_LINES if isinstance(runtime, CommandLineRuntime) else DEFAULT_LIMITS
    if isinstance(runtime, ProcessRuntime):
        return own.over(default)
    if runtime.billing is Billing.API:
        return own.over(default).without("usd_imputed")
    # Who says what a run may cost means it whoever pays.
    return own.over(RunLimits(usd_imputed=own.usd)).over(default).without("usd")


def reservation(limits: RunLimits) -> Amounts:
    """Return what a run with these limits reserves."""
    return Amounts(
        usd=limits.usd or Decimal(0),
        usd_imputed=limits.usd_imputed or Decimal(0),
        tokens=limits.tokens or 0,
        runs=1,
        minutes=limits.minutes or Decimal(0),
    )


def company_zone(company: Company | None) -> ZoneInfo:
    """Return the zone that the company counts days in; UTC where it names none that exists."""
    return zone(company.timezone if company else None) or ZoneInfo("UTC")
