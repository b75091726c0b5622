"""From validated values to what JSON knows.

Rule: keys are those of the record's file, times are text as in records, amounts are numbers with at most six places, nothing is left out.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from gitcp.model.base import Record, format_instant

View = dict[str, Any]


def plain(value: object) -> Any:
    """Return a value as JSON knows it."""
    match value:
        case BaseModel():
            return {key: plain(part) for key, part in _parts(value)}
        case Decimal():
            return round(float(value), 6)
        case datetime():
            return format_instant(value)
        case str():
            return str(value)
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case tuple() | list():
            return [plain(part) for part in value]
        case _:
            return value


def record_view(record: Record, *, without: Collection[str] = ()) -> View:
    """Return every field of a record, its id first."""
    return {key: plain(part) for key, part in _parts(record) if key not in without}


def _parts(value: BaseModel) -> list[tuple[str, object]]:
    fields = type(value).model_fields.items()
    return [(field.serialization_alias or name, getattr(value, name)) for name, field in fields]
