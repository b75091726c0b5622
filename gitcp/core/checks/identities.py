"""Who people are, which numbers are taken, and what is missing to begin at all."""

from collections.abc import Iterator

from gitcp.core.checks.finding import Finding
from gitcp.model.ids import number_of
from gitcp.model.operation import SCHEDULER
from gitcp.model.planning import Project
from gitcp.model.problem import Severity
from gitcp.model.snapshot import Snapshot, ever, persons
from gitcp.model.tasks import Counter, Task


def identities(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield people without a Git identity, identities of two people, reserved names, and numbers that would be given twice."""
    yield from _people(snapshot)
    yield from _former(snapshot)
    for member in snapshot.members():
        if member.id == SCHEDULER:
            yield Finding(member.kind, member.id, "", f"the id {SCHEDULER} is gitcp's own", "rename the file")
    for task in snapshot.all(Task):
        counter = snapshot.get(Counter, task.project)
        if counter is not None and number_of(task.id) >= counter.next:
            hint = f"file new tasks in tasks/{task.project}/new/; the next tick numbers them"
            yield Finding(
                "task", task.id, "", f"expected a number below {counter.next}, the next to be given", hint
            )
    last_of: dict[str, int] = {}
    for task in ever(snapshot, Task):
        last_of[task.project] = max(number_of(task.id), last_of.get(task.project, 0))
    for project in snapshot.all(Project):
        last = last_of.get(project.id)
        if last is not None and snapshot.get(Counter, project.id) is None:
            hint = f"write {last + 1} into tasks/{project.id}/next"
            yield Finding("project", project.id, "", f"expected tasks/{project.id}/next, found none", hint)


def _former(snapshot: Snapshot) -> Iterator[Finding]:
    had: dict[str, str] = {}
    for member in snapshot.members():
        for at, name in enumerate(member.previously):
            other = had.setdefault(name, member.id)
            if snapshot.member(name) is not None or other != member.id:
                whose = "a member's now" if snapshot.member(name) is not None else f"{other}'s before"
                message = f"expected a name that nobody else has or had, found {name}, which is {whose}"
                yield Finding(
                    member.kind,
                    member.id,
                    f"previously[{at}]",
                    message,
                    "what is counted under it has one owner",
                )


def _people(snapshot: Snapshot) -> Iterator[Finding]:
    owner: dict[str, str] = {}
    for person in persons(snapshot):
        if not person.emails:
            message = "expected at least one e-mail address, found none: no commit can be theirs"
            yield Finding(
                "person", person.id, "emails", message, "emails: [what `git config user.email` prints]"
            )
        for email in person.emails:
            other = owner.setdefault(email.lower(), person.id)
            if other != person.id:
                yield Finding(
                    "person", person.id, "emails", f"{email} is {other}'s already", severity=Severity.ERROR
                )
