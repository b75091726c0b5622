"""In which order files are made, and how many at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from gitcp.dashboard.all_rows import Rows
from gitcp.dashboard.index.file import PageKey
from gitcp.model.ids import number_of

SHARE: Final = 100
"""How many files are made at a time."""


def by_task(keys: Iterable[PageKey], rows: Rows) -> list[PageKey]:
    """Put the files of one task and of its runs next to each other, so that its records are read once, and tasks by number, as their records were read; before them go all others, as they are."""
    others: list[PageKey] = []
    found: dict[str, list[PageKey]] = {}
    for key in keys:
        task = _task(*key, rows)
        (others if task is None else found.setdefault(task, [])).append(key)
    return [*others, *chain.from_iterable(found[task] for task in in_order(found))]


def in_order(tasks: Iterable[str]) -> list[str]:
    """Put ids of tasks in the order of their numbers."""
    return sorted(tasks, key=lambda task: (number_of(task), task))


def _task(kind: str, name: str, rows: Rows) -> str | None:
    if kind == "run":
        return rows.runs[name].task
    return name.partition("/")[0] if kind in {"task", "task-data", "talk"} else None


def shares(keys: Sequence[PageKey]) -> Iterator[Sequence[PageKey]]:
    """Part keys into what is made at a time."""
    yield from (keys[start : start + SHARE] for start in range(0, len(keys), SHARE))
