"""The desk outside of runs: the control repository, for the person whom Git names."""

from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from gitcp.cli.desk import RunFilter, TaskFilter, View
from gitcp.cli.edits import expanded, plain_scalars
from gitcp.control.plane import Plane
from gitcp.core import views
from gitcp.core.lookup import existing, existing_company, existing_member
from gitcp.core.views.catalogue import ROWS, SHOWN
from gitcp.errors import GitcpError, IllegalTransitionError, RecordError
from gitcp.model.base import Record
from gitcp.model.ids import number_of, project_of
from gitcp.model.memory import Records
from gitcp.model.operation import Operation, Put, Receipt, Refusal
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Document, Task, TaskStatus


class RepositoryDesk:
    """Implements `gitcp.cli.desk.Desk` over an open control repository."""

    is_inside: Final = False
    is_at_repository: Final = True
    task_of_run: Final = None

    def __init__(self, plane: Plane) -> None:
        """Read the branch as it is now."""
        self._plane = plane
        self._snapshot = plane.snapshot()

    def me(self) -> str:
        """Return the person at the keyboard."""
        return self._plane.person().id

    def status(self) -> View:
        """Return what runs, what waits for whom, what it costs."""
        from gitcp.cli.overview import overview

        return overview(self._plane, self._snapshot)

    def company(self) -> View:
        """Return the company and what is paused in it."""
        return views.company_view(self._snapshot, existing_company(self._snapshot))

    def inbox(self, member: str | None) -> View:
        """Return a member's inbox."""
        found = existing_member(self._snapshot, member or self.me())
        return views.inbox_view(self._snapshot, found.id)

    def task(self, task: str) -> View:
        """Return a task."""
        found = existing(self._snapshot, Task, _stored(self._snapshot, task))
        return views.task_view(self._snapshot, found)

    def tasks(self, wanted: TaskFilter) -> list[View]:
        """Return the tasks that fit."""
        statuses = {TaskStatus(status) for status in wanted.statuses} or None
        conditions = {"assignee": wanted.assignee, "project": wanted.project, "parent": wanted.parent}
        asked = Records.of(self._snapshot.archived(Task)) if wanted.archived else self._snapshot
        found = asked.tasks(statuses=statuses, **conditions)
        labelled = (task for task in found if set(wanted.labels) <= set(task.labels))
        rows = (views.task_row(self._snapshot, task) for task in labelled)
        return [row for row in rows if wanted.goal in {None, row["goal"]}]

    def document(self, task: str, name: str) -> View:
        """Return a document of a task."""
        return views.document_view(self._snapshot, existing(self._snapshot, Document, f"{task}/{name}"))

    def run(self, run: str) -> View:
        """Return a run."""
        return views.run_view(self._snapshot, self._run(run))

    def runs(self, wanted: RunFilter) -> list[View]:
        """Return the runs that fit."""
        archived = self._snapshot.archived(Run, task=wanted.task) if wanted.archived else ()
        asked = Records.of(archived) if wanted.archived else self._snapshot
        found = asked.runs(
            active=True if wanted.active else None,
            agent=wanted.agent,
            task=wanted.task,
            limit=None if wanted.outcomes else wanted.limit,
        )
        fitting = [run for run in found if not wanted.outcomes or run.outcome in wanted.outcomes]
        return [views.run_row(run) for run in fitting[: wanted.limit]]

    def member(self, member: str) -> View:
        """Return an agent or a person."""
        found = existing_member(self._snapshot, member)
        return views.member_view(self._snapshot, found, self._plane.clock.now())

    def members(self) -> list[View]:
        """Return the org chart."""
        return views.org_rows(self._snapshot)

    def listed(self, kind: str) -> list[View]:
        """Return the rows of a kind."""
        return ROWS[kind](self._snapshot, self._plane.clock.now())

    def shown(self, kind: str, record_id: str) -> View:
        """Return one record."""
        record_type, view = SHOWN[kind]
        return view(self._snapshot, existing(self._snapshot, record_type, record_id), self._plane.clock.now())

    def verdict(self, operation: str, given: Mapping[str, Any]) -> View:
        """Say what rules say of an operation."""
        from gitcp.control.verdicts import verdict_of

        task = _stored(self._snapshot, given["task"]) if given.get("task") else None
        return verdict_of(self._snapshot, operation, {**given, "task": task})

    def text_of(self, blob: str) -> str | None:
        """Read the blob, if it is in this clone."""
        return self._plane.store.history().text_of(blob)

    def has_ended(self, run: str) -> bool:
        """Read the branch again."""
        found = self._plane.snapshot().get(Run, run)
        return found is None or not found.is_active

    def log(self, run: str, name: str) -> BinaryIO | None:
        """Open the file in the state folder of this machine, else what is kept under the run's ref, here or in the remote."""
        from gitcp.control.transcripts import opened

        return opened(self._plane, self._run(run).id, name)

    def apply(self, operation: str, fields: Mapping[str, Any]) -> View:
        """Carry out an operation as the person at the keyboard."""
        call = self._plane.call(self._plane.person())
        applied = self._plane.door.apply(lambda snapshot: [(_operation(snapshot, operation, fields), call)])
        result = applied.results[0]
        if isinstance(result, Refusal):
            raise result.error
        return _receipt(operation, result, applied.notes)

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

    def _run(self, run: str) -> Run:
        return existing(self._snapshot, Run, run)


