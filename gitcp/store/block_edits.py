"""Changes where every key and every item has lines of its own."""

from dataclasses import dataclass
from typing import Any

from gitcp.store.differences import Difference, ListDifference, Part
from gitcp.store.splices import Splices
from gitcp.store.yaml_extents import Extents, Holder
from gitcp.store.yaml_scalars import fits_block
from gitcp.store.yaml_tree import Mapping, Scalar, Sequence
from gitcp.store.yaml_writer import STEP, WIDTH, below, entry, inline, item, item_below, key_text


@dataclass(frozen=True, slots=True)
class BlockEdits:
    """Collects splices of lines."""

    splices: Splices
    extents: Extents

    def change_entries(self, node: Mapping, difference: Difference, new: dict[str, Part]) -> None:
        """Remove and add entries of a mapping of which some stay."""
        for position in difference.gone:
            self._remove_entry(node, position, difference.kept[0])
        for key in difference.added:
            self._add_entry(node, key, new[key].data, difference)

    def change_items(self, node: Sequence, holders: list[Holder], difference: ListDifference) -> bool:
        """Remove and add items of a list of which some stay; false if there is no way to."""
        if 0 in difference.gone and not self.extents.starts_line(node.start):
            return False
        for position in difference.gone:
            holder = holders[position]
            self.splices.remove_lines(holder.after, self.extents.end(holder.node, holder.after))
        return all(self._add_item(node, holders, position, data) for position, data in difference.added)

    def replace_value(self, holder: Holder, data: Any) -> None:
        """Replace a value, in the lines that it has."""
        page, node, after = self.splices.page, holder.node, holder.after
        end = self.extents.end(node, after)
        first, rest = self._below(holder, data, end)
        start = node.start if first else after
        if end <= after or not page.is_one_line(after, node.start):
            self.splices.insert(after, f" {first}" if first else "")
            self._replace_lines(after, end, rest)
        elif isinstance(node, Scalar) and node.is_block:
            header = self.extents.header_end(node)
            self.splices.replace(start, header, first)
            self._replace_lines(header, end, rest)
        else:
            self.splices.replace(start, end, first)
            self._replace_lines(end, end, rest)

    def _replace_lines(self, start: int, end: int, lines: list[str]) -> None:
        page = self.splices.page
        first = page.line_end(start)
        self.splices.replace(first, max(first, end), "".join(page.newline + line for line in lines))

    def _remove_entry(self, node: Mapping, position: int, first_kept: int) -> None:
        key, value = node.entries[position]
        if position > first_kept or self.extents.starts_line(node.start):
            self.splices.remove_lines(key.start, self.extents.entry_end(key, value))
        elif position == 0:
            # It stands behind the dash of its item: the first key that stays moves there, over all that go.
            self.splices.replace(key.start, node.entries[first_kept][0].start, "")

    def _add_entry(self, node: Mapping, key: str, data: Any, difference: Difference) -> None:
        behind = difference.predecessor(key)
        neighbour, value = node.entries[difference.kept[0] if behind is None else behind]
        start = self.extents.entry_start(neighbour)
        column = self.splices.page.column(start)
        end = self.extents.entry_end(neighbour, value)
        if behind is None or self.extents.is_open_end(value, end):
            self._insert_before(start, entry(key, data, column), column)
        elif self._swallows_blanks(data, end):
            line = f"{' ' * column}{key_text(key)}: {inline(data)}"
            self.splices.insert_lines(end, [line])
        else:
            self.splices.insert_lines(end, entry(key, data, column))

    def _add_item(self, node: Sequence, holders: list[Holder], behind: int | None, data: Any) -> bool:
        holder = holders[behind or 0]
        end = self.extents.end(holder.node, holder.after)
        if behind is None:
            self._insert_before(node.start, item(data, holder.column), holder.column)
        elif self.extents.is_open_end(holder.node, end) or self._swallows_blanks(data, end):
            return False
        else:
            self.splices.insert_lines(end, item(data, holder.column))
        return True

    def _insert_before(self, position: int, lines: list[str], column: int) -> None:
        first, *rest = lines
        self.splices.insert(position, self.splices.page.newline.join([first[column:], *rest, " " * column]))

    def _below(self, holder: Holder, data: Any, end: int) -> tuple[str, list[str]]:
        if self._swallows_blanks(data, end) or (isinstance(data, str) and not fits_block(data)):
            return inline(data, style=holder.quotes), []
        if holder.is_item:
            return item_below(data, holder.column)
        room = WIDTH - self.splices.page.column(holder.after) - 1
        return below(data, holder.column, room, self._step(holder))

    def _step(self, holder: Holder) -> int:
        node = holder.node
        column = self.extents.content_column(node) if isinstance(node, Scalar) and node.is_block else None
        return STEP if column is None or column <= holder.column else column - holder.column

    def _swallows_blanks(self, data: Any, end: int) -> bool:
        # A text in lines of its own takes blank lines below for its own: indented ones, or any if it keeps its own empty last lines.
        text = _last_leaf(data)
        if not isinstance(text, str) or not fits_block(text):
            return False
        page = self.splices.page
        blank = page.blank_lines(page.next_line(end))
        return " " in blank or (blank != "" and text.endswith("\n\n"))


def _last_leaf(data: Any) -> Any:
    while isinstance(data, list | dict) and data:
        data = data[-1] if isinstance(data, list) else data[next(reversed(data))]
    return data
