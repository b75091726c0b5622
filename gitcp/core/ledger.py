"""The ledger: what archived runs cost, summed so that budgets need not read them.

Rule: a run is either a live record or in the ledger, never both and never neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import Final

from gitcp.core.org import called_now, chain_of_command, names_of
from gitcp.core.readiness import goal_ancestry
from gitcp.errors import ConflictError
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Budget, Ledger, LedgerEntry, Scope
from gitcp.model.ids import project_of
from gitcp.model.operation import Put
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

# A file with more values than the codec reads would hide what was spent; an entry has some two dozen, and its budgets.
MOST_VALUES: Final = 15_000
_VALUES: Final = 24

Key = tuple[str, str | None, str | None, tuple[str, ...]]


def month_of(run: Run) -> str:
    """Return the ledger that a run is summed in, such as 2026-11."""
    return f"{run.claimed_at.astimezone(UTC):%Y-%m}"


@dataclass
class _Sums:
    runs: int = 0
    amounts: dict[Metric, Decimal] = field(default_factory=lambda: dict.fromkeys(Metric, Decimal(0)))

    def add(self, runs: int, amounts: Amounts) -> None:
        self.runs += runs
        for metric in Metric:
            self.amounts[metric] += amounts.of(metric)


@dataclass
class Book:
    """Ledgers while runs are entered. `tasks` are those of the runs, by id, as far as they are at hand."""

    snapshot: Snapshot
    tasks: Mapping[str, Task] = field(default_factory=dict)
    _months: dict[str, dict[Key, _Sums]] = field(default_factory=dict)

    def enter(self, run: Run) -> bool:
        """Add a run to the sums of its month; false if the month's file can take no further kind of sum."""
        month = self._month(month_of(run))
        key = _key_of(run, self._task(run))
        if key not in month and _size([*month, key]) > MOST_VALUES:
            return False
        month.setdefault(key, _Sums()).add(1, run.charge)
        return True

    def ledgers(self) -> list[Ledger]:
        """Return the ledgers that runs were entered in, the earliest first."""
        return [
            _ledger(month, [_entry(key, sums) for key, sums in found.items()])
            for month, found in sorted(self._months.items())
        ]

    def _task(self, run: Run) -> Task | None:
        if run.task is None:
            return None
        return self.tasks.get(run.task) or self.snapshot.get(Task, run.task)

    def _month(self, name: str) -> dict[Key, _Sums]:
        if name not in self._months:
            ledger = self.snapshot.get(Ledger, name)
            month = self._months.setdefault(name, {})
            for entry in ledger.entries if ledger else ():
                month.setdefault(_key(entry), _Sums()).add(entry.runs, entry.amounts)
        return self._months[name]


def without(snapshot: Snapshot, run: Run) -> Put:
    """Return what takes a run out of the sums, which it is in as it stands now.

    Raises:
        ConflictError: no sum can have it in it; taken out of another one it would change what was spent.
    """
    month = month_of(run)
    ledger = snapshot.get(Ledger, month)
    entries = list(ledger.entries) if ledger else []
    known = _entered_in(entries, run, snapshot.get(Task, run.task) if run.task else None)
    if known is None:
        raise ConflictError(
            f"ledger {month}: expected a sum with run {run.id} in it, found none that it fits",
            hint="the run stays in the archive at what it cost before; see whether `gitcp check` names the ledger",
        )
    entries.remove(known)
    if known.runs > 1:
        entries.append(known.evolve(runs=known.runs - 1, amounts=_minus(known.amounts, run.charge)))
    return Put(_ledger(month, entries))


def settled(snapshot: Snapshot, budget: Budget) -> Iterator[Amounts]:
    """Yield what archived runs took from a budget; with `backfill`, also those that did not charge it and lie in its scope."""
    yield from (entry.amounts for entry in entries(snapshot, budget))
    if budget.backfill and budget.scope is Scope.TASK and budget.target is not None:
        runs = snapshot.archived(Run, task=budget.target)
        yield from (run.charge for run in runs if budget.id not in run.charges)


def entries(snapshot: Snapshot, budget: Budget) -> Iterator[LedgerEntry]:
    """Yield the sums that count for a budget."""
    for ledger in snapshot.all(Ledger):
        for entry in ledger.entries:
            if budget.id in entry.budgets or (budget.backfill and _covers(snapshot, budget, entry)):
                yield entry


def _covers(snapshot: Snapshot, budget: Budget, entry: LedgerEntry) -> bool:
    match budget.scope:
        case Scope.COMPANY:
            return True
        case Scope.AGENT:
            return budget.target in names_of(snapshot, called_now(snapshot, entry.agent))
        case Scope.SUBTREE:
            agent = called_now(snapshot, entry.agent)
            above = (agent, *chain_of_command(snapshot, agent))
            return any(budget.target in names_of(snapshot, member) for member in above)
        case Scope.PROJECT:
            return entry.project == budget.target
        case Scope.GOAL:
            goals = goal_ancestry(snapshot, _goal_of(snapshot, entry))
            return budget.target in {goal.id for goal in goals}
        case Scope.TASK:
            return False


def _goal_of(snapshot: Snapshot, entry: LedgerEntry) -> str | None:
    project = snapshot.get(Project, entry.project) if entry.project and not entry.goal else None
    return project.goal if project else entry.goal


def _key_of(run: Run, task: Task | None) -> Key:
    budgets = tuple(dict.fromkeys(run.charges))
    return run.agent, task.project if task else None, task.goal if task else None, budgets


def _key(entry: LedgerEntry) -> Key:
    return entry.agent, entry.project, entry.goal, entry.budgets


def _entered_in(entries: Iterable[LedgerEntry], run: Run, task: Task | None) -> LedgerEntry | None:
    # The task may have got another goal since, and its file may be gone, now or when the run was entered.
    # The fewer runs a sum has, the more does it say that this one fits.
    key, project = _key_of(run, task), project_of(run.task) if run.task else None
    alike = [e for e in entries if (e.agent, e.budgets) == (key[0], key[3]) and e.project in {project, None}]
    fitting = [entry for entry in alike if _fits(run.charge, entry)]
    return min(fitting, key=lambda e: (_key(e) != key, e.project != project, e.runs), default=None)


def _fits(amounts: Amounts, entry: LedgerEntry) -> bool:
    left = [entry.amounts.of(metric) - amounts.of(metric) for metric in Metric]
    return all(amount >= 0 for amount in left) and (entry.runs > 1 or (entry.runs == 1 and not any(left)))


def _minus(sums: Amounts, run: Amounts) -> Amounts:
    return Amounts(**{metric.value: sums.of(metric) - run.of(metric) for metric in Metric})


def _entry(key: Key, sums: _Sums) -> LedgerEntry:
    agent, project, goal, budgets = key
    amounts = Amounts(**{metric.value: amount for metric, amount in sums.amounts.items()})
    return LedgerEntry(
        agent=agent, project=project, goal=goal, budgets=budgets, runs=sums.runs, amounts=amounts
    )


def _ledger(month: str, entries: Iterable[LedgerEntry]) -> Ledger:
    ordered = sorted(entries, key=lambda e: (e.agent, e.project or "", e.goal or "", e.budgets))
    return Ledger(id=month, entries=tuple(ordered))


def _size(month: Iterable[Key]) -> int:
    return sum(_VALUES + len(budgets) for *_, budgets in month)
