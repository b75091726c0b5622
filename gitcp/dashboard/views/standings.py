"""How far a goal or a project is, and what it may spend: the same on its own page and in a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import amount, plural
from gitcp.dashboard.refs import Ref, TaskLine, task_line
from gitcp.dashboard.register import Register
from gitcp.dashboard.tallies import Tally
from gitcp.dashboard.views.facts import Fact
from gitcp.model.planning import Goal, Project


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done of what is wanted; `width` is its share in per cent."""

    text: str
    width: str
    cost: str
    open: str


@dataclass(frozen=True, slots=True)
class OpenTasks:
    """The most urgent of the open tasks; `more` leads to the others, if there are any."""

    tasks: tuple[TaskLine, ...]
    more: Ref | None


def progress(tally: Tally) -> Progress:
    """Show a tally."""
    share = Decimal(tally.done) / tally.wanted * 100 if tally.wanted else Decimal(0)
    return Progress(
        text=f"{tally.done:,} of {tally.wanted:,} done" if tally.wanted else "No tasks",
        width=f"{share:.1f}",
        cost=tally.cost.text,
        open=plural(tally.open, "open task"),
    )


def open_tasks(register: Register, found: tuple[int, Sequence[str]], everywhere: str) -> OpenTasks:
    """Show the most urgent tasks; `everywhere` is the site path where all are."""
    count, names = found
    rows = (register.task_row(name) for name in names)
    lines = tuple(task_line(register, row) for row in rows if row is not None)
    more = Ref(f"All {count:,} open tasks", everywhere) if count > len(lines) else None
    return OpenTasks(lines, more)


def tally_facts(tally: Tally) -> Iterator[Fact]:
    """Show what a tally counts."""
    yield Fact("Open", text=f"{tally.open:,}")
    yield Fact("Done", text=f"{tally.done:,}")
    if tally.cancelled:
        yield Fact("Cancelled", text=f"{tally.cancelled:,}")
    yield Fact("Runs", text=f"{tally.runs:,}")
    yield Fact("Cost", text=tally.cost.text)


def budget_facts(register: Register, budget_id: str) -> Iterator[Fact]:
    """Show what is used of a budget, if there is one, a line for each cap."""
    use = register.budget(budget_id)
    for row in use.rows if use else ():
        gone = row.settled + row.reserved
        yield Fact(
            f"Budget: {words.METRIC[row.metric].lower()}",
            ref=Ref(
                f"{amount(row.metric, gone)} of {amount(row.metric, row.limit)}",
                links.budget_page(budget_id),
            ),
            tone="bad" if gone >= row.limit else "plain",
        )


def paused_line(record: Goal | Project) -> str | None:
    """Say who paused a goal or a project, and why."""
    paused = record.paused
    if paused is None:
        return None
    why = f": {paused.reason}" if paused.reason else ""
    return f"Paused by @{paused.by}{why}"
