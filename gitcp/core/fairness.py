"""Whose turn it is among those that want to start.

Rule: nobody starves. Between agents, who has fewer runs goes first, then who was claimed for longer ago; so each gets its turn, however
much the others are given. Within an agent the order of its inbox holds; where it works in several projects, one that has waited for
`aging_hours` counts as more urgent by a class, and by another with each time that this passes again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Priority, Task
from gitcp.model.urgency import urgency

Rank = tuple[int | str, ...]
Turn = tuple[bool, int, int, Rank, str]

FIRST: Final[Rank] = ()
LAST: Final[Rank] = (2,)  # no task is more than ready


def turn(agent: str, *, by_hand: bool, runs: int, claimed: int | None, rank: Rank) -> Turn:
    """Return where an agent stands among others: asked by hand first, then who has had less, then by the most urgent that it has."""
    return (not by_hand, runs, -1 if claimed is None else claimed, rank, agent)


def rank_of(task: Task | None) -> Rank:
    """Return how urgent a task is; what has none is not behind any."""
    return FIRST if task is None else urgency(task)


def lifts(snapshot: Snapshot, agent: str, tasks: Sequence[Task], now: datetime) -> Mapping[str, int]:
    """Return by how many classes each project is lifted among those that an agent has work in."""
    since: dict[str, datetime] = {}
    for task in tasks:
        since[task.project] = min(task.created, since.get(task.project, task.created))
    if len(since) <= 1:
        return {}
    hours = snapshot.company.scheduler.aging_hours if snapshot.company else 24
    return {
        project: (now - _waiting(snapshot, agent, project, first)) // timedelta(hours=hours)
        for project, first in since.items()
    }


def place(task: Task, lifted: Mapping[str, int]) -> Rank:
    """Return where a task stands in its agent's list."""
    ready, priority, due, created, name = urgency(task)
    return (ready * len(Priority) + priority - max(lifted.get(task.project, 0), 0), due, created, name)


def _waiting(snapshot: Snapshot, agent: str, project: str, first: datetime) -> datetime:
    last = snapshot.claimed_last(agent, project)
    return max(first, last) if last else first
