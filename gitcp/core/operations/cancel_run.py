"""Ask that a run ends."""

from typing import ClassVar

from gitcp.core.authority import authorise, authorise_over
from gitcp.core.lookup import changed, existing
from gitcp.errors import IllegalTransitionError
from gitcp.model.ids import RunId
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.runs import Cancel, Run
from gitcp.model.snapshot import Snapshot


class CancelRun(Operation):
    """Ask that a live run ends: its runner stops it and settles it; if it has none, the next tick does."""

    name: ClassVar[str] = "run.cancel"

    run: RunId
    reason: str | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the wish into the run; its task is then blocked, by whom asked."""
        run = existing(snapshot, Run, self.run)
        if call.actor.kind is ActorKind.AGENT:
            authorise_over(snapshot, call, self.name, run.agent)
        else:
            authorise(snapshot, call, self.name)
        if not run.is_active:
            raise IllegalTransitionError(f"run {run.id} has ended ({run.outcome}): cancel is not possible")
        if run.cancel is not None and not run.cancel.hold:
            return Edit((), f"cancel run {run.id}", task=run.task, run=run.id)
        wish = Cancel(by=call.actor.id, at=call.now.replace(microsecond=0), reason=self.reason)
        because = f": {self.reason}" if self.reason else ""
        return Edit(
            (Put(changed(run, cancel=wish)),),
            f"cancel run {run.id}{because}",
            task=run.task,
            run=run.id,
            reason=self.reason,
        )
