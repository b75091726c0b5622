"""From what was typed to the fields of a record: dotted names reach into a field, bare words are what the field takes them for."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from gitcp.cli.parameters import Bare
from gitcp.errors import RecordError
from gitcp.model.base import Plain, Record


def plain_scalars(value: Any) -> Any:
    """Return fields in which bare words are what YAML would make of them."""
    match value:
        case Bare():
            return Plain(value)
        case Mapping():
            return {key: plain_scalars(part) for key, part in value.items()}
        case list() | tuple():
            return [plain_scalars(part) for part in value]
        case _:
            return value


def expanded(fields: Mapping[str, Any], before: Record | None) -> dict[str, Any]:
    """Return fields without dots: what is named in part keeps the rest that the record has.

    Raises:
        RecordError: a name reaches into something that has no parts.
    """
    found: dict[str, Any] = {name: value for name, value in fields.items() if "." not in name}
    for name, value in fields.items():
        head, *path = name.split(".")
        if path:
            if head not in found:
                found[head] = _parts(getattr(before, head, None))
            _put(found[head], path, value, name)
    return found


def _parts(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return {
            key: _parts(part) if isinstance(part, BaseModel | Mapping) else part
            for key, part in value.items()
        }
    return {} if value is None else value


def _put(target: Any, path: list[str], value: Any, name: str) -> None:
    for step in path[:-1]:
        target = target.setdefault(step, {}) if isinstance(target, dict) else target
    if not isinstance(target, dict):
        raise RecordError(
            f"{name}: expected the name of a field, found one that reaches into a value without parts"
        )
    target[path[-1]] = value
