"""How far the parts of a YAML file reach in its text: the parser's own marks run on to whatever comes next."""

import re
from dataclasses import dataclass

from gitcp.store.splices import Page
from gitcp.store.yaml_tree import Node, Scalar, Sequence

_HEADER = re.compile(r"[|>][-+0-9]*")


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a value: a key, or the `-` of an item.

    `after` is the position behind it, where its value may start; `column` its own; `has_colon` is false for a bare key in braces.
    """

    node: Node
    after: int
    column: int
    flow: bool
    is_item: bool = False
    has_colon: bool = True

    @property
    def quotes(self) -> str:
        """The quotes around the value, if it has any."""
        return self.node.style if isinstance(self.node, Scalar) and not self.node.is_block else ""


@dataclass(frozen=True, slots=True)
class Extents:
    """Answers for one page."""

    page: Page

    def key_holder(self, key: Scalar, value: Node, *, flow: bool) -> Holder:
        """Return the holder of an entry's value."""
        colon = self.page.skip_blanks(key.end)
        has_colon = self.page.starts_with(colon, ":")
        return Holder(
            value, colon + 1 if has_colon else key.end, self.page.column(key.start), flow, has_colon=has_colon
        )

    def item_holders(self, node: Sequence) -> list[Holder]:
        """Return the holders of a list's items."""
        if node.flow:
            return [Holder(item, item.start, 0, flow=True, is_item=True) for item in node.items]
        following = (self.page.skip_blanks(self.end(item, item.start)) for item in node.items[:-1])
        pairs = zip(node.items, [node.start, *following], strict=True)
        column = self.page.column(node.start)
        return [Holder(item, dash + 1, column, flow=False, is_item=True) for item, dash in pairs]

    def entry_start(self, key: Scalar) -> int:
        """Return where an entry starts: at its key, or at the `?` before it."""
        start = self.page.line_start(key.start)
        before = self.page.text[start : key.start]
        return start + before.index("?") if before.strip(" ") == "?" else key.start

    def end(self, node: Node, empty: int) -> int:
        """Return where a value ends; `empty` is where one without text would."""
        if isinstance(node, Scalar):
            return self._scalar_end(node, empty)
        if node.flow:
            return node.end
        if isinstance(node, Sequence):
            return self.end(node.items[-1], node.items[-1].start)
        return self.entry_end(*node.entries[-1])

    def entry_end(self, key: Scalar, value: Node) -> int:
        """Return where an entry of a mapping ends."""
        return self.end(value, self.key_holder(key, value, flow=False).after)

    def header_end(self, node: Scalar) -> int:
        """Return where the `|` of a text in lines of its own ends, with what belongs to it."""
        header = _HEADER.match(self.page.text, node.start)
        return header.end() if header else node.start

    def content_column(self, node: Scalar) -> int | None:
        """Return the indentation of a text's own lines, or none if its header says it."""
        if re.search("[0-9]", self.page.text[node.start : self.header_end(node)]):
            return None
        first = self.page.next_line(self.header_end(node))
        for line in self.page.text[first : node.end].splitlines():
            if line.strip(" "):
                return len(line) - len(line.lstrip(" "))
        return None

    def is_open_end(self, node: Node, end: int) -> bool:
        """Whether a text in lines of its own ends the file without a line break: a line below it would change it."""
        return self.last_scalar(node).is_block and self.page.is_unfinished(end)

    def last_scalar(self, node: Node) -> Scalar:
        """Return the last scalar of a value in the text; of one in brackets, one that is no block."""
        while not isinstance(node, Scalar):
            if node.flow:
                return Scalar("", "", node.start, node.end, node.line)
            node = node.items[-1] if isinstance(node, Sequence) else node.entries[-1][1]
        return node

    def starts_line(self, position: int) -> bool:
        """Whether only blanks stand before a position in its line."""
        return not self.page.text[self.page.line_start(position) : position].strip(" ")

    def _scalar_end(self, node: Scalar, empty: int) -> int:
        if node.is_empty:
            return empty
        return self._block_end(node) if node.is_block else node.end

    def _block_end(self, node: Scalar) -> int:
        # Blank lines below belong to the text only if it keeps them, or if they are indented further than it is.
        header = self.header_end(node)
        first = self.page.next_line(header)
        lines = self.page.text[first : node.end].splitlines(keepends=True)
        if "+" not in self.page.text[node.start : header]:
            column = self.content_column(node) or 0
            while lines and len(lines[-1].strip("\r\n")) <= column and not lines[-1].strip():
                lines.pop()
        if not lines:
            return self.page.line_end(header)
        return first + len("".join(lines)) - len(lines[-1]) + len(lines[-1].rstrip("\r\n"))
