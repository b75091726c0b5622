"""Who spent a budget, and what earlier periods took, as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitcp.cli.output import print_heading, print_table
from gitcp.cli.text import amount, when

View = Mapping[str, Any]


def print_spenders(what: str, rows: Sequence[View], *, is_whole: bool) -> None:
    """Print the biggest spenders of a kind, a row each; nothing where nothing was spent."""
    if rows:
        print_heading(f"Biggest spenders: {what}s" + ("" if is_whole else ", by the newest runs alone"))
        metrics = list(rows[0]["used"])
        others = [metric for metric in metrics if metric != "runs"]
        told = [(row["name"], str(row["runs"]), *_used(row, others)) for row in rows]
        print_table(told, heads=(what, "runs", *others))


def print_earlier(rows: Sequence[View]) -> None:
    """Print what earlier periods took, the latest first; nothing where none took anything."""
    if any(value for row in rows for value in row["used"].values()):
        print_heading("Earlier periods")
        metrics = list(rows[0]["used"])
        told = [(when(row["since"]), when(row["until"]), *_used(row, metrics)) for row in rows]
        print_table(told, heads=("from", "until", *metrics))


def _used(row: View, metrics: Sequence[str]) -> list[str]:
    return [amount(metric, row["used"][metric]) for metric in metrics]
