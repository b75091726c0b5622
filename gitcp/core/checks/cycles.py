"""Ways that lead back to where they began: in the org chart, the goals, blockers and parents."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from gitcp.core.checks.finding import Finding
from gitcp.model.base import Record
from gitcp.model.planning import Goal
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

R = TypeVar("R", bound=Record)


def cycles(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield one finding per record on a cycle."""
    tasks = snapshot.all(Task)
    yield from _on_cycles(snapshot.members(), lambda m: [m.reports_to] if m.reports_to else [], "reports_to")
    yield from _on_cycles(snapshot.all(Goal), lambda g: [g.parent] if g.parent else [], "parent")
    yield from _on_cycles(tasks, lambda t: t.blocked_by, "blocked_by")
    yield from _on_cycles(tasks, lambda t: [t.parent] if t.parent else [], "parent")


def _on_cycles(records: Iterable[R], links: Callable[[R], Sequence[str]], where: str) -> Iterator[Finding]:
    by_id = {record.id: record for record in records}
    edges = {name: [to for to in links(record) if to in by_id] for name, record in by_id.items()}
    for name in _cyclic(edges):
        way = " → ".join(_way(edges, name))
        yield Finding(
            by_id[name].kind, name, where, f"expected no cycle, found {way}", "remove one of these links"
        )


def _cyclic(edges: dict[str, list[str]]) -> list[str]:
    # What is left when everything that leads to an end, and everything that nothing leads to, is taken away again and again.
    left = {name: set(to) for name, to in edges.items() if to}
    while True:
        ends = {name for name, to in left.items() if not to & left.keys()}
        reached = {to for targets in left.values() for to in targets}
        ends |= left.keys() - reached
        if not ends:
            return sorted(name for name in left if _way(edges, name))
        for name in ends:
            del left[name]


def _way(edges: dict[str, list[str]], start: str) -> list[str]:
    waiting = [[start]]
    seen = {start}
    while waiting:
        way = waiting.pop(0)
        for to in edges[way[-1]]:
            if to == start:
                return [*way, to]
            if to not in seen:
                seen.add(to)
                waiting.append([*way, to])
    return []
