"""Budgets as a table with bars."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gitcp.cli.output import print_table
from gitcp.cli.text import amount, meter, when, width

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column; where the terminal is too narrow, those of the highest `rank` are left out first."""

    head: str
    rank: int
    cell: Callable[[View, View], str]


def _amount(name: str) -> Callable[[View, View], str]:
    return lambda _, line: amount(line["metric"], line[name])


def print_budgets(budgets: Sequence[View]) -> None:
    """Print budgets, a row for each metric that they cap; on a narrow terminal without what matters least."""
    lines = [(budget, line) for budget in budgets for line in budget["use"]]
    columns = _fitting([(c, [c.cell(*line) for line in lines]) for c in _COLUMNS])
    rows = list(zip(*(cells for _, cells in columns), strict=True))
    print_table(rows, heads=[column.head for column, _ in columns])


def _fitting(columns: list[tuple[_Column, list[str]]]) -> list[tuple[_Column, list[str]]]:
    room = _room()
    while room is not None and _taken(columns) > room and any(column.rank for column, _ in columns):
        least = max(column.rank for column, _ in columns)
        columns = [each for each in columns if each[0].rank < least]
    return columns


def _taken(columns: list[tuple[_Column, list[str]]]) -> int:
    widths = (max(map(width, [column.head, *cells])) for column, cells in columns)
    return sum(widths) + 2 * (len(columns) - 1)


def _room() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _limit(_: View, line: View) -> str:
    added = f" (+{amount(line['metric'], line['extra'])})" if line["extra"] else ""
    return f"{amount(line['metric'], line['limit'])}{added}"


def _dry(budget: View, line: View) -> str:
    if line["per_day"] is None:
        return "-"
    if line["dry_at"] is None:
        return f"not this {budget['period']}" if budget["until"] else "never"
    return "now" if line["available"] <= 0 else when(line["dry_at"])[:10]


def _state(budget: View, line: View) -> str:
    asked = budget["asked"]
    return (
        f"{line['state']}, asked: {asked['id']}"
        if asked and asked["status"] == "pending"
        else str(line["state"])
    )


_COLUMNS: Final = (
    _Column("budget", 0, lambda budget, _: str(budget["id"])),
    _Column("period", 3, lambda budget, _: str(budget["period"])),
    _Column("metric", 0, lambda _, line: str(line["metric"])),
    _Column("", 2, lambda _, line: meter(line["settled"], line["reserved"], line["limit"], 10)),
    _Column("share", 1, lambda _, line: f"{line['share']:.0%}"),
    _Column("used", 0, _amount("settled")),
    _Column("reserved", 3, _amount("reserved")),
    _Column("left", 0, _amount("available")),
    _Column("limit", 0, _limit),
    _Column("a day", 2, _amount("per_day")),
    _Column("runs dry", 2, _dry),
    _Column("until", 4, lambda budget, _: when(budget["until"])[:10] or "-"),
    _Column("state", 0, _state),
)
