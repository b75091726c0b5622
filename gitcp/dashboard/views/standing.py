"""Where a task stands, in one sentence: no open task is without a next step, and a reader sees which."""

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from gitcp.core.inbox import responsible_for
from gitcp.core.readiness import open_blockers
from gitcp.dashboard import words
from gitcp.dashboard.input import WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.model.tasks import Task, TaskStatus


class Standing(NamedTuple):
    """What holds now, and what is said about it; `note` is Markdown that somebody wrote."""

    lines: tuple[Markup, ...]
    tone: str
    note: Markup | None


def standing(register: Register, task: Task, prose: Prose) -> Standing:
    """Say where a task stands."""
    note = prose.block(task.blocked.reason, below=1) if task.blocked and task.is_open else None
    lines = tuple(prose.line(line) for line in _lines(register, task))
    return Standing(lines, words.TASK_STATUS[task.status].tone, note)


def _lines(register: Register, task: Task) -> Iterator[str]:
    if not task.is_open:
        yield _closed(register, task)
        return
    running = [run for run in register.runs_on(task.id) if run.is_active]
    for run in running:
        yield f"@{run.agent} has been working on it since {register.clock.stamp(run.claimed_at).text}."
    waiting = [_held(register, item) for item in register.waiting_on(task.id)]
    if not running:
        pending = _pending(register, task)
        known = {_plain(line) for line in waiting}
        if _plain(pending) not in known and not (waiting and pending.startswith("Ready")):
            yield pending
    yield from waiting


def _held(register: Register, item: WaitingItem) -> str:
    reason = item.reason.rstrip(".")
    until = f" Looked at again on {register.clock.stamp(item.until).text}." if item.until else ""
    return f"{reason[:1].upper()}{reason[1:]}.{until}"


def _plain(line: str) -> str:
    """Reduce a sentence to what it says: who is named by the plan is not marked as a mention."""
    return line.replace("@", "").casefold()


def _closed(register: Register, task: Task) -> str:
    word = words.TASK_STATUS[task.status].label
    return f"{word} on {register.clock.stamp(task.closed).text}." if task.closed else f"{word}."


def _pending(register: Register, task: Task) -> str:
    if task.status is TaskStatus.BLOCKED:
        return _blocked(task)
    if task.reviewer is not None:
        return f"Waits for the review by @{task.reviewer}."
    blockers = open_blockers(register.snapshot, task)
    if blockers:
        return f"Waits for {_all(blockers)}."
    if task.status is TaskStatus.BACKLOG:
        return "In the backlog: nobody works on it until it is moved to “to do”."
    if task.assignee is None:
        return _unassigned(register, task)
    return f"Ready for @{task.assignee}."


def _blocked(task: Task) -> str:
    if task.blocked is None:
        return "Blocked. Somebody must act."
    by = f" by @{task.blocked.by}" if task.blocked.by else ""
    return f"Blocked{by}. " + (
        f"Waits for @{task.blocked.waits_for}." if task.blocked.waits_for else "Somebody must act."
    )


def _unassigned(register: Register, task: Task) -> str:
    member = responsible_for(register.snapshot, task)
    return f"Nobody is assigned; it is in the inbox of @{member}." if member else "Nobody is assigned."


def _all(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
