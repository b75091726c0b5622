"""Tables of tasks and runs, which several commands print."""

from collections.abc import Sequence
from typing import Any

from gitcp.cli.output import print_table
from gitcp.cli.text import amount, when
from gitcp.cli.words import OPEN_STATUSES, PRIORITIES, STATUSES

View = dict[str, Any]

_AT_WORK = {status: place for place, status in enumerate((*reversed(OPEN_STATUSES), *STATUSES[5:]))}
_URGENCY = {priority: place for place, priority in enumerate(PRIORITIES)}


def urgency(row: View) -> tuple[int, int, str]:
    """Sort key of task rows: what somebody must act on, what is at work, what is next, what waits, what is closed."""
    return _AT_WORK[row["status"]], _URGENCY[row["priority"]], row["id"]


def print_tasks(rows: Sequence[View]) -> None:
    """Print tasks, a row each."""
    print_table(
        [
            (row["id"], row["status"], row["priority"], row["assignee"] or "-", _with_note(row))
            for row in rows
        ],
        heads=("task", "status", "priority", "assignee", "title"),
    )


def print_runs(rows: Sequence[View]) -> None:
    """Print runs, a row each."""
    print_table(
        [
            (
                row["id"],
                row["task"] or "-",
                row["outcome"] or row["status"],
                ", ".join(row["reasons"]),
                "" if row["minutes"] is None else f"{row['minutes']:.1f}",
                amount("usd", row["usd"]),
                row["reason"],
            )
            for row in rows
        ],
        heads=("run", "task", "outcome", "woken by", "min", "usd", ""),
    )


def _with_note(row: View) -> str:
    notes = []
    if row["held"]:
        notes.append(row["held"])
    if row["open_blockers"]:
        notes.append(f"waits for {', '.join(row['open_blockers'])}")
    if row["reviewer"]:
        notes.append(f"review by {row['reviewer']}")
    if row["due"]:
        notes.append(f"due {when(row['due'])[:10]}")
    return f"{row['title']}" + (f"  [{'; '.join(notes)}]" if notes else "")
