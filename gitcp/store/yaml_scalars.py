"""What a YAML scalar means: the YAML 1.2 core schema for reading, and what is text to every YAML reader for writing."""

import json
import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from gitcp.model.base import Plain, format_instant

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
KEYWORDS: Final = NULLS | _BOOLS.keys()
_LONGEST_NUMBER: Final = 400
_LAST_OF_FOUR: Final = 0xFFFF

_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

# Never raw in a file: what YAML forbids, what some readers take for a line break, what turns the direction of text, and private
# letters, of which the reader lends some.
_HIDDEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\U000f0000-\U0010ffff"
_HIDDEN_OR_BREAK = re.compile(rf"[{_HIDDEN}\t\n]")
_UNFIT_FOR_BLOCK = re.compile(rf"[{_HIDDEN}]")

# Quoted even where YAML 1.2 would read text: other readers see numbers, times, truth values, or syntax.
_AMBIGUOUS = re.compile(
    r"""
      [-+]?(?:0[xXoObB][0-9a-fA-F_]+|\.?[0-9_][0-9_.:,]*(?:[eE][-+]?[0-9_]*)?)
    | [-+]?\.(?:inf|nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\ ].*)?
    | y|yes|n|no|true|false|on|off|null|~|=|<<
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SYNTAX = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`]|\.\.\.")
_INNER_SYNTAX = re.compile(r":(?:\s|\Z)|\s#")
_FLOW_SYNTAX = re.compile(r"[?,\[\]{}]|:[,\[\]{}'\"]")


class Quoted(str):
    """Text that is written in double quotes even where it need not be: the words of a command line."""

    __slots__ = ()


def resolve(text: str) -> bool | int | float | str | None:
    """Return what a plain scalar is in the YAML 1.2 core schema.

    Infinity, not-a-number and numbers too long to be meant stay text: records are JSON values too.
    """
    if text in NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    return text if len(text) > _LONGEST_NUMBER else _number(text)


def is_text(text: str) -> bool:
    """Return whether a plain scalar is a string in the YAML 1.2 core schema."""
    return isinstance(resolve(text), str) and not _INFINITE.fullmatch(text)


def settle(value: Any) -> Any:
    """Resolve every plain scalar of a free-form value."""
    if isinstance(value, Plain):
        return resolve(value)
    if isinstance(value, dict):
        return {key: settle(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [settle(inner) for inner in value]
    return value


def inline_scalar(value: Any, *, flow: bool, style: str = "") -> str:
    """Write a scalar on one line; text keeps the quotes of `style` where it can."""
    if isinstance(value, str):
        return _text(value, flow=flow, style=style)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return format_instant(value)
    return (
        f"{value:f}"
        if isinstance(value, Decimal)
        else _float(value)
        if isinstance(value, float)
        else str(value)
    )


def fits_block(text: str) -> bool:
    """Return whether a text can stand as it is below a `|`: several lines, and nothing that a reader would change."""
    return "\n" in text and not _UNFIT_FOR_BLOCK.search(text) and bool(text.strip())


def _number(text: str) -> int | float | str:
    if _DECIMAL.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    number = float(text) if _FLOAT.fullmatch(text) else None
    return text if number is None or number in {float("inf"), float("-inf")} else number


def _float(value: float) -> str:
    text = repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text


def _text(text: str, *, flow: bool, style: str) -> str:
    text = str(text) if not isinstance(text, Quoted) else text
    if isinstance(text, Quoted) or style == '"' or _HIDDEN_OR_BREAK.search(text):
        return _double(text)
    if style == "'":
        return _single(text)
    if _is_plain(text) and not (flow and _FLOW_SYNTAX.search(text)):
        return text
    return _single(text) if '"' in text or "\\" in text else _double(text)


def _is_plain(text: str) -> bool:
    return (
        text != ""
        and text == text.strip()
        and not _SYNTAX.match(text)
        and not _INNER_SYNTAX.search(text)
        and not _AMBIGUOUS.fullmatch(text)
    )


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    # JSON's escapes are YAML's; what JSON leaves raw and YAML must not see is escaped here.
    return _HIDDEN_OR_BREAK.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    return (
        match[0].encode("unicode_escape").decode()
        if ord(match[0]) > _LAST_OF_FOUR
        else f"\\u{ord(match[0]):04x}"
    )
