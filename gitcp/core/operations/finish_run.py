"""End a run: by its runner, by a tick that found it dead, and late, when its task's file was free again."""

from datetime import datetime
from typing import ClassVar, Final

from gitcp.core import ledger
from gitcp.core.authority import authorise
from gitcp.core.causes.failures import RETRIED, wake_again
from gitcp.core.consequences import Consequence, consequence
from gitcp.core.lookup import changed, existing
from gitcp.core.outcomes import Settled, settle
from gitcp.core.progress import progressed
from gitcp.model.amounts import Amounts, Usage
from gitcp.model.base import Instant, Line, Text
from gitcp.model.ids import RunId, Sha, comment_name
from gitcp.model.members import WakeReason
from gitcp.model.operation import SCHEDULER, Call, Change, Edit, Operation, Put
from gitcp.model.runs import (
    Declared,
    FailureClass,
    Late,
    Outcome,
    Run,
    RunStatus,
    Settlement,
    Verification,
    Wake,
)
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Blocked, Comment, Task, TaskStatus

# What somebody wants of the agent, whoever has the task.
_ASKED: Final = frozenset({WakeReason.MENTION, WakeReason.MANUAL, WakeReason.APPROVAL})


class FinishRun(Operation):
    """Settle a run and its task in one commit.

    `wrote`: whether its agent changed the record while it ran. With `only_run` the task stays as it is and the result waits in the run:
    its file has edits that are not committed. A run that was given up already keeps its outcome, and what it reports after that as evidence;
    what it cost may still rise, unless it is archived and in no sum that it fits.
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
    model: Line | None = None
    priced_by: Line | None = None
    session: Line | None = None
    branch: Line | None = None
    compare_url: Line | None = None
    commits: tuple[Sha, ...] = ()
    rescue: Line | None = None
    isolation: Line | None = None
    verification: Verification | None = None
    undelivered: Text | None = None
    summary: Text | None = None
    wrote: bool = False
    only_run: bool = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the run's end, and what becomes of its task."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Run, self.run)
        if not before.is_active:
            return self._late(snapshot, before, call)
        ended = self._ended(before, call.now)
        run, settled = _settled(snapshot, ended, call, only_run=self.only_run, wrote=self.wrote)
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
            if name not in {"run", "only_run", "usage", "wrote"}
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

    def _late(self, snapshot: Snapshot, before: Run, call: Call) -> Edit:
        subject = f"note late result of run {before.id}"
        after = changed(
            before,
            usage=self._usage_late(before),
            rescue=before.rescue or self.rescue,
            late=before.late or self._evidence(before, call.now),
        )
        if after == before:
            return Edit((), subject, task=before.task, run=before.id)
        # What comes back from the archive is counted as a run again, and in the ledger no more.
        summed = (ledger.without(snapshot, before),) if snapshot.is_archived(Run, before.id) else ()
        return Edit((Put(after), *summed), subject, task=before.task, run=before.id)

    def _usage_late(self, before: Run) -> Usage | None:
        if self.usage is None or before.usage is None:
            return before.usage
        return Usage(**(before.usage.model_dump() | before.usage.at_least(self.usage).model_dump()))

    def _evidence(self, before: Run, now: datetime) -> Late | None:
        # A result that is sent twice is not late.
        if before.outcome is self.outcome and before.started_at == self.started_at:
            return None
        told = {name: getattr(self, name) for name in Late.model_fields if name != "at"}
        return Late(at=now.replace(microsecond=0), **told)


class ReapRun(Operation):
    """End a run that nobody runs any more. Its cost is unknown: it settles at its reservation, or at what it had `reported` where that is more."""

    name: ClassVar[str] = "run.reap"

    run: RunId
    outcome: Outcome = Outcome.ABANDONED
    reason: Text | None = None
    rescue: Line | None = None
    reported: Usage | None = None
    started: bool = True
    only_run: bool = False

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """End it as the table says. One that never started cost nothing but its place."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Run, self.run)
        if not before.is_active:
            return Edit((), f"reap run {before.id}", task=before.task, run=before.id)
        run = changed(
            before,
            status=RunStatus.ENDED,
            ended_at=call.now.replace(microsecond=0),
            outcome=self.outcome,
            # What never started failed by no doing of its agent.
            failure=None if self.started else FailureClass.PLATFORM,
            reason=self.reason,
            rescue=self.rescue,
            usage=self._spent(before),
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

    def _spent(self, before: Run) -> Usage:
        if not self.started:
            return Usage(runs=1)
        least = before.reserved if self.reported is None else before.reserved.at_least(self.reported)
        return Usage(**least.model_dump())


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
        changes = () if after == run else (Put(after), *task_changes(settled, after, call))
        return Edit(changes, subject, task=run.task, run=run.id)


def _settled(
    snapshot: Snapshot, run: Run, call: Call, *, only_run: bool, wrote: bool = False
) -> tuple[Run, Settled | None]:
    # A task whose file somebody edits, or that cannot be read, gets the result when its file is free and sound again.
    waits = run.task is not None and (only_run or snapshot.is_inert("task", run.task))
    settled = None if waits else settle(snapshot, run, call.now.replace(microsecond=0))
    task = settled.task if settled else None
    progress = run.progress or progressed(snapshot, run, task, wrote=wrote)
    if settled is None:
        return changed(run, pending=waits, progress=progress), None
    blocked = settled.task.blocked if settled.task.status is TaskStatus.BLOCKED else None
    return changed(run, pending=False, blocked=blocked, progress=progress), settled


def _kept(run: Run, call: Call) -> tuple[Put, ...]:
    """Return the wake that keeps what a failed run was asked, where its task may not ask again: it had none, or that may become another's."""
    fails = run.outcome in RETRIED or consequence(run) is Consequence.HOLD
    asked = run.task is None or any(cause.reason in _ASKED for cause in run.answers)
    if not fails or not asked or run.pending or run.blocked is not None:
        return ()
    at = call.now.replace(microsecond=0)
    return (Put(Wake(id=wake_again(run.agent, run.id), by=run.agent, at=at, again=run.id)),)


def task_changes(settled: Settled | None, run: Run, call: Call) -> tuple[Change, ...]:
    """Return what is written beside an ended run: about its task, and to keep what it was asked."""
    changes: list[Change] = list(_kept(run, call))
    if settled is None:
        return tuple(changes)
    changes.append(Put(settled.task))
    if settled.comment is not None:
        name = comment_name(SCHEDULER, call.now, call.request)
        changes.append(Put(Comment(id=f"{settled.task.id}/{name}", body=settled.comment, run=run.id)))
    return tuple(changes)


def _became(settled: Settled | None) -> str:
    task: Task | None = settled.task if settled else None
    return f", {task.id} is {task.status}" if task else ""
