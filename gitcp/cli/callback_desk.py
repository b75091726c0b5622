"""The desk inside a run: what the run's callback offers, and nothing of the repository.

Rule: light to import, because an agent calls `gitcp` many times.
"""

import os
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from gitcp.api.client import CallbackClient
from gitcp.cli.desk import RunFilter, TaskFilter, View
from gitcp.errors import GitcpError

_MOST_TASKS: Final = 500


class CallbackDesk:
    """Implements `gitcp.cli.desk.Desk` over the callback of the run that this process belongs to."""

    is_inside: Final = True
    is_at_repository: Final = False

    def __init__(self, client: CallbackClient, agent: str | None) -> None:
        """Remember the client and whose run it is."""
        self._client = client
        self._agent = agent

    @classmethod
    def from_environment(cls) -> "CallbackDesk | None":
        """Return the desk of the run that this process belongs to, or none outside of a run."""
        client = CallbackClient.from_environment(os.environ)
        return cls(client, os.environ.get("GITCP_AGENT_ID")) if client else None

    @property
    def task_of_run(self) -> str | None:
        """The run's task."""
        return self._client.task_id or None

    def me(self) -> str:
        """Return the agent."""
        return self._agent or str(self._client.me()["agent"]["id"])

    def status(self) -> View:
        """Refuse: it is about the company."""
        raise _not_here("the status of the company", "gitcp inbox")

    def company(self) -> View:
        """Refuse."""
        raise _not_here("the company", "gitcp inbox")

    def inbox(self, member: str | None) -> View:
        """Return the agent's inbox."""
        if member not in {None, self.me()}:
            raise _not_here(f"the inbox of {member}", f"gitcp task list --assignee {member}")
        return self._client.inbox()

    def task(self, task: str) -> View:
        """Return a task."""
        return self._client.task(task)

    def tasks(self, wanted: TaskFilter) -> list[View]:
        """Return the tasks that fit, at most as many as the callback tells at once."""
        if wanted.archived:
            raise _not_here("the archive", "gitcp task show TASK shows an archived task as well")
        conditions: dict[str, Any] = {"limit": _MOST_TASKS}
        for name in ("assignee", "project", "parent"):
            if getattr(wanted, name):
                conditions[name] = getattr(wanted, name)
        if wanted.statuses:
            conditions["status"] = list(wanted.statuses)
        found = self._client.tasks(**conditions)
        if found["left_off"]:
            raise GitcpError(
                f"{found['left_off']} more tasks fit than the {_MOST_TASKS} that can be told at once",
                hint="narrow it: --status, --assignee, --project",
            )
        return [
            row
            for row in found["tasks"]
            if wanted.goal in {None, row["goal"]} and set(wanted.labels) <= set(row["labels"])
        ]

    def document(self, task: str, name: str) -> View:
        """Return a document of a task."""
        return self._client.document(task, name)

    def run(self, run: str) -> View:
        """Return a run."""
        return self._client.run(run)

    def runs(self, wanted: RunFilter) -> list[View]:
        """Return the runs of a task."""
        if wanted.archived:
            raise _not_here("the archive", "gitcp run show RUN shows an archived run as well")
        if wanted.task is None:
            raise _not_here("the list of runs", "name a task: gitcp run list --task TASK")
        found = [
            row
            for row in self._client.task(wanted.task)["runs"]
            if wanted.agent in {None, row["agent"]}
            and (not wanted.outcomes or row["outcome"] in wanted.outcomes)
            and (not wanted.active or row["status"] == "active")
        ]
        return found[: wanted.limit]

    def member(self, member: str) -> View:
        """Return the agent itself."""
        if member != self.me():
            raise _not_here(
                f"member {member}", f"gitcp agent show {self.me()}, it names who is above and below you"
            )
        agent: View = self._client.me()["agent"]
        return agent

    def members(self) -> list[View]:
        """Refuse."""
        raise _not_here("the org chart", f"gitcp agent show {self.me()}, it names who is above and below you")

    def listed(self, kind: str) -> list[View]:
        """Refuse."""
        raise _not_here(
            f"what `gitcp {kind}` lists",
            "gitcp task show names the goal, the project and the approvals of a task",
        )

    def shown(self, kind: str, record_id: str) -> View:
        """Refuse."""
        raise _not_here(
            f"{kind} {record_id}", "gitcp task show names the goal, the project and the approvals of a task"
        )

    def verdict(self, operation: str, given: Mapping[str, Any]) -> View:
        """Say whether the agent may, as the callback says it."""
        return self._client.verdict(operation, given)

    def text_of(self, blob: str) -> str | None:
        """Return none: no file is at hand."""
        return None

    def has_ended(self, run: str) -> bool:
        """Ask again."""
        return bool(self._client.run(run)["status"] != "active")

    def log(self, run: str, name: str) -> BinaryIO | None:
        """Refuse."""
        raise _not_here(f"{name} of run {run}", f"gitcp run show {run}")

    def apply(self, operation: str, fields: Mapping[str, Any]) -> View:
        """Carry out an operation as the agent."""
        return self._client.apply(operation, fields)

    def finish(self, task: str | None, summary: str | None, without_checks: str | None) -> View:
        """Declare it, if it is the run's task."""
        if not self._is_own(task):
            return self._client.apply("task.finish", {"task": task, "without_checks": without_checks})
        if without_checks is not None:
            raise GitcpError(
                "an agent may not finish its task without its checks",
                hint="deliver what passes them, or: gitcp task block --reason TEXT",
            )
        return self._client.finish(summary)

    def block(self, task: str | None, reason: str, waits_for: str | None) -> View:
        """Declare it, if it is the run's task."""
        if self._is_own(task):
            return self._client.block(reason, waits_for)
        fields = {"task": task, "reason": reason, "waits_for": waits_for}
        return self._client.apply("task.block", fields)

    def go_on(self, task: str | None, summary: str | None) -> View:
        """Declare that more is to do."""
        if not self._is_own(task):
            raise GitcpError(
                f"{task} is not the task of this run: only the run's own task continues",
                hint=f"wake its assignee: gitcp agent wake AGENT --task {task}",
            )
        return self._client.continue_(summary)

    def cost(self, amounts: Mapping[str, Any]) -> View:
        """Report what the run has cost."""
        return self._client.cost(**amounts)

    def _is_own(self, task: str | None) -> bool:
        return task in {None, self.task_of_run}


def _not_here(what: str, instead: str) -> GitcpError:
    return GitcpError(f"{what} is not told inside a run", hint=instead)
