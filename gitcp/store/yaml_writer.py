"""Records as YAML text, in the order of the model, as a person would write them.

Rule: what is written reads the same in YAML 1.1 and 1.2, whatever the reader.
"""

from collections.abc import Mapping
from typing import Any, Final

from gitcp.model.base import Value
from gitcp.store.shapes import slots_of
from gitcp.store.yaml_scalars import Quoted, fits_block, inline_scalar

WIDTH: Final = 100
STEP: Final = 2


def to_data(value: Any, *, is_argv: bool = False) -> Any:
    """Return a value as dicts, lists and scalars, without keys that hold their defaults."""
    if isinstance(value, Value):
        slots = slots_of(type(value)).values()
        present = ((slot, getattr(value, slot.name)) for slot in slots)
        return {s.key: to_data(v, is_argv=s.is_argv) for s, v in present if s.is_written(v)}
    if isinstance(value, Mapping):
        return {key: to_data(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_data(inner, is_argv=is_argv) for inner in value]
    return Quoted(value) if is_argv and isinstance(value, str) else value


def document(data: dict[str, Any]) -> str:
    """Write a whole file."""
    lines = block_mapping(data, 0) if data else ["{}"]
    return "\n".join(lines) + "\n"


def block_mapping(data: Mapping[str, Any], indent: int) -> list[str]:
    """Write one key a line, at an indentation."""
    return [line for key, value in data.items() for line in entry(key, value, indent)]


def entry(key: str, value: Any, indent: int) -> list[str]:
    """Write the lines of one key, at an indentation."""
    head = f"{' ' * indent}{key_text(key)}:"
    first, rest = below(value, indent, WIDTH - len(head) - 1)
    return [f"{head} {first}" if first else head, *rest]


def item(value: Any, indent: int) -> list[str]:
    """Write the lines of one item of a list, at the indentation of its `-`."""
    first, rest = item_below(value, indent)
    return [f"{' ' * indent}- {first}", *rest]


def below(value: Any, indent: int, room: int, step: int = STEP) -> tuple[str, list[str]]:
    """Write what follows a key that stands at an indentation: the rest of its line, and the lines below."""
    text = _fitting(value, room)
    if text is not None:
        return text, []
    if isinstance(value, dict):
        return "", block_mapping(value, indent + STEP)
    if isinstance(value, list):
        return "", [line for each in value for line in item(each, indent + STEP)]
    return _literal(value, indent, step)


def item_below(value: Any, indent: int) -> tuple[str, list[str]]:
    """Write what follows a `-` that stands at an indentation: the rest of its line, and the lines below."""
    inner = indent + STEP
    if isinstance(value, dict) and _fitting(value, WIDTH - inner) is None:
        first, *rest = block_mapping(value, inner)
        return first[inner:], rest
    return (inline(value), []) if isinstance(value, list) else below(value, indent, WIDTH - inner)


def inline(value: Any, *, flow: bool = False, style: str = "") -> str:
    """Write any value on one line. `flow`: it stands inside of brackets; `style`: the quotes that text had."""
    if isinstance(value, dict):
        pairs = (f"{key_text(key)}: {inline(inner, flow=True)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(inner, flow=True) for inner in value) + "]"
    return inline_scalar(value, flow=flow, style=style)


def key_text(key: str) -> str:
    """Write a key."""
    return inline_scalar(str(key), flow=True)


def _literal(text: str, indent: int, step: int) -> tuple[str, list[str]]:
    bare = text.rstrip("\n")
    chomping = "-" if bare == text else "" if len(text) == len(bare) + 1 else "+"
    explicit = str(step) if text[0] in " \t\n" else ""
    margin = " " * (indent + step)
    lines = text.removesuffix("\n").split("\n")
    return f"|{explicit}{chomping}", [f"{margin}{line}" if line else "" for line in lines]


def _fitting(value: Any, room: int) -> str | None:
    if isinstance(value, str):
        return None if fits_block(value) else inline(value)
    if isinstance(value, list | dict) and value:
        text = inline(value) if _is_flat(value) else None
        return text if text is not None and len(text) <= room else None
    return inline(value)


def _is_flat(value: list[Any] | dict[str, Any]) -> bool:
    if isinstance(value, dict):
        return all(_is_short(inner) or _is_row(inner) for inner in value.values())
    return all(_is_short(inner) or _is_row(inner) for inner in value)


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and all(_is_short(inner) for inner in value)


def _is_short(value: Any) -> bool:
    if isinstance(value, list | dict):
        return not value
    return not (isinstance(value, str) and "\n" in value)
