"""The page of the search: what its script shows tasks with, and where else everything is."""

from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links, words
from gitcp.dashboard.refs import Ref
from gitcp.dashboard.words import Badge
from gitcp.model.tasks import TaskStatus

_LISTS: Final = (
    Ref("Open tasks", links.TASK_LIST),
    Ref("Closed tasks", links.CLOSED_TASKS),
    Ref("Goals", links.GOALS),
    Ref("Org chart", links.ORG),
    Ref("People", links.PEOPLE),
    Ref("Runs", links.RUNS),
    Ref("Budgets", links.BUDGETS),
)


@dataclass(frozen=True, slots=True)
class Search:
    """The page of the search; `lists` are for those who read without a script."""

    statuses: tuple[tuple[str, Badge], ...]
    lists: tuple[Ref, ...]


def page() -> Search:
    """Show the page of the search."""
    return Search(tuple((status.value, words.TASK_STATUS[status]) for status in TaskStatus), _LISTS)
