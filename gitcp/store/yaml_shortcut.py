"""A short way to the values of a file that is laid out as `yaml_writer` does it: a few patterns, no parser, no nodes, no marks.

Rule: it gives exactly what the parser gives, or nothing. Whatever it is not sure of is left to the parser, faults first; each test here
may be too strict and never too lax. `tests/store/test_yaml_shortcut.py` holds the two against each other.
"""

import json
import re
from functools import lru_cache
from typing import Any, Final

from gitcp.model.base import Plain
from gitcp.store.yaml_reader import MAX_NODES
from gitcp.store.yaml_scalars import KEYWORDS, NULLS

_DEEPEST: Final = 8
_REMEMBERED: Final = 1_000
_ASCII: Final = bytes(range(0x20, 0x7F)) + b"\n"

_KEY = r"[A-Za-z_][A-Za-z0-9_]{0,59}"
# The last alternative of a pattern takes what does not belong there, and leaves the groups empty.
_STRAY = r"(?s:.)"
_ENTRY = re.compile(rf"({_KEY}):(?: (.+))?\n((?:(?:  .*)?\n)*)|{_STRAY}")
_ITEM = re.compile(rf"- (.+)\n|{_STRAY}")

_NOT_PLAIN: Final = frozenset(["", *" -?:,[]{}#&*!|>'\"%@`"])
_STRING = r'"[^"\\]*"'
_DOUBLE_QUOTED = re.compile(_STRING)
_SINGLE_QUOTED = re.compile(r"'((?:[^']|'')*)'")

_WORD = r"[A-Za-z0-9][A-Za-z0-9_./@+-]*(?:[ :][A-Za-z0-9][A-Za-z0-9_./@+-]*)*"
_WORDS = re.compile(rf"\[{_WORD}(?:, {_WORD})*\]")
_ROW = rf"\[{_STRING}(?:, {_STRING})*\]"
_PART = rf"{_WORD}|{_STRING}|\[{_WORD}(?:, {_WORD})*\]|{_ROW}"
_PAIR = re.compile(rf"({_KEY}): ({_PART})(?:, |\}}\Z)|{_STRAY}")
_STRINGS = re.compile(rf"{_ROW}|\[{_ROW}(?:, {_ROW})*\]")


class Flow(dict[str, Any]):
    """A mapping in one line. The same text is the same object, as a rule; so what is made of it need be made once."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class _DeclinedError(Exception):
    """The parser has to look at this text."""


def values_of(data: bytes) -> dict[str, Any] | None:
    """Return the values of a file as `yaml_tree.value_of` would, or none if only the parser can tell them."""
    # A file with fewer bytes than it may have nodes cannot have too many nodes.
    if len(data) > MAX_NODES or data[-1:] != b"\n":
        return None
    try:
        return _mapping(data.decode()) if data.translate(None, _ASCII).decode().isprintable() else None
    except (UnicodeDecodeError, _DeclinedError):
        return None


def _mapping(text: str, level: int = 0) -> dict[str, Any]:
    if level > _DEEPEST:
        raise _DeclinedError
    values: dict[str, Any] = {}
    for key, beside, below in _ENTRY.findall(text):
        if key in KEYWORDS or key in values:
            raise _DeclinedError
        values[key] = _block(beside, below, level) if below else _inline(beside)
    return values


def _block(head: str, lines: str, level: int) -> Any:
    text = lines[2:].replace("\n  ", "\n")
    if lines[0] == "\n" or (head and text[0] in " \n"):
        raise _DeclinedError
    if head == "|":
        return text.rstrip("\n") + "\n"
    if head == "|-":
        return text.rstrip("\n")
    if head:
        raise _DeclinedError
    return [_inline(item) for item in _ITEM.findall(text)] if text[0] == "-" else _mapping(text, level + 1)


def _inline(text: str) -> Any:
    first = text[:1]
    if first not in _NOT_PLAIN:
        if text[-1] in " :" or ": " in text or " #" in text:
            raise _DeclinedError
        return _plain(text)
    if first == '"' and _DOUBLE_QUOTED.fullmatch(text):
        return text[1:-1]
    if first == "'" and (quoted := _SINGLE_QUOTED.fullmatch(text)):
        return quoted[1].replace("''", "'")
    return _flow_mapping(text) if first == "{" else _flow_list(text)


# Limits, labels and commands are the same in file after file. Nobody changes what is returned.
@lru_cache(_REMEMBERED)
def _flow_list(text: str) -> list[Any]:
    if _WORDS.fullmatch(text):
        return [_plain(word) for word in text[1:-1].split(", ")]
    if _STRINGS.fullmatch(text):
        strings: list[Any] = json.loads(text)
        return strings
    raise _DeclinedError


@lru_cache(_REMEMBERED)
def _flow_mapping(text: str) -> Flow:
    pairs = _PAIR.findall(text, 1)
    values = Flow((key, _inline(part) if part[:1] in {'"', "["} else _plain(part)) for key, part in pairs)
    if text[-1] != "}" or len(values) < len(pairs) or not KEYWORDS.isdisjoint(values):
        raise _DeclinedError
    return values


def _plain(text: str) -> Plain | None:
    return None if text in NULLS else Plain(text)
