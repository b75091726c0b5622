"""What a merge brings: the commits that its first parent's history lacked, and what those wrote."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from gitcp.errors import GitcpError
from gitcp.store.objects import Objects

MOST: Final = 1_000

Content = tuple[str, str | None]
"""A path, and the blob that is there; none: nothing is."""


def brought(objects: Objects, merge: str) -> tuple[str, ...]:
    """Return the commits that a merge brings; none where this clone does not have all of them, or they are too many to look at."""
    try:
        found = tuple(islice(objects.brought(merge), MOST + 1))
    except GitcpError:
        return ()
    return () if len(found) > MOST else found


def written(objects: Objects, commits: Sequence[str]) -> frozenset[Content]:
    """Return what commits wrote. What they only had from before is not theirs: a merge could bring it back in their name."""
    return frozenset(content for commit in commits for content in _written(objects, commit))


def _written(objects: Objects, name: str) -> Iterator[Content]:
    commit = objects.commit(name)
    sides = [objects.commit(parent).tree for parent in commit.parents if parent in objects]
    first = {
        (change.path, change.after.oid if change.after else None)
        for change in objects.diff(sides[0] if sides else None, commit.tree)
    }
    for path, blob in first:
        leaves = (objects.leaf(tree, path) for tree in sides[1:])
        if all((leaf.oid if leaf else None) != blob for leaf in leaves):
            yield path, blob
