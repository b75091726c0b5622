"""Records that name a parent, as a tree told in rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from gitcp.model.base import Record

R = TypeVar("R", bound=Record)


def depth_first(records: Iterable[R], parent_of: Callable[[R], str | None]) -> Iterator[tuple[R, int]]:
    """Yield every record once with its depth, each below its parent; those of a cycle, which has no root, come last."""
    known = {record.id: record for record in records}
    below: dict[str | None, list[R]] = {}
    for record in known.values():
        parent = parent_of(record)
        below.setdefault(parent if parent in known else None, []).append(record)
    waiting = [(record, 0) for record in reversed([*below.get(None, []), *known.values()])]
    seen: set[str] = set()
    while waiting:
        record, depth = waiting.pop()
        if record.id not in seen:
            seen.add(record.id)
            yield record, depth
            waiting.extend((child, depth + 1) for child in reversed(below.get(record.id, [])))
