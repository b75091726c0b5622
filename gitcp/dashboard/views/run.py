"""One run: why, under which limits, what it did, how it ended, what it cost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.costs import Cost, settled
from gitcp.dashboard.figures import NONE, Stamp, amount, tokens
from gitcp.dashboard.moment import budget_there
from gitcp.dashboard.outside import work_branch, work_commit
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref, outcome, task_ref, titled_ref, took
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow, run_row
from gitcp.dashboard.views.facts import Fact, compared
from gitcp.dashboard.views.review import command
from gitcp.dashboard.views.run_day import day_title
from gitcp.dashboard.views.talk import places_of
from gitcp.dashboard.views.timeline import SHORT, Day, days
from gitcp.dashboard.words import Badge
from gitcp.model import runs
from gitcp.model.amounts import Metric, RunLimits, Usage
from gitcp.model.company import LogSettings
from gitcp.model.ids import log_ref
from gitcp.model.runs import Cause, Run

COMMITS: Final = 100
_METRICS: Final = tuple(
    (metric, metric.value, words.METRIC[metric], metric.value in RunLimits.model_fields) for metric in Metric
)


class Why(NamedTuple):
    """One cause that woke the agent."""

    reason: str
    about: Ref


class Use(NamedTuple):
    """One metric of a run."""

    label: str
    limit: str
    reserved: str
    used: str


class Check(NamedTuple):
    """What the task's checks said."""

    badge: Badge
    command: str
    exit_code: str
    tail: str | None


class Commit(NamedTuple):
    """A commit that a run left, and its page on a forge, if that is known."""

    name: str
    url: str | None


class Transcript(NamedTuple):
    """Where a run's transcript is, and what prints it; `kept` ends when it is removed."""

    ref: str
    command: str
    kept: Stamp
    pushed: bool


class Followed(NamedTuple):
    """A document that was approved when the run was claimed."""

    document: Ref
    revision: str
    approval: Ref


class RunView(NamedTuple):
    """A run's page."""

    id: str
    day: Ref
    title: str
    agent: Ref
    task: Ref | None
    task_id: Ref | None
    outcome: Badge
    lead: str
    causes: tuple[Why, ...]
    prompt: Markup | None
    follows: tuple[Followed, ...]
    facts: tuple[Fact, ...]
    uses: tuple[Use, ...]
    uses_caption: str
    charges: tuple[Ref, ...]
    reason: Markup | None
    summary: Markup | None
    undelivered: Markup | None
    commits: tuple[Commit, ...]
    left_out: str | None
    check: Check | None
    transcript: Transcript | None
    days: tuple[Day, ...]


def run_view(register: Register, run: Run, prose: Prose) -> RunView:
    """Show a run."""
    agent = member_ref(register, run.agent)
    task = titled_ref(register, run.task) if run.task else None
    row = register.run_row(run.id) or run_row(run)
    return RunView(
        id=run.id,
        day=_day(register, run),
        title=f"{agent.text}: {task.text}" if task else f"{agent.text}: a run without a task",
        agent=agent,
        task=task,
        task_id=task_ref(register, run.task) if run.task else None,
        outcome=outcome(row),
        lead=_going(register, run) if run.is_active else _gone(run, row),
        causes=tuple(_why(register, cause) for cause in run.answers),
        prompt=prose.block(run.prompt, below=2),
        follows=tuple(_followed(register, found) for found in run.follows),
        facts=tuple(_facts(register, run)),
        uses=tuple(_uses(run)),
        uses_caption=_uses_caption(run),
        charges=tuple(_charge(register, budget) for budget in run.charges),
        reason=prose.block(run.reason, below=1),
        summary=prose.block(run.summary, below=2),
        undelivered=prose.block(run.undelivered, below=2),
        commits=tuple(_commit(register, run, commit) for commit in run.commits[:COMMITS]),
        left_out=f"{len(run.commits) - COMMITS:,} more" if len(run.commits) > COMMITS else None,
        check=_check(run),
        transcript=_transcript(register, run),
        days=days(register, register.log_of(run.id), prose),
    )


def _gone(run: Run, row: RunRow) -> str:
    failed = run.verification is not None and not run.verification.passed
    return f"Took {took(row)} and cost {Cost(row.usd, row.usd_imputed).text}{'; the checks failed' if failed else ''}."


