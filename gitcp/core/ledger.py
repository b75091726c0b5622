"""The ledger: what archived runs cost, summed so that budgets need not read them.

Rule: a run is either a live record or in the ledger, never both and never neither.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from decimal import Decimal
from typing import Final

from gitcp.core.org import chain_of_command
from gitcp.core.readiness import goal_ancestry
from gitcp.model.amounts import Amounts, Metric
from gitcp.model.guards import Budget, Ledger, LedgerEntry, Scope
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


def without(snapshot: Snapshot, run: Run) -> tuple[Put, ...]:
    """Return what takes a run out of the sums, which it is in as it stands now."""
    ledger = snapshot.get(Ledger, month_of(run))
    entries = {_key(entry): entry for entry in (ledger.entries if ledger else ())}
    task = snapshot.get(Task, run.task) if run.task else None
    key = _entered_as(_key_of(run, task), entries)
    if key is None:
        return ()
    known = entries.pop(key)
    if known.runs > 1:
        entries[key] = known.evolve(runs=known.runs - 1, amounts=_minus(known.amounts, run.charge))
    return (Put(_ledger(month_of(run), entries.values())),)


def settled(snapshot: Snapshot, budget: Budget) -> Iterator[Amounts]:
    """Yield what archived runs took from a budget; with `backfill`, also those that did not charge it and lie in its scope."""
    for ledger in snapshot.all(Ledger):
        for entry in ledger.entries:
            if budget.id in entry.budgets or (budget.backfill and _covers(snapshot, budget, entry)):
                yield entry.amounts
    if budget.backfill and budget.scope is Scope.TASK and budget.target is not None:
        runs = snapshot.archived(Run, task=budget.target)
        yield from (run.charge for run in runs if budget.id not in run.charges)


def _covers(snapshot: Snapshot, budget: Budget, entry: LedgerEntry) -> bool:
    match budget.scope:
        case Scope.COMPANY:
            return True
        case Scope.AGENT:
            return entry.agent == budget.target
        case Scope.SUBTREE:
            return budget.target in {entry.agent, *chain_of_command(snapshot, entry.agent)}
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


def _entered_as(key: Key, known: Iterable[Key]) -> Key | None:
    # The task may have got another goal since.
    alike = [other for other in known if (*other[:2], other[3]) == (*key[:2], key[3])]
    return key if key in alike else next(iter(alike), None)


def _minus(sums: Amounts, run: Amounts) -> Amounts:
    left = {metric.value: sums.of(metric) - run.of(metric) for metric in Metric}
    return Amounts(**{name: max(amount, Decimal(0)) for name, amount in left.items()})


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
