"""Where the boxes of a tree stand: from the top down, a parent over the middle of what is below it, and no box over another.

Everything is whole numbers, in pixels across and in rows of half a box down, so that the script of the page, which does the same when branches
are opened and shut, comes to the same places. What changes here changes in `orglayout.js`; a test in the browser compares them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from gitcp.dashboard.trees import Branch

WIDE: Final = 208  # a box across
HIGH: Final = 56  # a box down
ROW: Final = 32  # two rows hold a box and the gap below it
GAP: Final = 16  # between boxes side by side
APART: Final = 48  # between trees
STEM: Final = 12  # from the left edge of a parent to the line that goes down from it
INDENT: Final = 28
MARGIN: Final = 16
_STEP: Final = 3  # rows from a parent to those side by side below it
_BOX: Final = 2

PAGE: Final = (1240, 760)  # what a form should fit
_DEEPEST_HANG: Final = 3
_COLUMNS: Final = (4, 8, 14, 24)


@dataclass(frozen=True, slots=True)
class Form:
    """How a tree is drawn.

    Teams of at most `hang` levels are a list below their head. Elsewhere those who lead nobody stand in columns of `column`, or, if that is
    0, side by side.
    """

    hang: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A node and its upper left corner."""

    id: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes in the order of the tree, and by parent the line to those below it as the data of an SVG path."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[tuple[str, str], ...]


def layout(tree: Sequence[Branch], form: Form | None = None) -> Layout:
    """Lay out trees one beside the other; without a form the plainest that fits a page, or the one that can be drawn largest."""
    return _Drawing(tree, form).done() if form is not None else _largest(tuple(tree))


@lru_cache(maxsize=8)
def _largest(tree: tuple[Branch, ...]) -> Layout:
    best: tuple[float, Layout] | None = None
    for candidate in _forms():
        found = _Drawing(tree, candidate).done()
        size = min(PAGE[0] / found.width, PAGE[1] / found.height)
        if size >= 1:
            return found
        if best is None or size > best[0]:
            best = (size, found)
    assert best is not None
    return best[1]


def _forms() -> Iterator[Form]:
    yield Form()
    for hang in range(_DEEPEST_HANG + 1):
        yield from (Form(hang, column) for column in _COLUMNS)


@dataclass(slots=True)
class _Part:
    """Something that is laid out: a branch, or a column of those who lead nobody.

    `left` and `right` are its outline by row; `entry` is where the line from above meets it; `nodes` are its topmost ones, with their places.
    """

    left: list[int]
    right: list[int]
    entry: int
    nodes: list[tuple[str, int, int]] = field(default_factory=list)
    is_column: bool = False


