"""Runs together, and one run: why, under which limits, how it ended, what it cost."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.costs import cost_of, settled
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import NONE, amount, plural
from gitcp.dashboard.moment import budget_ids
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import (
    Ref,
    RunLine,
    member_ref,
    outcome,
    run_caption,
    run_line,
    task_ref,
    titled_ref,
    took,
)
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, run_row
from gitcp.dashboard.views.facts import Fact, compared
from gitcp.dashboard.views.tabs import Tab
from gitcp.dashboard.views.timeline import Day, days
from gitcp.dashboard.words import Badge
from gitcp.model.amounts import Metric
from gitcp.model.company import LogSettings
from gitcp.model.ids import log_ref
from gitcp.model.runs import Cause, Run

LATEST: Final = 100


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs, newest first; the tabs lead to all of them by month."""

    title: str
    summary: str
    tabs: tuple[Tab, ...]
    caption: str
    runs: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One cause that woke the agent."""

    reason: str
    about: Ref


@dataclass(frozen=True, slots=True)
class Use:
    """One metric of a run."""

    label: str
    limit: str
    reserved: str
    used: str


@dataclass(frozen=True, slots=True)
class Check:
    """What the task's checks said."""

    badge: Badge
    command: str
    exit_code: str
    tail: str | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run's page."""

    id: str
    title: str
    agent: Ref
    task: Ref | None
    task_id: Ref | None
    outcome: Badge
    lead: str
    causes: tuple[Why, ...]
    facts: tuple[Fact, ...]
    uses: tuple[Use, ...]
    uses_caption: str
    charges: tuple[Ref, ...]
    reason: Markup | None
    summary: Markup | None
    commits: tuple[str, ...]
    check: Check | None
    days: tuple[Day, ...]


def latest(register: Register) -> Runs:
    """Show the newest runs."""
    runs = list(register.runs.values())
    caption = f"The newest {LATEST}" if len(runs) > LATEST else "Newest first"
    return _runs(register, "Runs", links.RUNS, runs, (runs[:LATEST], caption))


@fact("months-with-runs")
def _months(register: Register, _: str) -> dict[str, str]:
    """Return the months in which runs were claimed, as 2026-11, and what they are called."""
    return {
        month: register.clock.month(runs[0].claimed_at) for month, runs in _by_month(register, "").items()
    }


@fact("runs-by-month")
def _by_month(register: Register, _: str) -> dict[str, list[RunRow]]:
    months: dict[str, list[RunRow]] = {}
    for run in register.rows.runs.values():
        months.setdefault(f"{register.clock.local(run.claimed_at):%Y-%m}", []).append(run)
    return months


@fact("runs-of-month")
def _runs_of(register: Register, month: str) -> Sequence[RunRow]:
    return _by_month(register, "").get(month, ())


def months(register: Register) -> Iterable[str]:
    """Name the months in which runs were claimed."""
    return _months(register, "")


def month(register: Register, name: str) -> Runs | None:
    """Show the runs of a month, written as 2026-11."""
    runs = _runs_of(register, name)
    if not runs:
        return None
    title = f"Runs in {register.clock.month(runs[0].claimed_at)}"
    return _runs(register, title, links.month_page(name), runs, (runs, "Newest first"))


def _runs(
    register: Register, title: str, page: str, runs: Sequence[RunRow], shown: tuple[Sequence[RunRow], str]
) -> Runs:
    lines = tuple(run_line(register, run) for run in shown[0])
    return Runs(title, _sum(runs), _tabs(register, page), run_caption(lines, shown[1]), lines)


def _tabs(register: Register, page: str) -> tuple[Tab, ...]:
    known = _months(register, "")
    tabs = [("Latest", links.RUNS), *((label, links.month_page(name)) for name, label in known.items())]
    return tuple(Tab(label, href, href == page) for label, href in tabs) if known else ()


def _sum(runs: Sequence[RunRow]) -> str:
    return f"{plural(len(runs), 'run')} for {cost_of(runs).text}"


def run_view(register: Register, run: Run, prose: Prose) -> RunView:
    """Show a run."""
    agent = member_ref(register, run.agent)
    task = titled_ref(register, run.task) if run.task else None
    return RunView(
        id=run.id,
        title=f"{agent.text}: {task.text}" if task else f"{agent.text}: a run without a task",
        agent=agent,
        task=task,
        task_id=task_ref(register, run.task) if run.task else None,
        outcome=outcome(run_row(run)),
        lead=_lead(register, run),
        causes=tuple(_why(register, cause) for cause in run.answers),
        facts=tuple(_facts(register, run)),
        uses=tuple(_uses(run)),
        uses_caption=_uses_caption(run),
        charges=tuple(_charge(register, budget) for budget in run.charges),
        reason=prose.block(run.reason, below=1),
        summary=prose.block(run.summary, below=2),
        commits=run.commits,
        check=_check(run),
        days=days(register, register.log_of(run.id), prose),
    )


