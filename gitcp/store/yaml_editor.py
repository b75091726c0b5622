"""Changing the values of a file that somebody wrote, and nothing else of it.

Rule: a change touches the lines of what differs; comments, order, quotes and blank lines of the rest are not even looked at.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gitcp.model.base import Record, Value
from gitcp.store.block_edits import BlockEdits
from gitcp.store.differences import Difference, ListDifference, Part, items_of, parts_of
from gitcp.store.flow_edits import FlowEdits
from gitcp.store.splices import Page, Splices
from gitcp.store.yaml_extents import Extents, Holder
from gitcp.store.yaml_reader import Source
from gitcp.store.yaml_tree import Mapping as MappingNode
from gitcp.store.yaml_tree import Node
from gitcp.store.yaml_tree import Sequence as SequenceNode
from gitcp.store.yaml_writer import inline, key_text

_Keyed = Value | Mapping[str, Any]
_KEYED: Final = (Value, Mapping)
_LISTS: Final = (tuple, list)


def edit(source: Source, root: MappingNode, before: Record, after: Record) -> Iterator[str]:
    """Yield texts that should read as `after`, the one that changes least first; the caller tries them."""
    page = Page.of(source.text)
    for goes_deep in (True, False):
        editor = _Editor(Splices(page), goes_deep=goes_deep)
        edited = editor.splices.result() if editor.mapping(root, before, after) else None
        if edited is not None:
            text = ("\ufeff" if source.marked else "") + source.restore(edited)
            if page.lacks_break:
                yield text.removesuffix(page.newline)
            yield text


class _Editor:
    """Collects the splices that turn one text into another. A method that returns false has found no way.

    `goes_deep` is false where a changed value is written anew as a whole.
    """

    def __init__(self, splices: Splices, *, goes_deep: bool) -> None:
        self.splices = splices
        self._extents = Extents(splices.page)
        self._flow = FlowEdits(splices, self._extents)
        self._block = BlockEdits(splices, self._extents)
        self._goes_deep = goes_deep

    def mapping(self, node: MappingNode, before: _Keyed, after: _Keyed) -> bool:
        """Change the values of a mapping; false if none of its entries would stay."""
        old, new = parts_of(before), parts_of(after)
        difference = Difference.of([key.value for key, _ in node.entries], old, new)
        if node.entries and not difference.kept:
            return False
        for position in difference.changed:
            key, value = node.entries[position]
            holder = self._extents.key_holder(key, value, flow=node.flow)
            self._value(holder, old.get(key.value), new[key.value])
        if not node.flow:
            self._block.change_entries(node, difference, new)
            return True
        pairs = [(key, f"{key_text(key)}: {inline(new[key].data, flow=True)}") for key in difference.added]
        behind = [(difference.predecessor(key), text) for key, text in pairs]
        self._flow.change_entries(node, difference.gone, behind)
        return True

    def _value(self, holder: Holder, old: Part | None, new: Part) -> None:
        mark = self.splices.mark()
        if old is None or not self._goes_deep or not self._inside(holder.node, old, new):
            self.splices.undo(mark)
            edits = self._flow if holder.flow else self._block
            edits.replace_value(holder, new.data)

    def _inside(self, node: Node, old: Part, new: Part) -> bool:
        if isinstance(node, MappingNode) and isinstance(new.value, _KEYED):
            return isinstance(old.value, _KEYED) and self.mapping(node, old.value, new.value)
        if isinstance(node, SequenceNode) and isinstance(new.value, _LISTS) and isinstance(old.value, _LISTS):
            return (
                0 < len(old.value) == len(node.items)
                and len(new.value) > 0
                and self._sequence(node, old, new)
            )
        return False

    def _sequence(self, node: SequenceNode, old: Part, new: Part) -> bool:
        was, will = items_of(old), items_of(new)
        holders = self._extents.item_holders(node)
        difference = ListDifference.of(was, will)
        for before, after in difference.changed:
            self._value(holders[before], was[before], will[after])
        if not node.flow:
            return self._block.change_items(node, holders, difference)
        texts = [(behind, inline(data, flow=True)) for behind, data in difference.added]
        self._flow.change_items(node, difference.gone, texts)
        return True
