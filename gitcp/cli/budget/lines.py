"""Budgets as a table with bars."""

from collections.abc import Sequence
from typing import Any

from gitcp.cli.output import print_table
from gitcp.cli.text import amount, bar, when


def print_budgets(budgets: Sequence[dict[str, Any]]) -> None:
    """Print budgets, a row for each metric that they cap."""
    print_table(
        [_row(budget, line) for budget in budgets for line in budget["use"]],
        heads=(
            "budget",
            "period",
            "metric",
            "",
            "share",
            "used",
            "reserved",
            "left",
            "limit",
            "until",
            "state",
        ),
    )


def _row(budget: dict[str, Any], line: dict[str, Any]) -> tuple[object, ...]:
    amounts = [amount(line["metric"], line[name]) for name in ("settled", "reserved", "available", "limit")]
    return (
        budget["id"],
        budget["period"],
        line["metric"],
        bar(line["share"], 10),
        f"{line['share']:.0%}",
        *amounts,
        when(budget["until"]) or "-",
        line["state"],
    )
