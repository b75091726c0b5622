"""Create a goal, a project, a budget or a routine."""

from collections.abc import Mapping
from typing import Any, ClassVar

from gitcp.core.authority import authorise
from gitcp.core.dating import dated
from gitcp.core.lookup import made
from gitcp.core.record_references import check_record
from gitcp.errors import ConflictError
from gitcp.model.base import Record
from gitcp.model.guards import Budget
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.snapshot import Snapshot


class CreateRecord(Operation):
    """Create a record of one kind from its fields."""

    kind: ClassVar[type[Record]]

    id: str
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write a record that must not exist yet."""
        authorise(snapshot, call, self.name)
        if snapshot.get(self.kind, self.id) is not None or snapshot.is_inert(self.kind.kind, self.id):
            word = self.kind.kind
            raise ConflictError(f"{word} {self.id} exists already", hint=f"gitcp {word} edit {self.id}")
        record = made(self.kind, self.id, dict(self.fields))
        check_record(snapshot, record)
        if isinstance(record, Routine):
            record = dated(snapshot, record, record.since or call.now)
        return Edit((Put(record),), f"create {self.kind.kind} {self.id}")


class CreateGoal(CreateRecord):
    """Create a goal."""

    name: ClassVar[str] = "goal.create"
    kind = Goal


class CreateProject(CreateRecord):
    """Create a project; its id is the key of its tasks."""

    name: ClassVar[str] = "project.create"
    kind = Project


class CreateBudget(CreateRecord):
    """Create a budget; its id is `company` or `<scope>/<target>`."""

    name: ClassVar[str] = "budget.create"
    kind = Budget


class CreateRoutine(CreateRecord):
    """Create a routine; no slot before now counts."""

    name: ClassVar[str] = "routine.create"
    kind = Routine
