"""Small macros, written out where they are called: a call takes longer than all else that a row of a table says.

A macro is small that stands in one line and has no loop. What a call gives it are names with dots, so that they may stand in it as they are.
"""

import re
from collections.abc import Mapping
from typing import Final

PARTS: Final = "parts.html"

_SMALL: Final = re.compile(r"^\{% macro (\w+)\(([\w, ]+)\) %\}(.*)\{% endmacro %\}$", re.MULTILINE)
_CALL: Final = re.compile(r"\{\{ (parts\.)?(\w+)\(([\w., ]+)\) \}\}")
_TAG: Final = re.compile(r"\{[{%].*?[%}]\}")
_NAME: Final = re.compile(r"(?<![\w.])[a-z_]\w*")
_LOOP: Final = "{% for"
_BEGIN: Final = re.compile(r"^\{% ")
_END: Final = re.compile(r" %\}$")


class Macros:
    """The small macros of the template `parts.html`."""

    def __init__(self, parts: str) -> None:
        self._small = {
            name: (given.split(", "), _kept(body))
            for name, given, body in _SMALL.findall(parts)
            if _LOOP not in body
        }

    def written_out(self, name: str, source: str) -> str:
        """Return the source of a template without calls of small macros."""
        return _CALL.sub(lambda call: self._body(call, is_own=name == PARTS), source)

    def _body(self, call: re.Match[str], *, is_own: bool) -> str:
        given, (names, body) = call[3].split(", "), self._small.get(call[2], ((), ""))
        if is_own == bool(call[1]) or len(given) != len(names):
            return call[0]
        meant = dict(zip(names, given, strict=True))
        text = _TAG.sub(lambda tag: _renamed(tag[0], meant), body)
        return _CALL.sub(lambda inner: self._body(inner, is_own=True), text)


def _renamed(tag: str, meant: Mapping[str, str]) -> str:
    return _NAME.sub(lambda name: meant.get(name[0], name[0]), tag)


def _kept(body: str) -> str:
    """Keep the space around a body that begins or ends with a tag, as around a call."""
    return _END.sub(" +%}", _BEGIN.sub("{%+ ", body))
