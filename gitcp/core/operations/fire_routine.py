"""Let a routine make the task of a slot."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from gitcp.core.authority import authorise
from gitcp.core.lookup import existing, made
from gitcp.core.numbering import next_number
from gitcp.core.routines import due, place_of
from gitcp.core.templating import Variables, fill
from gitcp.model.base import Instant, format_instant
from gitcp.model.ids import task_id
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.planning import Routine
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Counter, Origin, Task, TaskStatus

_LONGEST = {"title": 300, "description": 200_000}
_LONGEST_LABEL = 300


class FireRoutine(Operation):
    """Make the task of a routine for a slot, named by its nominal time."""

    name: ClassVar[str] = "routine.fire"

    routine: str
    slot: Instant

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Make the task, unless another scheduler was first: what is due is asked again, and only the slot whose turn it is counts.

        What the task names and does not exist is a problem of the task as of any; it keeps nobody from seeing it.
        """
        authorise(snapshot, call, self.name)
        routine = existing(snapshot, Routine, self.routine)
        if due(snapshot, routine, call.now).slots[:1] != (self.slot,):
            return Edit((), f"fire routine {routine.id}: not due for {format_instant(self.slot)}")
        number = next_number(snapshot, routine.task.project)
        local = self.slot.astimezone(place_of(snapshot, routine))
        task = self._task(routine, task_id(routine.task.project, number), local, call)
        used = routine.evolve(fired=self.slot, made=routine.made + 1, last=task.id)
        return Edit(
            changes=(Put(task), Put(Counter(id=routine.task.project, next=number + 1)), Put(used)),
            subject=f"fire routine {routine.id}: {task.id} for {local:%Y-%m-%d %H:%M}",
            task=task.id,
        )

    def _task(self, routine: Routine, name: str, local: datetime, call: Call) -> Task:
        template, number = routine.task, routine.made + 1
        variables = Variables.of(local, number)
        fields: dict[str, Any] = {
            field: getattr(template, field)
            for field in ("priority", "assignee", "goal", "parent", "verify", "review")
        }
        for field, longest in _LONGEST.items():
            text = getattr(template, field)
            fields[field] = fill(text, variables)[:longest] if text is not None else None
        fields["labels"] = tuple(fill(label, variables)[:_LONGEST_LABEL] for label in template.labels)
        if template.due_days is not None:
            fields["due"] = self.slot + timedelta(days=template.due_days)
        origin = Origin(routine=routine.id, slot=self.slot, number=number)
        created = call.now.replace(microsecond=0)
        return made(Task, name, fields | {"created": created, "status": TaskStatus.TODO, "routine": origin})
