"""The first page: how it stands, what waits for people, what runs, what is held, money, problems, what happened last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import money
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, RunLine, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.slices import open_count
from gitcp.dashboard.task_counts import STATES
from gitcp.dashboard.views import money as budgets
from gitcp.dashboard.views.beginning import Step, steps
from gitcp.dashboard.views.desk import Desks, desks
from gitcp.dashboard.views.hindrances import Hindrance, hindrances, left_out
from gitcp.dashboard.views.problems import counted
from gitcp.dashboard.views.scheduler import Scheduler, scheduler
from gitcp.dashboard.views.timeline import Day, days
from gitcp.model.guards import Period, Scope
from gitcp.model.problem import Problem, Severity

LATELY: Final = 12
RUNNING: Final = 10
HELD: Final = 8
PROBLEMS: Final = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that matters, what it means, and where more is said."""

    label: str
    value: str
    detail: str
    href: str
    tone: str


@dataclass(frozen=True, slots=True)
class Running:
    """A run that is going on, and the money that it holds."""

    line: RunLine
    holds: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem in one line."""

    place: str
    message: Markup
    tone: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    headline: str
    mission: str | None
    alert: Ref | None
    figures: tuple[Figure, ...]
    steps: tuple[Step, ...]
    desks: Desks
    running: tuple[Running, ...]
    more_running: Ref | None
    held: tuple[Hindrance, ...]
    more_held: str | None
    scheduler: Scheduler
    budgets: tuple[budgets.BudgetView, ...]
    problems: tuple[Trouble, ...]
    more_problems: str | None
    days: tuple[Day, ...]


def overview(register: Register, prose: Prose) -> Overview:
    """Show the company at one glance."""
    company = register.snapshot.company
    waiting = desks(register, prose)
    active, held = register.active, hindrances(register, prose)
    found = sorted(register.problems, key=lambda problem: problem.severity is not Severity.ERROR)
    return Overview(
        headline=" ".join(_headline(register, waiting.count)),
        mission=company.mission if company else None,
        alert=_alert(register),
        figures=tuple(_figures(register, waiting.count)),
        steps=steps(register),
        desks=waiting,
        running=tuple(_running(register, run) for run in active[:RUNNING]),
        more_running=Ref(f"{len(active) - RUNNING:,} more", links.RUNS) if len(active) > RUNNING else None,
        held=held[:HELD],
        more_held=left_out(held[HELD:]),
        scheduler=scheduler(register),
        budgets=budgets.budgets_of(register, [Scope.COMPANY.value]),
        problems=tuple(_trouble(problem, prose) for problem in found[:PROBLEMS]),
        more_problems=counted(found) if found else None,
        days=days(register, register.entries[:LATELY], prose),
    )


def _headline(register: Register, waiting: int) -> Iterator[str]:
    running, company = len(register.active), register.snapshot.company
    if company is not None and company.paused is not None:
        yield "The company is paused."
    if running:
        yield "One run is under way." if running == 1 else f"{_word(running)} runs are under way."
    if waiting:
        yield (
            "One thing waits for a person." if waiting == 1 else f"{_word(waiting)} things wait for a person."
        )
    if not running and not waiting:
        yield "All is quiet." if register.members else "Nobody works here yet."


_WORDS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def _alert(register: Register) -> Ref | None:
    if register.snapshot.company is None:
        return Ref("gitcp.yaml is missing or broken: no new run starts until it is mended.", links.PROBLEMS)
    errors = sum(problem.severity is Severity.ERROR for problem in register.problems)
    if not errors:
        return None
    text = (
        "1 file is broken, and its record is"
        if errors == 1
        else f"{errors:,} errors in files, and their records are"
    )
    return Ref(f"{text} out of play until somebody mends it.", links.PROBLEMS)


def _figures(register: Register, waiting: int) -> Iterator[Figure]:
    company = register.snapshot.company
    places = f"of {company.scheduler.concurrency:,} places" if company else "no places"
    going, closed = _tasks(register, "")
    yield Figure("Running", f"{len(register.active):,}", places, links.RUNS, "plain")
    yield Figure("For a person", f"{waiting:,}", "to decide or do", links.PEOPLE, "plain")
    yield Figure("Open tasks", f"{going:,}", f"{closed:,} closed", links.BOARD, "plain")
    yield from _money(register)


@fact("tasks-counted")
def _tasks(register: Register, _: str) -> tuple[int, int]:
    """Count the tasks that are open, and the others."""
    going = open_count(register, "")
    return going, sum(register.counts(STATES).values()) - going


def _money(register: Register) -> Iterator[Figure]:
    spent = budgets.spent(register)
    reserved = budgets.reserved_now(register.active)
    hold = f"and {money(reserved)} reserved" if reserved else "by runs that ended"
    yield Figure("Today", spent.today.text, hold, links.BUDGETS, "plain")
    use = next((use for use in register.budgets.values() if use.budget.scope is Scope.COMPANY), None)
    row = budgets.money_row(use) if use else None
    if use is None or row is None:
        yield Figure(spent.month_name, spent.month.text, "no cap for the company", links.BUDGETS, "plain")
        return
    tone = budgets.meter(row, use.budget.warn_at).tone
    monthly = use.budget.period is Period.MONTH
    detail = f"of {money(row.limit)} {_SPAN[use.budget.period]}"
    value = money(row.settled) if monthly else spent.month.text
    yield Figure(spent.month_name, value, detail, links.BUDGETS, "plain" if tone == "good" else tone)


_SPAN: Final[Mapping[Period, str]] = {
    Period.RUN: "for each run",
    Period.DAY: "a day",
    Period.WEEK: "a week",
    Period.MONTH: "this month",
    Period.TOTAL: "in total",
}


def _trouble(problem: Problem, prose: Prose) -> Trouble:
    return Trouble(problem.path, prose.line(problem.message), words.SEVERITY[problem.severity].tone)


def _running(register: Register, run: RunRow) -> Running:
    return Running(run_line(register, run), f"up to {money(run.reserved_usd)}")
