"""Figures as files that a program of tables opens."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from gitcp.dashboard.register import Register
from gitcp.dashboard.spending import Share, Taken, spent_in

_HEADS: Final = (
    *Share._fields,
    "runs",
    "usd",
    "usd_at_list_price",
    "tokens",
    "minutes",
    "runs_of_unknown_use",
)
# What a program of tables takes for a formula, in text that agents or strangers may have written; some take the wide forms as well.
_FORMULAS: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def costs(register: Register, month: str) -> str | None:
    """Write what a month cost, a line for each day, agent, project, goal, repository, runtime and model; none where nothing ran."""
    spent = spent_in(register, month)
    return _sheet(_line(share, taken) for share, taken in spent) if spent else None


def _line(share: Share, taken: Taken) -> tuple[str, ...]:
    text = tuple(_inert(value or "") for value in share)
    return (*text, *(f"{value:f}" if not isinstance(value, int) else str(value) for value in taken))


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _sheet(lines: Iterable[tuple[str, ...]]) -> str:
    page = StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(_HEADS)
    writer.writerows(lines)
    return page.getvalue()
