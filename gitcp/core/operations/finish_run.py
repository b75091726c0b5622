"""End a run: by its runner, by a tick that found it dead, and late, when its task's file was free again."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from gitcp.core import ledger
from gitcp.core.authority import authorise
from gitcp.core.lookup import changed, existing
from gitcp.core.outcomes import Settled, settle
from gitcp.model.amounts import Amounts, Usage
from gitcp.model.base import Instant, Line, Text
from gitcp.model.ids import RunId, comment_name
from gitcp.model.operation import SCHEDULER, Call, Change, Edit, Operation, Put
from gitcp.model.runs import Declared, FailureClass, Outcome, Run, RunStatus, Settlement, Sha, Verification
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Comment, Task, TaskStatus


class FinishRun(Operation):
    """Settle a run and its task in one commit.

    With `only_run` the task stays as it is and the result waits in the run: its file has edits that are not committed.
    A run that was given up already keeps its outcome; what it cost may still rise, unless it is archived and in no sum that it fits.
    """

    name: ClassVar[str] = "run.finish"

    run: RunId
    outcome: Outcome
    started_at: Instant | None = None
    failure: FailureClass | None = None
    declared: Declared | None = None
    reason: Text | None = None
    blocked: Blocked | None = None
    usage: Usage | None = None
    settled_by: Settlement = Settlement.RESERVED
    branch: Line | None = None
    commits: tuple[Sha, ...] = ()
    rescue: Line | None = None
    isolation: Line | None = None
    verification: Verification | None = None
    undelivered: Text | None = None
    summary: Text | None = None
    only_run: bool = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the run's end, and what becomes of its task."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Run, self.run)
        if not before.is_active:
            return self._late(snapshot, before)
        run, settled = _settled(snapshot, self._ended(before, call.now), call, only_run=self.only_run)
        about = f" of {run.task}" if run.task else ""
        return Edit(
            changes=(Put(run), *task_changes(settled, run, call)),
            subject=f"finish run {run.id}{about}: {run.outcome}{_became(settled)}",
            task=run.task,
            run=run.id,
            reason=run.reason,
        )

    def _ended(self, before: Run, now: datetime) -> Run:
        fields = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name not in {"run", "only_run", "usage"}
        }
        fields["settled_by"] = Settlement.RESERVED if self.usage is None else self.settled_by
        says_blocked = self.outcome is Outcome.SUCCEEDED and self.declared is Declared.BLOCK
        fields["blocked"] = self.blocked if says_blocked else None
        ended_at = now.replace(microsecond=0)
        return changed(before, **fields, usage=self._spent(before), status=RunStatus.ENDED, ended_at=ended_at)

    def _spent(self, before: Run) -> Usage:
        if self.usage is None:
            return Usage(**before.reserved.model_dump())
        least = Amounts(runs=1)
        if self.settled_by is Settlement.RESERVED:
            # The time is measured also where nobody knows the cost.
            least = Amounts(**(before.reserved.model_dump() | {"minutes": 0, "runs": 1}))
        return Usage(**(self.usage.model_dump() | self.usage.at_least(least).model_dump()))

    def _late(self, snapshot: Snapshot, before: Run) -> Edit:
        subject = f"note late result of run {before.id}"
        if self.usage is None or before.usage is None:
            return Edit((), subject, task=before.task, run=before.id)
        usage = Usage(**(before.usage.model_dump() | before.usage.at_least(self.usage).model_dump()))
        after = changed(before, usage=usage, rescue=before.rescue or self.rescue)
        if after == before:
            return Edit((), subject, task=before.task, run=before.id)
        # What comes back from the archive is counted as a run again, and in the ledger no more.
        summed = (ledger.without(snapshot, before),) if snapshot.is_archived(Run, before.id) else ()
        return Edit((Put(after), *summed), subject, task=before.task, run=before.id)


class ReapRun(Operation):
    """End a run that nobody runs any more. Its cost is unknown: it settles at its reservation."""

    name: ClassVar[str] = "run.reap"

    run: RunId
    outcome: Outcome = Outcome.ABANDONED
    reason: Text | None = None
    rescue: Line | None = None
    started: bool = True
    only_run: bool = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """End it as the table says. One that never started cost nothing but its place."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Run, self.run)
        if not before.is_active:
            return Edit((), f"reap run {before.id}", task=before.task, run=before.id)
        spent = before.reserved.model_dump() if self.started else {"runs": 1, "minutes": Decimal(0)}
        run = changed(
            before,
            status=RunStatus.ENDED,
            ended_at=call.now.replace(microsecond=0),
            outcome=self.outcome,
            reason=self.reason,
            rescue=self.rescue,
            usage=Usage(**spent),
            settled_by=Settlement.RESERVED if self.started else Settlement.METERED,
        )
        run, settled = _settled(snapshot, run, call, only_run=self.only_run)
        about = f" of {run.task}" if run.task else ""
        return Edit(
            changes=(Put(run), *task_changes(settled, run, call)),
            subject=f"reap run {run.id}{about}: {self.reason or self.outcome}",
            task=run.task,
            run=run.id,
            reason=self.reason,
        )


class ResolveRun(Operation):
    """Bring the result of an ended run into its task."""

    name: ClassVar[str] = "run.resolve"

    run: RunId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Apply what waited; what a person decided in the meantime stays."""
        authorise(snapshot, call, self.name)
        run = existing(snapshot, Run, self.run)
        if not run.pending:
            return Edit((), f"resolve run {run.id}", task=run.task, run=run.id)
        after, settled = _settled(snapshot, run, call, only_run=False)
        subject = f"resolve run {run.id} of {run.task}{_became(settled)}"
        changes = () if after == run else (Put(after), *task_changes(settled, run, call))
        return Edit(changes, subject, task=run.task, run=run.id)


def _settled(snapshot: Snapshot, run: Run, call: Call, *, only_run: bool) -> tuple[Run, Settled | None]:
    # A task whose file somebody edits, or that cannot be read, gets the result when its file is free and sound again.
    if run.task is not None and (only_run or snapshot.is_inert("task", run.task)):
        return changed(run, pending=True), None
    settled = settle(snapshot, run, call.now.replace(microsecond=0))
    if settled is None:
        return changed(run, pending=False), None
    is_blocked = settled.task.status is TaskStatus.BLOCKED
    return changed(run, pending=False, blocked=settled.task.blocked if is_blocked else None), settled


def task_changes(settled: Settled | None, run: Run, call: Call) -> tuple[Change, ...]:
    """Return what is written about the task of an ended run."""
    if settled is None:
        return ()
    changes: list[Change] = [Put(settled.task)]
    if settled.comment is not None:
        name = comment_name(SCHEDULER, call.now, call.request)
        changes.append(Put(Comment(id=f"{settled.task.id}/{name}", body=settled.comment, run=run.id)))
    return tuple(changes)


def _became(settled: Settled | None) -> str:
    task: Task | None = settled.task if settled else None
    return f", {task.id} is {task.status}" if task else ""
