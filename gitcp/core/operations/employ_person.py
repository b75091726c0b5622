"""Persons join, change and leave."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar, Final

from gitcp.core.authority import authorise
from gitcp.core.handing_over import expect_free, expect_own, moved_reports
from gitcp.core.lookup import existing, made
from gitcp.core.operations.edit_record import EditRecord
from gitcp.core.operations.write_policy import expect_sound
from gitcp.core.record_references import check_record
from gitcp.core.referrers import duties
from gitcp.errors import ConflictError, NotAllowedError
from gitcp.model.ids import MemberId
from gitcp.model.layered import Layered
from gitcp.model.members import Person
from gitcp.model.operation import Call, Change, Edit, Operation, Put, Remove
from gitcp.model.snapshot import Snapshot, persons

_MOST_NAMED: Final = 5


class CreatePerson(Operation):
    """Add a person to the org chart: who they are in Git, by which keys, in which roles."""

    name: ClassVar[str] = "person.create"

    person: MemberId
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the person under a name that nobody has or had."""
        authorise(snapshot, call, self.name)
        expect_free(snapshot, self.person)
        person = made(Person, self.person, dict(self.fields))
        check_record(snapshot, person)
        expect_own(snapshot, person)
        return Edit(
            (Put(person),), f"create person {person.id}" + (f", {person.title}" if person.title else "")
        )


class EditPerson(EditRecord):
    """Edit a person."""

    name: ClassVar[str] = "person.edit"
    kind = Person

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Change the given fields and nothing else."""
        edit = super().decide(snapshot, call)
        for change in edit.changes:
            if isinstance(change, Put) and isinstance(change.record, Person):
                expect_own(snapshot, change.record)
        expect_sound(snapshot, edit.changes)
        return edit


class RemovePerson(Operation):
    """Take a person out of the org chart. What they said and decided stays; what they have to do with goes to somebody else first."""

    name: ClassVar[str] = "person.remove"

    person: MemberId
    move_reports_to: MemberId | None = None
    reason: str | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Remove the file, and give their reports another manager."""
        authorise(snapshot, call, self.name)
        person = existing(snapshot, Person, self.person)
        if len(persons(snapshot)) == 1:
            raise NotAllowedError(
                f"person {person.id} is the only one: nobody would be left to decide anything",
                hint="gitcp person new",
            )
        moves = moved_reports(snapshot, person, self.move_reports_to, "remove")
        _expect_no_duties(Layered(snapshot).edited(moves), person)
        changes: tuple[Change, ...] = (*moves, Remove(Person, person.id))
        expect_sound(snapshot, changes)
        because = f": {self.reason}" if self.reason else ""
        return Edit(changes, f"remove person {person.id}{because}", reason=self.reason)


def _expect_no_duties(snapshot: Snapshot, person: Person) -> None:
    left = list(islice(duties(snapshot, person.id), _MOST_NAMED + 1))
    if left:
        more = " and more" if len(left) > _MOST_NAMED else ""
        raise ConflictError(
            f"person {person.id} cannot go yet: there are {', '.join(left[:_MOST_NAMED])}{more}",
            hint="give them to somebody else first, such as with gitcp task assign, gitcp project edit --lead",
        )
