"""Bytes to a tree of nodes, within limits. The one module that knows PyYAML.

Rule: nothing is built before it was counted; anchors, aliases, tags, directives and second documents are never followed.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import yaml
from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from gitcp.store.faults import Fault
from gitcp.store.yaml_faults import syntax_fault
from gitcp.store.yaml_scalars import KEYWORDS, is_text
from gitcp.store.yaml_tree import Mapping, Node, Scalar, Sequence, path_below, printable

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 20
MAX_NODES: Final = 20_000

# YAML 1.1, which both parsers follow here, breaks lines at these; YAML 1.2 does not. They stand in as others while it parses.
_OLD_BREAKS: Final = "\x85\u2028\u2029"
_STAND_INS: Final = range(0xF0000, 0x10FFFE)  # more of them than fit into a file
_ESCAPES = re.compile(r"\\U(000[fF][0-9a-fA-F]{4}|0010[0-9a-fA-F]{4})")


# Only their events are used: nothing is ever constructed.
PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text as it was parsed: without byte order mark, old line breaks stood in for."""

    text: str
    marked: bool = False
    stand_ins: str = ""

    def restore(self, text: str) -> str:
        """Undo the stand-ins."""
        return text.translate(str.maketrans(self.stand_ins, _OLD_BREAKS)) if self.stand_ins else text


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds. Without `root` it could not be parsed, or holds nothing; with faults it must not be used."""

    source: Source
    root: Node | None
    faults: tuple[Fault, ...] = ()


def parse(data: bytes) -> Parsed:
    """Parse one YAML document; whatever is wrong with it is a fault, never an exception."""
    if len(data) > MAX_BYTES:
        return Parsed(Source(""), None, (too_large(len(data), MAX_BYTES),))
    try:
        source = _source(data.decode())
    except UnicodeDecodeError as error:
        return Parsed(Source(""), None, (not_utf8(data, error),))
    builder = _Builder(source)
    try:
        root = builder.document()
    except (YAMLError, ValueError, OverflowError) as error:
        return Parsed(source, None, (*builder.faults, syntax_fault(error, source.text)))
    except _LimitError as error:
        return Parsed(source, None, (*builder.faults, error.fault))
    return Parsed(source, root, tuple(builder.faults))


def not_utf8(data: bytes, error: UnicodeDecodeError) -> Fault:
    """Return the fault of a file that is not UTF-8."""
    line = data.count(b"\n", 0, error.start) + 1
    return Fault(
        line, "", f"expected UTF-8, found the byte 0x{data[error.start]:02x}", "save the file as UTF-8"
    )


def too_large(size: int, limit: int) -> Fault:
    """Return the fault of a file with too many bytes."""
    message = f"the file has {size:,} bytes, expected at most {limit:,}"
    return Fault(0, "", message, "keep long texts in a document of the task")


def _source(text: str) -> Source:
    marked = text.startswith("\ufeff")
    text = text[1:] if marked else text
    if not any(old in text for old in _OLD_BREAKS):
        return Source(text, marked)
    taken = {*text, *(chr(int(code, 16)) for code in _ESCAPES.findall(text))}
    free = (chr(code) for code in _STAND_INS if chr(code) not in taken)
    stand_ins = "".join(next(free) for _ in _OLD_BREAKS)
    return Source(text.translate(str.maketrans(_OLD_BREAKS, stand_ins)), marked, stand_ins)


_Collection = TypeVar("_Collection", Mapping, Sequence)


class _LimitError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Builder:
    """Builds nodes from the parser's events, one document, and collects the faults on the way."""

    def __init__(self, source: Source) -> None:
        self.faults: list[Fault] = []
        self._source = source
        self._nodes_left = MAX_NODES
        self._path: list[str | int] = []

    def document(self) -> Node | None:
        self._next = PARSER(self._source.text).get_event
        self._next()
        event = self._next()
        if type(event) is StreamEndEvent:
            return None
        if event.version or event.tags:
            self._fault(event, "a line that starts with `%` is not read", "remove it: files are YAML 1.2")
        root = self._node(self._next())
        self._next()
        after = self._next()
        if type(after) is DocumentStartEvent:
            self._fault(
                after, "a second document starts here, expected one in a file", "remove what follows `---`"
            )
        return root

    def _node(self, event: Any) -> Node:
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise _LimitError(
                self._told(event, f"more than {MAX_NODES:,} values in one file", "split the record")
            )
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        if event.anchor is not None or event.tag is not None:
            self._named(event)
        if kind is ScalarEvent:
            value = self._source.restore(event.value) if self._source.stand_ins else event.value
            style, start = "" if event.implicit[0] else event.style, event.start_mark
            return Scalar(value, style or "", start.index, event.end_mark.index, start.line + 1)
        if len(self._path) >= MAX_DEPTH:
            raise _LimitError(
                self._told(event, f"nested more than {MAX_DEPTH} deep", "keep the record flatter")
            )
        return self._mapping(event) if kind is MappingStartEvent else self._sequence(event)

    def _sequence(self, event: Any) -> Sequence:
        start = event.start_mark
        node = Sequence(bool(event.flow_style), start.index, event.end_mark.index, start.line + 1)
        self._path.append(0)
        event = self._next()
        while type(event) is not SequenceEndEvent:
            self._path[-1] = len(node.items)
            node.items.append(self._node(event))
            event = self._next()
        return self._closed(node, event)

    def _mapping(self, event: Any) -> Mapping:
        start = event.start_mark
        node = Mapping(bool(event.flow_style), start.index, event.end_mark.index, start.line + 1)
        lines: dict[str, int] = {}
        self._path.append("")
        event = self._next()
        while type(event) is not MappingEndEvent:
            self._path[-1] = ""
            key = self._key(event, lines)
            value = self._node(self._next())
            if key is not None:
                node.entries.append((key, value))
            event = self._next()
        return self._closed(node, event)

    def _closed(self, node: _Collection, event: Any) -> _Collection:
        self._path.pop()
        node.end = event.end_mark.index
        return node

    def _key(self, event: Any, lines: dict[str, int]) -> Scalar | None:
        key = self._node(event)
        if not isinstance(key, Scalar):
            self._fault(event, "a list or mapping as a key, expected text", "quote the key")
            return None
        name = key.value
        self._path[-1] = name
        if name in lines:
            self._fault(event, f"a second time this key, first in line {lines[name]}", "keep one of the two")
            return None
        lines[name] = key.line
        if not key.style and not (name.isidentifier() and name not in KEYWORDS):
            self._check_plain_key(event, name)
        return key

    def _check_plain_key(self, event: Any, name: str) -> None:
        if name == "<<":
            self._fault(event, "merge keys are not read", "write the keys out")
        elif not is_text(name):
            self._fault(event, f"the key `{printable(name)}` is not text", f'quote it: "{printable(name)}"')

    def _alias(self, event: Any) -> Scalar:
        self._fault(
            event, f"aliases such as `*{printable(event.anchor)}` are not read", "write the value out"
        )
        start = event.start_mark
        return Scalar("", "", start.index, event.end_mark.index, start.line + 1)

    def _named(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault(event, f"anchors such as `&{printable(event.anchor)}` are not read", "remove it")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._fault(event, f"tags such as `{printable(tag)}` are not read", "remove it")

    def _fault(self, event: Any, message: str, hint: str) -> None:
        self.faults.append(self._told(event, message, hint))

    def _told(self, event: Any, message: str, hint: str) -> Fault:
        where = ""
        for step in self._path:
            where = path_below(where, step) if step != "" else where
        return Fault(event.start_mark.line + 1, where, message, hint)
