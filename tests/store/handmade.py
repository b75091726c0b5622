"""Files as people write them: any quotes, any indentation, comments, blank lines, keys in any order."""

import json
import re
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from gitcp.model.base import Record
from gitcp.store.shapes import slots_of
from gitcp.store.yaml_scalars import fits_block, inline_scalar
from gitcp.store.yaml_writer import to_data

_RAW = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*\Z")


T = TypeVar("T")


class Draw(Protocol):
    """Hypothesis's function that draws from a strategy."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T: ...


@dataclass(frozen=True)
class Handmade:
    """A file: its text, and the lines of each key in it."""

    text: str
    lines: dict[str, list[str]]
    comments: list[str]


@st.composite
def handmade(draw: Draw, record: Record) -> Handmade:
    """A file that reads as a record."""
    data = _explicit(draw, record)
    keys = draw(st.permutations(list(data)))
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    lines: list[str] = []
    of_key: dict[str, list[str]] = {}
    comments: list[str] = []
    for number, key in enumerate(keys):
        for _ in range(draw(st.integers(0, 2))):
            lines.append(draw(st.sampled_from(["", f"# before {number} {len(lines)}"])))
            comments += [lines[-1]] if lines[-1] else []
        first, rest = _value(draw, data[key], 0)
        of_key[key] = [_key(draw, key) + first, *rest]
        lines += of_key[key]
        if rest and rest[-1] == "":
            lines.append("# a line that ends the text above")
    text = newline.join(lines) + newline
    if draw(st.booleans()) and not _ends_with_text(of_key[keys[-1]]):
        text = text.removesuffix(newline)
    return Handmade(draw(st.sampled_from(["", "", "\ufeff"])) + text, of_key, comments)


def _explicit(draw: Draw, record: Record) -> dict[str, Any]:
    data: dict[str, Any] = to_data(record)
    for slot in slots_of(type(record)).values():
        if (
            slot.key not in data
            and (slot.default is None or isinstance(slot.default, tuple | str | int))
            and draw(st.booleans())
        ):
            data[slot.key] = to_data(slot.default)
    return data


def _ends_with_text(lines: list[str]) -> bool:
    return any(re.search(r"[|>][-+0-9]*(\s+#.*)?$", line) for line in lines)


def _key(draw: Draw, key: str) -> str:
    plain = inline_scalar(key, flow=True)
    return (
        draw(st.sampled_from([plain, plain, json.dumps(key, ensure_ascii=False)])) + ":"
        if _RAW.match(key)
        else plain + ":"
    )


def _comment(draw: Draw) -> str:
    return draw(st.sampled_from(["", "", "  # why: [a, b]", " #"]))


def _value(draw: Draw, value: Any, indent: int) -> tuple[str, list[str]]:
    """What follows a key or a dash: the rest of the line, with its space, and the lines below."""
    if isinstance(value, str) and fits_block(value) and draw(st.booleans()):
        return _literal(draw, value, indent)
    style = draw(st.sampled_from(["flow", "lines", "broken"]))
    if isinstance(value, dict) and value and style == "lines":
        return _mapping(draw, value, indent)
    if isinstance(value, list) and value and style == "lines":
        return _sequence(draw, value, indent)
    if isinstance(value, list | dict) and value and style == "broken":
        return _broken(draw, value, indent)
    text = _flow(draw, value, inside=False)
    if text and not isinstance(value, list | dict) and draw(st.integers(0, 9)) == 0:
        return _comment(draw), [" " * (indent + 3) + text]
    return (f"{draw(st.sampled_from([' ', '   ']))}{text}" if text else "") + _comment(draw), []


def _literal(draw: Draw, text: str, indent: int) -> tuple[str, list[str]]:
    step = draw(st.integers(1, 5))
    bare = text.rstrip("\n")
    chomping = "-" if bare == text else "" if len(text) == len(bare) + 1 else "+"
    explicit = str(step) if text[0] in " \t\n" else ""
    lines = [" " * (indent + step) + line if line else "" for line in text.removesuffix("\n").split("\n")]
    return f" |{explicit}{chomping}{_comment(draw)}", lines


def _mapping(draw: Draw, value: dict[str, Any], indent: int) -> tuple[str, list[str]]:
    inner = indent + draw(st.integers(1, 4))
    lines = []
    for key, each in value.items():
        first, rest = _value(draw, each, inner)
        lines += [*_remark(draw, inner), " " * inner + _key(draw, key) + first, *rest]
    return _comment(draw), lines


def _sequence(draw: Draw, value: list[Any], indent: int) -> tuple[str, list[str]]:
    column = indent + draw(st.integers(1, 4))
    lines = []
    for each in value:
        lines += _remark(draw, column)
        if isinstance(each, dict) and each and draw(st.booleans()):
            lines += _compact(draw, each, column)
        else:
            first, rest = _value(draw, each, column)
            lines += [" " * column + "-" + first, *rest]
    return _comment(draw), lines


def _compact(draw: Draw, value: dict[str, Any], column: int) -> list[str]:
    inner = column + 2
    lines = []
    for key, each in value.items():
        first, rest = _value(draw, each, inner)
        lines += [" " * inner + _key(draw, key) + first, *rest]
    lines[0] = " " * column + "- " + lines[0][inner:]
    return lines


def _remark(draw: Draw, indent: int) -> list[str]:
    return draw(st.sampled_from([[], [], [""], [" " * indent + "# inside"]]))


def _broken(draw: Draw, value: Any, indent: int) -> tuple[str, list[str]]:
    """Brackets over several lines."""
    margin = " " * (indent + 2)
    parts = list(value.items()) if isinstance(value, dict) else list(value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        comma = draw(st.sampled_from(["", ","])) if last else ","
        lines.append(
            f"{margin}{_flow_part(draw, part, is_pair=isinstance(value, dict))}{comma}{_comment(draw)}"
        )
    return f" {opening}{_comment(draw)}", [*lines, f"{margin}{closing}{_comment(draw)}"]


def _flow_part(draw: Draw, part: Any, *, is_pair: bool) -> str:
    if not is_pair:
        return _flow(draw, part, inside=True) or "null"
    text = _flow(draw, part[1], inside=True)
    return f"{_key(draw, part[0])} {text}"


def _flow(draw: Draw, value: Any, *, inside: bool) -> str:
    pad = draw(st.sampled_from(["", " "]))
    if isinstance(value, dict):
        return (
            "{"
            + pad
            + ", ".join(_flow_part(draw, pair, is_pair=True) for pair in value.items())
            + " "
            + pad
            + "}"
        )
    if isinstance(value, list):
        return "[" + pad + ", ".join(_flow_part(draw, each, is_pair=False) for each in value) + pad + "]"
    if value is None:
        return draw(st.sampled_from(["null", "~", ""]))
    if isinstance(value, str) and _RAW.match(value):
        choices = [
            inline_scalar(value, flow=inside),
            json.dumps(value, ensure_ascii=False),
            "'" + value.replace("'", "''") + "'",
        ]
        return draw(st.sampled_from(choices))
    return inline_scalar(value, flow=inside)
