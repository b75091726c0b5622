"""What waits for people, short enough for the first page, and what each of it takes: the command that does it."""

from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.figures import Stamp, plural
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.waits import Item, Question, item, question
from gitcp.model.tasks import Task, TaskStatus

PEOPLE: Final = 6
QUESTIONS: Final = 4
# The more people, the less of each, so that what runs is not pushed off the first page.
EACH: Final = 5
FEWEST: Final = 2
ALL: Final = 12
_STEP: Final = {TaskStatus.TODO: "start", TaskStatus.IN_PROGRESS: "finish", TaskStatus.BACKLOG: "queue"}


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do, and the command that does it."""

    item: Item
    command: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person may act on; `more` leads to the rest."""

    member: Ref
    chores: tuple[Chore, ...]
    more: Ref | None


@dataclass(frozen=True, slots=True)
class Plea:
    """An approval that waits: until when it may be decided, and by which command one sees it whole."""

    question: Question
    until: Stamp | None
    command: str


@dataclass(frozen=True, slots=True)
class Desks:
    """All that waits for people: how much, and the first of it."""

    count: int
    pleas: tuple[Plea, ...]
    more_pleas: Ref | None
    desks: tuple[Desk, ...]
    more_desks: Ref | None


def desks(register: Register, prose: Prose) -> Desks:
    """Show what waits for people: requests, then the fullest inboxes."""
    pending = register.pending
    full = [each for each in register.persons if register.inbox_of(each.id)]
    full.sort(key=lambda each: -len(register.inbox_of(each.id)))
    count = len(pending) + sum(len(register.inbox_of(each.id)) for each in full)
    asked, others = len(pending) - QUESTIONS, len(full) - PEOPLE
    most = min(max(ALL // max(len(full), 1), FEWEST), EACH)
    return Desks(
        count=count,
        pleas=tuple(_plea(register, each.id) for each in pending[:QUESTIONS]),
        more_pleas=Ref(plural(asked, "more request"), links.APPROVALS) if asked > 0 else None,
        desks=tuple(_desk(register, each.id, prose, most) for each in full[:PEOPLE]),
        more_desks=Ref(f"{plural(others, 'more person', 'more people')} with something to do", links.PEOPLE)
        if others > 0
        else None,
    )


def _plea(register: Register, approval_id: str) -> Plea:
    approval = register.approval(approval_id)
    assert approval is not None, "it was found pending"
    until = register.clock.stamp(approval.expires) if approval.expires else None
    return Plea(question(register, approval), until, f"gitcp approval decide {approval.id} --approve")


def _desk(register: Register, person: str, prose: Prose, most: int) -> Desk:
    found = register.inbox_of(person)
    ref, left = member_ref(register, person), len(found) - most
    chores = tuple(
        Chore(item(register, each, prose), command(register.task(each.task), person) if each.task else None)
        for each in found[:most]
    )
    return Desk(ref, chores, Ref(f"{left:,} more", ref.href) if left > 0 else None)


def command(task: Task | None, person: str) -> str | None:
    """Return what a person types to act on a task of their inbox."""
    if task is None:
        return None
    if task.reviewer == person:
        return f'gitcp task review {task.id} --approve -m "WHY"'
    if task.status is TaskStatus.BLOCKED:
        return f"gitcp task unblock {task.id}"
    if task.assignee is None:
        return f"gitcp task assign {task.id} MEMBER"
    step = _STEP.get(task.status, "show") if task.assignee == person else "show"
    return f"gitcp task {step} {task.id}"
