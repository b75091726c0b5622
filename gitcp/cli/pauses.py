"""What is paused, as several commands print it."""

from collections.abc import Mapping, Sequence
from typing import Any

from gitcp.cli.output import print_heading, print_table
from gitcp.cli.text import when


def why_paused(paused: Mapping[str, Any] | None) -> str | None:
    """Say by whom something is paused, since when and why; none if it is not."""
    if paused is None:
        return None
    because = f": {paused['reason']}" if paused["reason"] else ""
    return f"by {paused['by']} since {when(paused['at'])}{because}"


def print_pauses(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print what is paused, a row each."""
    if rows:
        print_heading("Paused")
        told = [(row["kind"], row["id"], row["by"], when(row["at"]), row["reason"]) for row in rows]
        print_table(told, heads=("what", "id", "by", "since", "why"))
