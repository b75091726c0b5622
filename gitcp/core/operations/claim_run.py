"""Claim a run: take its task, its place and its money before anything starts."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.budgets import covering, reservation
from gitcp.core.eligibility import Wanted, hold
from gitcp.core.lifecycle import TaskEvent, advance
from gitcp.core.lookup import changed, existing
from gitcp.errors import ConflictError
from gitcp.model.members import Agent
from gitcp.model.operation import Call, Change, Edit, Operation, Put, Remove
from gitcp.model.runs import Run, Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task, TaskStatus


class ClaimRun(Operation):
    """Write the run that a plan wants, if it may still start."""

    name: ClassVar[str] = "run.claim"

    run: Run
    wakes: tuple[str, ...] = ()
    because: str = ""

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Check again what the plan checked, on what is now in the branch."""
        authorise(snapshot, call, self.name)
        if snapshot.get(Run, self.run.id) is not None:
            raise ConflictError(f"run {self.run.id} exists already")
        existing(snapshot, Agent, self.run.agent)
        task = snapshot.get(Task, self.run.task) if self.run.task else None
        charges = tuple(budget.id for budget in covering(snapshot, self.run.agent, task))
        run = changed(self.run, charges=charges, reserved=reservation(self.run.limits))
        held = hold(Wanted(snapshot, run, call.now))
        if held is not None:
            raise ConflictError(f"run {run.id} may not start: {held.reason}")
        about = f" for {run.task}" if run.task else ""
        return Edit(
            changes=(Put(run), *self._started(task, run), *self._answered(snapshot)),
            subject=f"claim run {run.id}{about}",
            task=run.task,
            run=run.id,
            reason=self.because,
        )

    def _started(self, task: Task | None, run: Run) -> tuple[Change, ...]:
        if task is None or task.assignee != run.agent or task.status is not TaskStatus.TODO:
            return ()
        # A person who unblocked it by hand may have left why it was blocked.
        return (Put(changed(task, status=advance(task, TaskEvent.START), blocked=None)),)

    def _answered(self, snapshot: Snapshot) -> tuple[Change, ...]:
        return tuple(Remove(Wake, wake) for wake in self.wakes if snapshot.get(Wake, wake) is not None)