def _lead(register: Register, run: Run) -> str:
    if run.is_active:
        return f"Running for {took(register, run_row(run))}; ends by {register.clock.stamp(run.deadline).text} at the latest."
    failed = run.verification is not None and not run.verification.passed
    return f"Took {took(register, run_row(run))} and cost {cost_of([run_row(run)]).text}{'; the checks failed' if failed else ''}."


def _why(register: Register, cause: Cause) -> Why:
    task, _, name = cause.record.partition("/")
    comment = next((c for c in register.comments(task) if c.id == cause.record), None) if name else None
    if comment is not None:
        return Why(
            words.WAKE_REASON[cause.reason], Ref(f"comment on {task}", links.comment_place(comment), "task")
        )
    return Why(words.WAKE_REASON[cause.reason], Ref(cause.record, register.find(cause.record), "task"))


def _facts(register: Register, run: Run) -> Iterator[Fact]:
    clock = register.clock
    yield Fact("Claimed", stamp=clock.stamp(run.claimed_at), text=f"by {run.claimed_by}")
    if run.started_at:
        yield Fact("Started", stamp=clock.stamp(run.started_at))
    if run.ended_at:
        yield Fact("Ended", stamp=clock.stamp(run.ended_at))
    yield Fact("Attempt", text=f"{run.attempt:,}")
    if run.declared:
        yield Fact("Agent said", text=words.DECLARED[run.declared])
    if run.failure:
        yield Fact("Failure", text=words.FAILURE[run.failure])
    if run.cancel:
        yield Fact("Cancelled by", ref=member_ref(register, run.cancel.by), stamp=clock.stamp(run.cancel.at))
    if run.pending:
        yield Fact("Result", text="waits until the task's file has no uncommitted edits", tone="warn")
    yield from _where(run)
    if _is_transcript_kept(register, run):
        yield Fact("Transcript", text=log_ref(run.id), code=True)


def _is_transcript_kept(register: Register, run: Run) -> bool:
    company = register.snapshot.company
    days = (company.logs if company else LogSettings()).keep_days
    return (
        run.started_at is not None
        and not run.is_active
        and not register.is_past(run.claimed_at + timedelta(days))
    )


def _where(run: Run) -> Iterator[Fact]:
    yield Fact("Runtime", text=run.runtime)
    if run.model:
        yield Fact("Model", text=run.model)
    yield Fact("Executor", text=run.executor)
    for label, value in (
        ("Isolation", run.isolation),
        ("Repository", run.repository),
        ("Branch", run.branch),
        ("Rescued work", run.rescue),
    ):
        if value:
            yield Fact(label, text=value, code=label != "Isolation")
    yield from compared(run)


def _uses(run: Run) -> Iterator[Use]:
    used = settled(run)
    for metric in Metric:
        limit = getattr(run.limits, metric.value, None)
        reserved, usage = run.reserved.of(metric), used.of(metric)
        if limit is not None or reserved or usage:
            shown = NONE if run.is_active else amount(metric, usage)
            yield Use(words.METRIC[metric], amount(metric, limit), amount(metric, reserved), shown)
    turns = run.usage.turns if run.usage else None
    if run.limits.turns or turns:
        yield Use("Turns", _whole(run.limits.turns), NONE, _whole(turns))


def _uses_caption(run: Run) -> str:
    if run.is_active:
        return "What is used is known when the run has ended."
    if run.settled_by is None:
        return "What one run may use, and what it did."
    priced = f", priced by {run.priced_by}" if run.priced_by else ""
    return f"Settled {words.SETTLEMENT[run.settled_by]}{priced}."


def _whole(number: int | None) -> str:
    return NONE if number is None else f"{number:,}"


def _charge(register: Register, budget: str) -> Ref:
    is_there = budget in budget_ids(register, "")
    return Ref(budget, links.budget_page(budget) if is_there else None, "budget")


def _check(run: Run) -> Check | None:
    if (verification := run.verification) is None:
        return None
    return Check(
        badge=words.PASSED if verification.passed else words.NOT_PASSED,
        command=shlex.join(verification.command),
        exit_code="" if verification.exit_code is None else f"exit code {verification.exit_code}",
        tail=verification.tail or None,
    )
