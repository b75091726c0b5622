"""Edit a goal, a project, a budget, a routine or a member."""

from collections.abc import Mapping
from typing import Any, ClassVar

from gitcp.core.authority import authorise
from gitcp.core.dating import redated
from gitcp.core.handing_over import expect_own
from gitcp.core.lookup import changed, existing, existing_member
from gitcp.core.operations.write_policy import expect_sound
from gitcp.core.record_references import check_record
from gitcp.errors import NotAllowedError
from gitcp.model.base import Record
from gitcp.model.guards import Budget
from gitcp.model.members import Agent, Person
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot


class EditRecord(Operation):
    """Set fields of a record of one kind."""

    kind: ClassVar[type[Record]]

    id: str
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Change the given fields and nothing else."""
        authorise(snapshot, call, self.name)
        before = existing(snapshot, self.kind, self.id)
        after = changed(before, **dict(self.fields))
        if after != before:
            check_record(snapshot, after)
        if isinstance(before, Routine) and isinstance(after, Routine):
            after = redated(snapshot, before, after, call.now)
        return _edit(before, after, self.fields)


class EditGoal(EditRecord):
    """Edit a goal."""

    name: ClassVar[str] = "goal.edit"
    kind = Goal


class EditProject(EditRecord):
    """Edit a project."""

    name: ClassVar[str] = "project.edit"
    kind = Project


class EditBudget(EditRecord):
    """Edit a budget."""

    name: ClassVar[str] = "budget.edit"
    kind = Budget


class EditRoutine(EditRecord):
    """Edit a routine; a new time does not fire for the past, nor does one that goes on after a pause."""

    name: ClassVar[str] = "routine.edit"
    kind = Routine


class EditMember(Operation):
    """Edit an agent or a person. The status has operations of its own; a new time does not fire for the past."""

    name: ClassVar[str] = "agent.edit"

    id: str
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Change the given fields and nothing else."""
        authorise(snapshot, call, self.name)
        before = existing_member(snapshot, self.id)
        if "status" in self.fields:
            raise NotAllowedError(
                f"member {self.id}: status is not edited",
                hint=f"gitcp agent pause|resume|terminate {self.id}",
            )
        after = changed(before, **dict(self.fields))
        if after != before:
            check_record(snapshot, after)
        if isinstance(after, Person) and after != before:
            expect_own(snapshot, after)
            expect_sound(snapshot, [Put(after)])
        if isinstance(before, Agent) and isinstance(after, Agent):
            after = redated(snapshot, before, after, call.now)
        return _edit(before, after, self.fields)


def _edit(before: Record, after: Record, fields: Mapping[str, Any]) -> Edit:
    changes = () if after == before else (Put(after),)
    return Edit(changes, f"edit {before.kind} {before.id}: {', '.join(sorted(fields))}")
