"""Trees out of parent names: total for loops, unknown parents and any depth, and flat, so that nothing recurses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Branch:
    """A node in depth-first order. `closes` is how many lists end after it; `looped`: its parents lead back to it."""

    id: str
    depth: int
    children: tuple[str, ...]
    closes: int
    looped: bool = False


def depth_first(order: Iterable[str], parents: Mapping[str, str | None]) -> list[Branch]:
    """Return every node of `order` once, each after its parent, siblings in the given order.

    A parent that is not in `order` makes a root; a loop is opened at its first node.
    """
    ids = list(order)
    known = set(ids)
    children: dict[str, list[str]] = {}
    for node in ids:
        parent = parents.get(node)
        if parent in known and parent is not None:
            children.setdefault(parent, []).append(node)
    roots = [node for node in ids if parents.get(node) not in known]
    walk = _Walk(children)
    for node in roots:
        walk.down(node, looped=False)
    for node in ids:
        if node not in walk.seen:
            walk.down(node, looped=True)
    return walk.done()


class _Walk:
    def __init__(self, children: Mapping[str, list[str]]) -> None:
        self.children = children
        self.seen: set[str] = set()
        self.found: list[tuple[str, int, tuple[str, ...], bool]] = []

    def down(self, root: str, *, looped: bool) -> None:
        self.seen.add(root)
        stack = [(root, 0)]
        while stack:
            node, depth = stack.pop()
            below = [child for child in self.children.get(node, ()) if child not in self.seen]
            self.seen.update(below)
            self.found.append((node, depth, tuple(below), looped and depth == 0))
            stack.extend((child, depth + 1) for child in reversed(below))

    def done(self) -> list[Branch]:
        after = [depth for _, depth, _, _ in self.found[1:]] + [0]
        return [
            Branch(node, depth, below, max(0, depth - following), looped)
            for (node, depth, below, looped), following in zip(self.found, after, strict=False)
        ]


def above(node: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a node's parents, the nearest first; a loop ends where it closes."""
    way: list[str] = []
    parent = parents.get(node)
    while parent is not None and parent in parents and parent != node and parent not in way:
        way.append(parent)
        parent = parents.get(parent)
    return way


def cut(branches: Sequence[Branch], most: int, levels: int) -> list[Branch]:
    """Leave out the deepest levels of a tree, until no more than `most` nodes on no more than `levels` levels are left."""
    counts = Counter(branch.depth for branch in branches)
    kept, deepest = 0, -1
    while deepest + 1 < levels and kept + counts[deepest + 1] <= most and deepest + 1 in counts:
        deepest += 1
        kept += counts[deepest]
    if deepest < 0:
        return [replace(branch, children=(), closes=0) for branch in branches if branch.depth == 0][:most]
    found = [branch for branch in branches if branch.depth <= deepest]
    after = [branch.depth for branch in found[1:]] + [0]
    return [
        replace(
            branch,
            children=branch.children if branch.depth < deepest else (),
            closes=max(0, branch.depth - following),
        )
        for branch, following in zip(found, after, strict=False)
    ]
