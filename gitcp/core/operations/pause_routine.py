"""Pause a routine, let it go on, date one that was scheduled by hand."""

from typing import ClassVar

from gitcp.core.authority import authorise
from gitcp.core.dating import adopted, dated, is_adrift
from gitcp.core.lookup import changed, existing
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.planning import Routine, RoutineStatus
from gitcp.model.snapshot import Snapshot


class _SetStatus(Operation):
    """A step that sets a routine's status."""

    step: ClassVar[str]
    status: ClassVar[RoutineStatus]

    routine: str
    reason: str | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Set the status; no slot from before a routine goes on counts."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, Routine, self.routine)
        after = dated(snapshot, changed(before, status=self.status), call.now)
        changes = () if before.status is self.status else (Put(after),)
        because = f": {self.reason}" if self.reason else ""
        return Edit(changes, f"{self.step} routine {before.id}{because}", reason=self.reason)


class PauseRoutine(_SetStatus):
    """Let a routine make no tasks; what it made stays."""

    name: ClassVar[str] = "routine.pause"
    step = "pause"
    status = RoutineStatus.PAUSED


class ResumeRoutine(_SetStatus):
    """Let a paused routine go on, not for slots that passed."""

    name: ClassVar[str] = "routine.resume"
    step = "resume"
    status = RoutineStatus.ACTIVE


class AdoptRoutine(Operation):
    """Date a routine whose times or status were changed by hand."""

    name: ClassVar[str] = "routine.adopt"

    routine: str

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Let no slot before now count; of a paused routine none does."""
        authorise(snapshot, call, self.name)
        routine = existing(snapshot, Routine, self.routine)
        changes = (Put(adopted(snapshot, routine, call.now)),) if is_adrift(snapshot, routine) else ()
        return Edit(changes, f"adopt routine {routine.id}")
