"""The first page: what runs, what waits for a person, the money, what is wrong, what happened last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.figures import money, plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, RunLine, run_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.views import money as budgets
from gitcp.dashboard.views.timeline import Day, days
from gitcp.dashboard.views.waits import Held, Inbox, Question, held, inboxes_of_people, questions
from gitcp.model.guards import Period, Scope
from gitcp.model.problem import Severity

LATELY = 12
EACH_INBOX = 6
HELD = 8


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
class Matters:
    """A person's inbox, cut to what fits the first page; `more` leads to the rest."""

    inbox: Inbox
    more: Ref | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    headline: str
    mission: str | None
    alert: Ref | None
    figures: tuple[Figure, ...]
    matters: tuple[Matters, ...]
    questions: tuple[Question, ...]
    running: tuple[Running, ...]
    held: tuple[Held, ...]
    more_held: str | None
    budgets: tuple[budgets.BudgetView, ...]
    days: tuple[Day, ...]


def overview(register: Register, prose: Prose) -> Overview:
    """Show the company at one glance."""
    company = register.snapshot.company
    inboxes = inboxes_of_people(register, prose)
    asked = questions(register)
    waiting = sum(len(inbox.items) for inbox in inboxes) + len(asked)
    return Overview(
        headline=" ".join(_headline(register, waiting)),
        mission=company.mission if company else None,
        alert=_alert(register),
        figures=tuple(_figures(register, waiting)),
        matters=tuple(_matters(inbox) for inbox in inboxes),
        questions=asked,
        running=tuple(_running(register, run) for run in register.active),
        held=held(register, register.waiting[:HELD], prose),
        more_held=_more_held(register),
        budgets=budgets.budgets_of(register, [Scope.COMPANY.value]),
        days=days(register, register.entries[:LATELY], prose),
    )


def _headline(register: Register, waiting: int) -> Iterator[str]:
    running = len(register.active)
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
    open_tasks = [task for task in register.tasks.values() if task.is_open]
    done = len(register.tasks) - len(open_tasks)
    yield Figure("Running", f"{len(register.active):,}", places, links.RUNS, "plain")
    yield Figure("For a person", f"{waiting:,}", "to decide or do", links.PEOPLE, "plain")
    yield Figure("Open tasks", f"{len(open_tasks):,}", f"{done:,} closed", links.BOARD, "plain")
    yield from _money(register)


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


def _matters(inbox: Inbox) -> Matters:
    left = len(inbox.items) - EACH_INBOX
    shown = Inbox(inbox.member, inbox.title, inbox.items[:EACH_INBOX])
    return Matters(shown, Ref(f"{plural(left, 'more', 'more')}", inbox.member.href) if left > 0 else None)


def _more_held(register: Register) -> str | None:
    left = len(register.waiting) - HELD
    return f"{left:,} more, each on the page of its task or agent." if left > 0 else None


def _running(register: Register, run: RunRow) -> Running:
    return Running(run_line(register, run), f"up to {money(run.reserved_usd)}")
