"""Changes inside of `[…]` and `{…}`."""

from dataclasses import dataclass
from typing import Any

from gitcp.store.splices import Splices
from gitcp.store.yaml_extents import Extents, Holder
from gitcp.store.yaml_tree import Mapping, Sequence
from gitcp.store.yaml_writer import inline

Span = tuple[int, int]
Added = list[tuple[int | None, str]]


@dataclass(frozen=True, slots=True)
class FlowEdits:
    """Collects splices in brackets. What comes is given with the position that it goes behind, none for the front."""

    splices: Splices
    extents: Extents

    def change_entries(self, node: Mapping, gone: list[int], added: Added) -> None:
        """Remove and add entries of a mapping of which some stay, or that is empty."""
        spans = [(key.start, self.extents.entry_end(key, value)) for key, value in node.entries]
        self._change(node.start + 1, spans, gone, added)

    def change_items(self, node: Sequence, gone: list[int], added: Added) -> None:
        """Remove and add items of a list of which some stay."""
        spans = [(item.start, self.extents.end(item, item.start)) for item in node.items]
        self._change(node.start + 1, spans, gone, added)

    def replace_value(self, holder: Holder, data: Any) -> None:
        """Replace a value, or write one where none was."""
        text = inline(data, flow=True, style=holder.quotes)
        end = self.extents.end(holder.node, holder.after)
        if end > holder.after or holder.is_item:
            self.splices.replace(holder.node.start, end, text)
        else:
            self.splices.insert(holder.after, f" {text}" if holder.has_colon else f": {text}")

    def _change(self, inside: int, spans: list[Span], gone: list[int], added: Added) -> None:
        if not spans:
            self.splices.insert(inside, ", ".join(text for _, text in added))
            return
        for start, end in self._removals(spans, gone):
            self.splices.replace(start, end, "")
        front = next(start for position, (start, _) in enumerate(spans) if position not in gone)
        for position, text in added:
            if position is None:
                self.splices.insert(front, f"{text}, ")
            else:
                self.splices.insert(spans[position][1], f", {text}")

    def _removals(self, spans: list[Span], gone: list[int]) -> list[Span]:
        """Return what to cut: each with the comma that parted it from what stays."""
        kept = [position for position in range(len(spans)) if position not in gone]
        last = kept[-1]
        cuts = [(spans[position][0], spans[position + 1][0]) for position in gone if position < last]
        if gone and gone[-1] > last:
            cuts.append(self._tail(spans, last))
        return cuts

    def _tail(self, spans: list[Span], last: int) -> Span:
        page, end, behind = self.extents.page, spans[last][1], spans[last + 1][0]
        if "#" not in page.text[end:behind]:
            return end, spans[-1][1]
        # A comment stays with what it is about, and so does the comma before it; one behind the last item is then too many.
        comma = page.skip_blanks(spans[-1][1])
        return behind, comma + 1 if page.starts_with(comma, ",") else spans[-1][1]
