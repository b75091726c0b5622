"""A YAML file as a tree of nodes that know where they stand in its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gitcp.model.base import Plain
from gitcp.store.yaml_scalars import NULLS

_STEP = re.compile(r"\[(?P<index>[0-9]+)\]|(?P<key>[^.\[]+)\.?|\.")
_NAME = re.compile(r"[\w-]{1,60}\Z")
_LONGEST_WORD = 60


@dataclass(slots=True)
class Scalar:
    """A scalar. `style` is its quote or `|` or `>`, empty for a plain one; `start` and `end` count characters, `line` from 1."""

    value: str
    style: str
    start: int
    end: int
    line: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written where a value could stand."""
        return self.start == self.end

    @property
    def is_block(self) -> bool:
        """Whether its text stands in lines of its own."""
        return self.style in {"|", ">"}


@dataclass(slots=True)
class Sequence:
    """A list: `[…]` if `flow`, else one `-` an item. `end` is only meant where `flow`."""

    flow: bool
    start: int
    end: int
    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys and values: `{…}` if `flow`, else one key a line. `end` is only meant where `flow`."""

    flow: bool
    start: int
    end: int
    line: int
    entries: list[tuple[Scalar, "Node"]] = field(default_factory=list)

    def entry(self, key: str) -> "tuple[Scalar, Node] | None":
        """Return the entry of a key, or none."""
        return next((entry for entry in self.entries if entry[0].value == key), None)


Node = Scalar | Sequence | Mapping


def value_of(node: Node) -> Any:
    """Return a node as dicts, lists and text; what is plain is `Plain`, and null is none."""
    if isinstance(node, Scalar):
        if node.style:
            return node.value
        return None if node.value in NULLS else Plain(node.value)
    if isinstance(node, Mapping):
        return {key.value: value_of(inner) for key, inner in node.entries}
    return [value_of(item) for item in node.items]


def path_below(where: str, step: str | int) -> str:
    """Return the way one step further down: `heartbeat.cron`, `blocked_by[2]`; a key that would not read as one is quoted."""
    if isinstance(step, int):
        return f"{where}[{step}]"
    name = step if _NAME.match(step) else f'"{printable(step)}"'
    return f"{where}.{name}" if where else name


def printable(text: str) -> str:
    """Return a text as a message may show it: on one line, control characters escaped, not too long."""
    shown = "".join(map(_shown, text[: _LONGEST_WORD + 1]))
    return shown if len(shown) <= _LONGEST_WORD else f"{shown[:_LONGEST_WORD]}…"


def _shown(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def line_of(root: Node, where: str) -> int:
    """Return the line of a way down, or of the nearest thing above it that exists."""
    node: Node = root
    line = root.line
    for step in _steps(where):
        found = _descend(node, step)
        if found is None:
            break
        line, node = found
    return line


def _descend(node: Node, step: str | int) -> tuple[int, Node] | None:
    if isinstance(node, Mapping) and isinstance(step, str):
        entry = node.entry(step)
        return (entry[0].line, entry[1]) if entry else None
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step].line, node.items[step]
    return None


def _steps(where: str) -> Iterator[str | int]:
    rest = where
    while rest:
        if rest.startswith('"'):
            key, _, rest = rest[1:].partition('"')
            rest = rest.removeprefix(".")
            yield key
            continue
        step = _STEP.match(rest)
        if step is None:
            return
        rest = rest[step.end() :]
        if step["index"]:
            yield int(step["index"])
        elif step["key"]:
            yield step["key"]
