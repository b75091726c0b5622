"""The names in braces that a routine's task may hold: `{date}`, `{week}`, `{number}`.

Rule: `{{date}}` stands for `{date}` itself. Other braces are text, so that a description may hold code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

_NAME = re.compile(r"\{(\{[a-z][a-z0-9_]*\})\}|\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Variables:
    """What is filled in."""

    date: str
    week: str
    number: str

    @classmethod
    def of(cls, slot: datetime, number: int) -> "Variables":
        """Return the variables of a slot, which is a time on the clock of the routine's zone."""
        year, week, _ = slot.isocalendar()
        return cls(slot.date().isoformat(), f"{year}-W{week:02}", str(number))


NAMES = tuple(field.name for field in fields(Variables))


def fill(text: str, variables: Variables) -> str:
    """Return a text with its names filled in; a name that does not exist stays as it is."""

    def filled(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        return escaped or (getattr(variables, name) if name in NAMES else found[0])

    return _NAME.sub(filled, text)


def unknown_names(text: str) -> Iterator[str]:
    """Yield the names in braces that stand for nothing."""
    yield from (name for _, name in _NAME.findall(text) if name and name not in NAMES)