def _operation(snapshot: Snapshot, name: str, fields: Mapping[str, Any]) -> Operation:
    from gitcp.core.operations.registry import OPERATIONS

    given: dict[str, Any] = plain_scalars(fields)
    if "task" in given and given["task"] is not None:
        given["task"] = _stored(snapshot, given["task"])
    if "fields" in given:
        given["fields"] = expanded(given["fields"], _before(snapshot, name, given))
    try:
        return OPERATIONS[name].model_validate(given)
    except ValidationError as error:
        problems = sorted(
            f"{'.'.join(map(str, e['loc']))}: {_told(e['msg'])}" for e in error.errors(include_url=False)
        )
        noun, _, verb = name.partition(".")
        hint = f"gitcp {noun} {'new' if verb == 'create' else verb} --help"
        raise RecordError(f"{noun}: {'; '.join(problems)}", hint=hint) from error


def _told(message: str) -> str:
    return message.removeprefix("Value error, ")


def _before(snapshot: Snapshot, name: str, given: Mapping[str, Any]) -> Record | None:
    record_id = given.get("id") or given.get("task") or ""
    match name:
        case "agent.edit" | "person.edit":
            return snapshot.member(record_id)
        case "task.edit":
            return snapshot.get(Task, record_id)
        case _ if name.endswith(".edit"):
            return snapshot.get(SHOWN[name.removesuffix(".edit")][0], record_id)
        case _:
            return None


def _stored(snapshot: Snapshot, task: str) -> str:
    # A task that a person numbered by hand may lack the zeros.
    if snapshot.get(Task, task) is not None or not task.rpartition("-")[2].isdigit():
        return task
    short = f"{project_of(task)}-{number_of(task)}"
    return short if snapshot.get(Task, short) is not None else task


def _receipt(name: str, receipt: Receipt, notes: tuple[str, ...]) -> View:
    puts = [change.record for change in receipt.edit.changes if isinstance(change, Put)]
    return {
        "operation": name,
        "revision": receipt.revision,
        "repeated": receipt.repeated,
        "subject": receipt.edit.subject,
        "task": receipt.edit.task,
        "records": [{"kind": r.kind, "id": r.id} for r in puts if r.kind != "counter"],
        "notes": list(notes),
    }


def _only_inside(what: str, instead: str) -> GitcpError:
    return IllegalTransitionError(f"{what} is what a run says of itself, and this is no run", hint=instead)
