"""Checkouts and clones as plain values and as tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from gitcp.cli.output import print_table
from gitcp.cli.text import counted
from gitcp.control.clock import Clock
from gitcp.model.base import format_instant
from gitcp.workspaces.inventory import Checkout, Held, size_of

Row = Mapping[str, Any]

_THOUSAND: Final = 1024
_UNITS: Final = ("B", "KB", "MB", "GB", "TB")


def checkout_row(checkout: Checkout) -> Row:
    """Return what is shown of a checkout; `bytes` is what it takes on the disk."""
    return {
        "place": str(checkout.path),
        "repository": checkout.repository,
        "agent": checkout.agent,
        "task": checkout.task,
        "run": checkout.run,
        "state": checkout.holding.value,
        "used_at": format_instant(checkout.used_at.replace(microsecond=0)),
        "bytes": size_of(checkout.path),
    }


def clone_row(held: Held) -> Row:
    """Return what is shown of a clone; `rescued` are the refs with work that is nowhere else."""
    return {
        "place": str(held.path),
        "current": held.current,
        "rescued": [
            {"ref": each.ref, "run": each.run, "at": format_instant(each.at)} for each in held.rescued
        ],
        "used_at": format_instant(held.used_at.replace(microsecond=0)),
        "bytes": size_of(held.path),
    }


def print_checkouts(rows: Sequence[Row]) -> None:
    """Print checkouts."""
    heads = ("state", "task", "agent", "repository", "age", "size", "last run", "place")
    print_table(
        [
            (r["state"], r["task"], r["agent"], r["repository"], age(r["used_at"]), size(r["bytes"]), r["run"], r["place"])
            for r in rows
        ],
        heads=heads,
    )  # fmt: skip


def print_clones(rows: Sequence[Row]) -> None:
    """Print clones, and below each the rescue refs in it."""
    told = [
        ("in use" if r["current"] else "unused", counted(len(r["rescued"]), "rescue ref"), size(r["bytes"]), r["place"])
        for r in rows
    ]  # fmt: skip
    print_table(told, heads=("state", "holds", "size", "place"))
    refs = [(each["ref"], age(each["at"]), r["place"]) for r in rows for each in r["rescued"]]
    if refs:
        print_table(refs, heads=("rescued", "age", "in"))


def size(number: int) -> str:
    """Write a number of bytes in the largest unit that leaves a whole part."""
    value, unit = float(number), 0
    while value >= _THOUSAND and unit < len(_UNITS) - 1:
        value, unit = value / _THOUSAND, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{number} B"


def age(instant: str) -> str:
    """Write how long ago something was, in days, hours or minutes."""
    passed = max(Clock().now() - datetime.fromisoformat(instant), timedelta(0))
    minutes = int(passed.total_seconds() // 60)
    for unit, length in (("d", 24 * 60), ("h", 60)):
        if minutes >= length:
            return f"{minutes // length}{unit}"
    return f"{minutes}m"