@dataclass(slots=True)
class _Drawing:
    tree: Sequence[Branch]
    form: Form
    levels: dict[str, int] = field(default_factory=dict)
    parts: dict[str, _Part] = field(default_factory=dict)
    below: dict[str, list[_Part]] = field(default_factory=dict)
    offsets: dict[str, tuple[int, int]] = field(default_factory=dict)

    def done(self) -> Layout:
        for branch in reversed(self.tree):
            self.levels[branch.id] = 1 + max((self.levels[child] for child in branch.children), default=-1)
            self.parts[branch.id] = self._part(branch)
        items = self._items([branch.id for branch in self.tree if branch.depth == 0])
        whole = _beside(items, APART)
        self._settle(whole, 0, 0)
        return self._placed(min(whole.left, default=0), max(whole.right, default=0), len(whole.left))

    def _part(self, branch: Branch) -> _Part:
        if not branch.children:
            return _Part([0] * _BOX, [WIDE] * _BOX, WIDE // 2)
        return self._hanging(branch) if self.levels[branch.id] <= self.form.hang else self._spread(branch)

    def _hanging(self, branch: Branch) -> _Part:
        part = _Part([0] * _BOX, [WIDE] * _BOX, WIDE // 2)
        for child in branch.children:
            self.offsets[child] = (INDENT, len(part.left))
            below = self.parts[child]
            part.left += [STEM] * len(below.left)
            part.right += [INDENT + edge for edge in below.right]
        return part

    def _spread(self, branch: Branch) -> _Part:
        items = self.below[branch.id] = self._items(branch.children)
        below = _beside(items, GAP)
        middle = WIDE // 2
        own = (items[0].entry + items[-1].entry) // 2 - middle
        self._settle(below, -own, _STEP)
        for item in items:
            item.entry -= own
        left, right = min(middle, items[0].entry), max(middle, items[-1].entry)
        return _Part(
            [0] * _BOX + [left] + [edge - own for edge in below.left],
            [WIDE] * _BOX + [right] + [edge - own for edge in below.right],
            middle,
        )

    def _settle(self, below: _Part, x: int, row: int) -> None:
        for node, across, down in below.nodes:
            self.offsets[node] = (x + across, row + down)

    def _items(self, nodes: Sequence[str]) -> list[_Part]:
        """Return what stands side by side: everybody, or those who lead and columns of those who do not."""
        alone = [node for node in nodes if not self.levels[node]] if self.form.column else []
        if len(alone) <= 1:
            return [self._single(node) for node in nodes]
        long = -(-len(alone) // -(-len(alone) // self.form.column))
        return [
            *(self._single(node) for node in nodes if self.levels[node]),
            *(_column(alone[at : at + long]) for at in range(0, len(alone), long)),
        ]

    def _single(self, node: str) -> _Part:
        part = self.parts[node]
        return _Part(part.left, part.right, part.entry, [(node, 0, 0)])

    def _placed(self, left: int, right: int, rows: int) -> Layout:
        places: dict[str, tuple[int, int]] = {}
        above = {child: branch.id for branch in self.tree for child in branch.children}
        for branch in self.tree:
            x, y = places[above[branch.id]] if branch.depth else (MARGIN - left, MARGIN)
            across, down = self.offsets[branch.id]
            places[branch.id] = (x + across, y + down * ROW)
        return Layout(
            width=right - left + 2 * MARGIN,
            height=max(0, rows * ROW - (_BOX * ROW - HIGH)) + 2 * MARGIN,
            boxes=tuple(Box(node, x, y) for node, (x, y) in places.items()),
            lines=tuple((b.id, self._line(b, places)) for b in self.tree if b.children),
        )

    def _line(self, branch: Branch, places: dict[str, tuple[int, int]]) -> str:
        """Draw from a box to those below it: down along a list, or to the bar over all that is side by side and from it to each."""
        x, y = places[branch.id]
        foot = y + HIGH
        items = self.below.get(branch.id)
        if items is None:
            return _comb(x + STEM, foot, [places[child][1] for child in branch.children])
        top = y + _STEP * ROW
        bar = (foot + top) // 2
        parts = [f"M{x + WIDE // 2} {foot}V{bar}M{x + items[0].entry} {bar}H{x + items[-1].entry}"]
        for item in items:
            tops = [places[node][1] for node, _, _ in item.nodes]
            entry = x + item.entry
            parts.append(_comb(entry, bar, tops) if item.is_column else f"M{entry} {bar}V{top}")
        return "".join(parts)


def _column(nodes: Sequence[str]) -> _Part:
    rows, indent = _BOX * len(nodes), INDENT - STEM
    places = [(node, indent, _BOX * at) for at, node in enumerate(nodes)]
    return _Part([0] * rows, [indent + WIDE] * rows, 0, places, is_column=True)


def _beside(items: Sequence[_Part], gap: int) -> _Part:
    """Move each as near to those before it as their outlines let it."""
    whole = _Part([], [], 0)
    for item in items:
        shared = zip(whole.right, item.left, strict=False)
        shift = max((right + gap - left for right, left in shared), default=0)
        whole.left += [shift + edge for edge in item.left[len(whole.left) :]]
        whole.right[: len(item.right)] = [shift + edge for edge in item.right]
        whole.nodes += [(node, shift + x, row) for node, x, row in item.nodes]
        item.entry += shift
    return whole


def _comb(x: int, y: int, tops: Sequence[int]) -> str:
    middles = [top + HIGH // 2 for top in tops]
    return f"M{x} {y}V{middles[-1]}" + "".join(f"M{x} {middle}h{INDENT - STEM}" for middle in middles)