def _going(register: Register, run: Run) -> str:
    clock = register.clock
    since = (
        f"Running since {clock.stamp(run.started_at).text}"
        if run.started_at
        else f"Claimed {clock.stamp(run.claimed_at).text}, not started yet"
    )
    return f"{since}; ends by {clock.stamp(run.deadline).text} at the latest."


def _why(register: Register, cause: Cause) -> Why:
    task, _, name = cause.record.partition("/")
    place = places_of(register.comments(task)).get(name) if name else None
    if place is not None:
        return Why(words.WAKE_REASON[cause.reason], Ref(f"comment on {task}", place, "task"))
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
    yield from _where(register, run)
    if run.late:
        yield Fact(
            "Reported late",
            text=words.OUTCOME[run.late.outcome].label,
            stamp=clock.stamp(run.late.at),
            tone="warn",
        )


def _commit(register: Register, run: Run, commit: str) -> Commit:
    return Commit(commit, work_commit(register, run.repository, commit))


def _day(register: Register, run: Run) -> Ref:
    day = register.clock.day(run.claimed_at).machine
    return Ref(day_title(day), links.day_page(day))


def _followed(register: Register, found: runs.Followed) -> Followed:
    return Followed(
        Ref(found.document, register.find(found.document.partition("/")[0]), "task"),
        found.revision[:SHORT],
        Ref(found.approval, register.find(found.approval), "task"),
    )


def _transcript(register: Register, run: Run) -> Transcript | None:
    """Say where the transcript is; whether it is kept still is for the reader to tell, so that the page stays as it is."""
    if run.started_at is None or run.is_active:
        return None
    company = register.snapshot.company
    settings = company.logs if company else LogSettings()
    until = run.claimed_at + timedelta(settings.keep_days)
    return Transcript(log_ref(run.id), f"gitcp run log {run.id}", register.clock.day(until), settings.push)


def _where(register: Register, run: Run) -> Iterator[Fact]:
    yield Fact("Runtime", text=run.runtime)
    if run.model:
        yield Fact("Model", text=run.model)
    yield Fact("Executor", text=run.executor)
    if run.branch:
        url = work_branch(register, run.repository, run.branch)
        yield Fact("Branch", text=run.branch, url=url, code=url is None)
    for label, value in (
        ("Isolation", run.isolation),
        ("Session", run.session),
        ("Repository", run.repository),
        ("Rescued work", run.rescue),
    ):
        if value:
            yield Fact(label, text=value, code=label != "Isolation")
    yield from compared(run)


def _uses(run: Run) -> Iterator[Use]:
    used = settled(run)
    limits, held, is_active = run.limits, run.reserved, run.is_active
    for metric, name, label, is_limited in _METRICS:
        limit = getattr(limits, name) if is_limited else None
        reserved, usage = getattr(held, name), getattr(used, name)
        if limit is not None or reserved or usage:
            shown = NONE if is_active else amount(metric, usage)
            yield Use(label, amount(metric, limit), amount(metric, reserved), shown)
    if run.usage:
        yield from _told_apart(run.usage)
    turns = run.usage.turns if run.usage else None
    if limits.turns or turns:
        yield Use("Turns", _whole(limits.turns), NONE, _whole(turns))


def _told_apart(usage: Usage) -> Iterator[Use]:
    """Tell tokens apart where the runtime told."""
    for label, used in (
        ("Tokens read", usage.input_tokens),
        ("Tokens from the cache", usage.cached_tokens),
        ("Tokens written", usage.output_tokens),
        ("Tokens thought", usage.reasoning_tokens),
    ):
        if used:
            yield Use(label, NONE, NONE, tokens(used))


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
    is_there = budget_there(register, budget)
    return Ref(budget, links.budget_page(budget) if is_there else None, "budget")


def _check(run: Run) -> Check | None:
    if (verification := run.verification) is None:
        return None
    return Check(
        badge=words.PASSED if verification.passed else words.NOT_PASSED,
        command=command(verification.command),
        exit_code="" if verification.exit_code is None else f"exit code {verification.exit_code}",
        tail=verification.tail or None,
    )
