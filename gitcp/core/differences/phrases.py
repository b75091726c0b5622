"""Values in words: short, on one line, whatever they hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from gitcp.core.quoting import one_line
from gitcp.model.base import format_instant

MOST_SHOWN: Final = 5
# Whoever reads what differs need not see the values of these.
NAMES_ALONE: Final = frozenset({"environment", "headers"})
_LONGEST: Final = 80
_MINUTE: Final = 17  # characters of a time, its minutes included


def said(value: object) -> str:
    """Return a value in words, cut where it is long."""
    return one_line(_said(value), _LONGEST)


def label(field: str) -> str:
    """Return the name of a field as people say it."""
    return field.replace("_", " ")


def listed(values: Iterable[object]) -> str:
    """Return values with commas between them; of many the first, and how many more there are."""
    found = list(values)
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    return ", ".join(said(value) for value in found[:MOST_SHOWN]) + more


def lines(text: str) -> str:
    """Say how long a text is."""
    count = len(text.strip("\n").splitlines())
    return "1 line" if count == 1 else f"{count} lines"


def number(value: Decimal | float) -> str:
    """Write a number without zeros that say nothing."""
    text = f"{value:f}" if isinstance(value, Decimal) else f"{value:g}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _said(value: object) -> str:
    if value is None or value in ((), [], {}):
        return "none"
    return next(write(value) for kinds, write in _FORMS if isinstance(value, kinds))


def _time(value: datetime) -> str:
    return f"{format_instant(value)[: _MINUTE - 1].replace('T', ' ')}Z"


def _parts(value: BaseModel) -> str:
    told = [
        (name, sorted(part) if name in NAMES_ALONE else part)
        for name in type(value).model_fields
        if name != "type" and ((part := getattr(value, name)) or name not in NAMES_ALONE)
    ]
    shown = [
        f"{label(name)} {_said(part)}"
        for name, part in told
        if part not in (None, (), "") and part != type(value).model_fields[name].default
    ]
    kind = getattr(value, "type", None)
    return ", ".join([*([str(kind)] if kind else []), *shown]) or "nothing"


def _entries(value: Mapping[object, object]) -> str:
    return listed(f"{key} {_said(part)}" for key, part in value.items())


# The first that fits counts: a flag is a number as well, and a word of a list is text.
_FORMS: Final[Sequence[tuple[type | tuple[type, ...], Callable[[Any], str]]]] = (
    (bool, lambda value: "yes" if value else "no"),
    (Enum, lambda value: str(value.value)),
    ((Decimal, float), number),
    (datetime, _time),
    (BaseModel, _parts),
    (Mapping, _entries),
    ((tuple, list), listed),
    (object, str),
)
