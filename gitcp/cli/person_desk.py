"""The desk of a person who is elsewhere: what `gitcp scheduler --listen` offers to their token.

Rule: light to import, as the desk inside a run.
"""

from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from gitcp.api.client import CallbackClient
from gitcp.cli.desk import RunFilter, TaskFilter, View
from gitcp.errors import GitcpError, IllegalTransitionError

_MOST: Final = 500
_PLURALS: Final = {"policy": "policies"}


class PersonDesk:
    """Implements `gitcp.cli.desk.Desk` over the API for people and programs."""

    is_inside: Final = False
    is_at_repository: Final = False
    task_of_run: Final = None

    def __init__(self, client: CallbackClient) -> None:
        """Remember the client."""
        self._client = client

    def me(self) -> str:
        """Return the token's person."""
        return str(self._client.get("me")["person"]["id"])

    def status(self) -> View:
        """Return what runs, what waits for whom, what it costs."""
        return self._client.get("status")

    def company(self) -> View:
        """Return the company and what is paused in it."""
        return self._client.get("company")

    def inbox(self, member: str | None) -> View:
        """Return a member's inbox."""
        return self._client.get("inbox", **({"member": member} if member else {}))

    def task(self, task: str) -> View:
        """Return a task."""
        return self._client.task(task)

    def tasks(self, wanted: TaskFilter) -> list[View]:
        """Return the tasks that fit, at most as many as are told at once."""
        if wanted.archived:
            raise _not_here("the archive", "gitcp task show TASK shows an archived task as well")
        given = {"assignee": wanted.assignee, "project": wanted.project, "parent": wanted.parent}
        found = self._rows("tasks", {**given, "status": list(wanted.statuses)})
        return [
            row
            for row in found
            if wanted.goal in {None, row["goal"]} and set(wanted.labels) <= set(row["labels"])
        ]

    def document(self, task: str, name: str) -> View:
        """Return a document of a task."""
        return self._client.document(task, name)

    def run(self, run: str) -> View:
        """Return a run."""
        return self._client.run(run)

    def runs(self, wanted: RunFilter) -> list[View]:
        """Return the runs that fit."""
        if wanted.archived:
            raise _not_here("the archive", "gitcp run show RUN shows an archived run as well")
        given = {"agent": wanted.agent, "task": wanted.task, "outcome": list(wanted.outcomes)}
        rows = self._rows(
            "runs", {**given, "active": "true" if wanted.active else None}, limit=wanted.limit or _MOST
        )
        return rows[: wanted.limit]

    def member(self, member: str) -> View:
        """Return an agent or a person."""
        return self._client.get(f"members/{member}")

    def members(self) -> list[View]:
        """Return the org chart."""
        found: list[View] = self._client.get("members")["members"]
        return found

    def listed(self, kind: str) -> list[View]:
        """Return the rows of a kind."""
        found: list[View] = self._client.get(f"records/{_plural(kind)}")["rows"]
        return found

    def shown(self, kind: str, record_id: str) -> View:
        """Return one record."""
        return self._client.get(f"records/{_plural(kind)}/{record_id.replace('/', '%2F')}")

    def verdict(self, operation: str, given: Mapping[str, Any]) -> View:
        """Say what rules say of an operation."""
        return self._client.verdict(operation, given)

    def text_of(self, blob: str) -> str | None:
        """Return none: no file is at hand."""
        return None

    def has_ended(self, run: str) -> bool:
        """Ask again."""
        return bool(self._client.run(run)["status"] != "active")

    def log(self, run: str, name: str) -> BinaryIO | None:
        """Refuse: it is kept on the machine that ran it."""
        raise _not_here(f"{name} of run {run}", f"on the machine that ran it: gitcp run log {run}")

    def apply(self, operation: str, fields: Mapping[str, Any]) -> View:
        """Carry out an operation as the token's person.

        Raises:
            GitcpError: a name reaches into a field, which needs the record at hand.
        """
        inner = fields.get("fields")
        if isinstance(inner, Mapping) and any("." in name for name in inner):
            raise _not_here("a part of a field", "give the whole field, or edit where the repository is")
        return self._client.apply(operation, fields)

    def finish(self, task: str | None, summary: str | None, without_checks: str | None) -> View:
        """Finish a task; a summary is then a comment."""
        receipt = self.apply("task.finish", {"task": task, "without_checks": without_checks})
        if summary:
            self.apply("comment.create", {"task": task, "body": summary})
        return receipt

    def block(self, task: str | None, reason: str, waits_for: str | None) -> View:
        """Block a task."""
        return self.apply("task.block", {"task": task, "reason": reason, "waits_for": waits_for})

    def go_on(self, task: str | None, summary: str | None) -> View:
        """Refuse: there is no run to go on."""
        raise _only_inside("continue", f"wake its assignee again: gitcp agent wake AGENT --task {task}")

    def cost(self, amounts: Mapping[str, Any]) -> View:
        """Refuse: there is no run that costs."""
        raise _only_inside("cost", "see what runs cost with `gitcp run list` and `gitcp budget`")

    def _rows(self, what: str, given: Mapping[str, Any], limit: int = _MOST) -> list[View]:
        conditions = {name: value for name, value in given.items() if value}
        found = self._client.get(what, **conditions, limit=min(limit, _MOST))
        if found["left_off"] and limit >= _MOST:
            raise GitcpError(
                f"{found['left_off']} more {what} fit than the {_MOST} that can be told at once",
                hint="narrow it by its options",
            )
        rows: list[View] = found[what]
        return rows


def _plural(kind: str) -> str:
    return _PLURALS.get(kind, f"{kind}s")


def _not_here(what: str, instead: str) -> GitcpError:
    return GitcpError(f"{what} is not told from elsewhere", hint=instead)


def _only_inside(what: str, instead: str) -> GitcpError:
    return IllegalTransitionError(f"{what} is what a run says of itself, and this is no run", hint=instead)
