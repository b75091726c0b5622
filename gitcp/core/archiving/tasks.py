"""Which closed tasks stay among the live records."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

from gitcp.core.archiving.facts import Facts
from gitcp.model.runs import Run
from gitcp.model.tasks import Task


def why_tasks_stay(facts: Facts) -> dict[str, str]:
    """Return the closed tasks that stay, with the reason; parts stay where the whole does, so that who looks at one finds them all."""
    closed = [task for task in facts.tasks if not task.is_open]
    reasons = ((task.id, _reason(facts, task)) for task in closed)
    stay = {name: reason for name, reason in reasons if reason is not None}
    children: dict[str, list[str]] = defaultdict(list)
    for task in closed:
        if task.parent is not None:
            children[task.parent].append(task.id)
    whole = [*stay, *(task.id for task in facts.tasks if task.is_open)]
    while whole:
        parent = whole.pop()
        parts = [name for name in children[parent] if name not in stay]
        stay |= dict.fromkeys(parts, f"part of {parent}, which stays")
        whole.extend(parts)
    return stay


def _reason(facts: Facts, task: Task) -> str | None:
    return next((found for check in _CHECKS if (found := check(facts, task)) is not None), None)


def _file(facts: Facts, task: Task) -> str | None:
    if task.id in facts.faulty_tasks:
        return "a file of it has a problem, see `gitcp check`"
    return "a file of it has uncommitted edits" if task.id in facts.edited_tasks else None


def _age(facts: Facts, task: Task) -> str | None:
    return facts.young if facts.last_sign(task) > facts.cutoff else None


def _runs(facts: Facts, task: Task) -> str | None:
    unsettled = _first(run for run in facts.runs.get(task.id, ()) if run.is_active or run.pending)
    return f"run {unsettled.id} is not settled" if unsettled is not None else None


def _open(facts: Facts, task: Task) -> str | None:
    return f"{facts.waiting[task.id]}, which is open, names it" if task.id in facts.waiting else None


def _mention(facts: Facts, task: Task) -> str | None:
    return f"{facts.asked[task.id]} has not answered a mention" if task.id in facts.asked else None


def _approval(facts: Facts, task: Task) -> str | None:
    return f"{facts.undecided[task.id]} is not decided" if task.id in facts.undecided else None


def _first(runs: Iterable[Run]) -> Run | None:
    return next(iter(runs), None)


_CHECKS: Final[tuple[Callable[[Facts, Task], str | None], ...]] = (
    _file,
    _age,
    _runs,
    _open,
    _mention,
    _approval,
)
