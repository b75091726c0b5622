"""Long discussions: their older comments stand on pages of their own, which stay as they are when more is said.

A part holds the same number of comments, the oldest first. A part's page is there when it is full and enough comments came after it, so that
the task's own page is never left with the last word alone.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gitcp.dashboard import links

if TYPE_CHECKING:
    from gitcp.dashboard.register import Register

PART: Final = 100
KEPT: Final = 20


def parts_of(comments: int) -> int:
    """Return how many parts of so many comments have pages of their own."""
    return max(0, (comments - KEPT) // PART)


def page_at(task: str, place: int, comments: int) -> str:
    """Return the page of one of a task's comments; `place` counts from 0, the oldest."""
    part = place // PART + 1
    return links.talk_page(task, part) if part <= parts_of(comments) else links.task_page(task)


def names(register: "Register") -> Iterator[str]:
    """Name the parts of all discussions: CI-0028/1."""
    long = [(task, found) for task, found in register.rows.comments_of.items() if len(found) >= KEPT + PART]
    for task, found in sorted(long):
        for part in range(1, parts_of(len(found)) + 1):
            yield f"{task}/{part}"


def page_of(name: str) -> str:
    """Return the page of a part by its name."""
    task, _, part = name.partition("/")
    return links.talk_page(task, int(part))
