"""What a task must pass: its checks and what they said last, its reviewers and what each said when."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from gitcp.dashboard import links, words
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import RunRow
from gitcp.dashboard.views.talk import places_of
from gitcp.dashboard.words import Badge
from gitcp.model.history import Entry
from gitcp.model.runs import Outcome, Verification
from gitcp.model.tasks import Comment, Task

LOOKED_AT: Final = 2
_TAIL: Final = 4_000
_HELD: Final = 256
_REVIEW: Final = "task.review"
_LATER: Final = Badge("Later", "faint", "backlog")
_ASKED: Final = Badge("Asked now", "look", "review")
_AGREED: Final = Badge("Agreed", "good", "done")
_RETURNED: Final = Badge("Asked for changes", "warn", "review")
_NOT_YET: Final = Badge("Not passed yet", "warn", "todo")
_PENDING: Final = Badge("Not run yet", "faint", "backlog")


class Checks(NamedTuple):
    """What is run on a delivery, and what the newest run said of it: `failed` is the command that did not pass."""

    commands: tuple[str, ...]
    result: Badge
    run: Ref | None
    at: Stamp | None
    failed: str | None
    tail: str | None


class Stage(NamedTuple):
    """One reviewer, whether they agreed, and where and when they said so last."""

    reviewer: Ref
    state: Badge
    said: str | None
    at: Stamp | None


def checks(register: Register, task: Task, runs: Sequence[RunRow]) -> Checks | None:
    """Show a task's checks, if it has some."""
    if not task.verify:
        return None
    commands = tuple(command(argv) for argv in task.verify)
    found = _newest(register, runs)
    if found is None:
        result = words.PASSED if task.delivery and task.delivery.verified else _unknown(task)
        return Checks(commands, result, None, None, None, None)
    row, said = found
    return Checks(
        commands=commands,
        result=words.PASSED if said.passed else words.NOT_PASSED,
        run=Ref("run", links.run_page(row.id), "run"),
        at=register.clock.stamp(row.ended_at or row.claimed_at),
        failed=None if said.passed else command(said.command),
        tail=None if said.passed or not said.tail else said.tail[-_TAIL:],
    )


@lru_cache(_HELD)
def command(argv: tuple[str, ...]) -> str:
    """Write a command as one types it, once: most tasks of a project have the same checks."""
    return shlex.join(argv)


def _unknown(task: Task) -> Badge:
    return _NOT_YET if task.delivery else _PENDING


def _newest(register: Register, runs: Sequence[RunRow]) -> tuple[RunRow, Verification] | None:
    """Return the newest run whose checks ran: they run where an agent says that it is done, and only a few runs are looked at."""
    for row in [row for row in runs if row.outcome is Outcome.SUCCEEDED][:LOOKED_AT]:
        run = register.run(row.id)
        if run is not None and run.verification is not None:
            return row, run.verification
    return None


def stages(
    register: Register, task: Task, entries: Iterable[Entry], comments: Sequence[Comment]
) -> Iterator[Stage]:
    """Show a task's reviewers; `comments` are all that there are on the task, the oldest first."""
    reviewers = task.stages
    said = _said(entries) if reviewers else {}
    places = places_of(comments) if said else {}
    for reviewer in reviewers:
        entry = said.get(reviewer)
        yield Stage(
            reviewer=member_ref(register, reviewer),
            state=_state(task, reviewer, entry),
            said=next((places[name] for name in _comments(entry) if name in places), None),
            at=register.clock.stamp(entry.at) if entry else None,
        )


def _state(task: Task, reviewer: str, entry: Entry | None) -> Badge:
    if reviewer in task.passed:
        return _AGREED
    if reviewer == task.reviewer:
        return _ASKED
    return _RETURNED if entry is not None and entry.subject.startswith("return ") else _LATER


def _said(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the newest word of each reviewer; the log is the newest first."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.trailers.get("Gitcp-Op") == _REVIEW:
            found.setdefault(entry.trailers.get("Gitcp-Actor", ""), entry)
    return found


def _comments(entry: Entry | None) -> Iterator[str]:
    for path in entry.paths if entry else ():
        if path.startswith("comments/"):
            yield path.rpartition("/")[2].removesuffix(".yaml")
