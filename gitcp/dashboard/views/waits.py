"""What waits, for whom and why: inboxes, and wakes that do not happen yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from gitcp.core.approvals import deciders, missing
from gitcp.dashboard import links
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.input import InboxItem, WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, TaskLine, member_ref, task_line, titled_ref
from gitcp.dashboard.register import Register
from gitcp.model.guards import Approval


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an inbox; `name` is that of a task that does not exist."""

    task: TaskLine | None
    name: str | None
    reason: Markup


@dataclass(frozen=True, slots=True)
class Question:
    """An approval that is not decided."""

    id: str
    href: str
    title: str
    by: Ref
    at: Stamp
    task: Ref | None
    approvers: tuple[Ref, ...]
    need: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """What one member may act on, in order; `questions` are the approvals that wait for them."""

    member: Ref
    title: str | None
    items: tuple[Item, ...]
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A wake that does not happen yet."""

    agent: Ref | None
    task: Ref | None
    reason: Markup
    until: Stamp | None


def inbox(register: Register, member_id: str, prose: Prose) -> Inbox:
    """Show a member's inbox, as long as it is."""
    member = register.member(member_id)
    items = register.inbox_of(member_id)
    return Inbox(
        member=member_ref(register, member_id),
        title=member.title if member else None,
        items=tuple(_item(register, item, prose) for item in items),
        questions=tuple(_question(register, approval) for approval in register.to_decide(member_id)),
    )


def _item(register: Register, item: InboxItem, prose: Prose) -> Item:
    task = register.task_row(item.task) if item.task else None
    if task is None:
        return Item(None, item.task, prose.line(item.reason))
    return Item(task_line(register, task), None, prose.line(item.reason))


def inboxes_of_people(register: Register, prose: Prose) -> tuple[Inbox, ...]:
    """Show the inboxes of people that are not empty, the longest first."""
    found = [inbox(register, person.id, prose) for person in register.persons]
    return tuple(sorted((i for i in found if i.items), key=lambda i: -len(i.items)))


def held(register: Register, items: Iterable[WaitingItem], prose: Prose) -> tuple[Held, ...]:
    """Show wakes that wait, in the given order."""
    return tuple(
        Held(
            agent=member_ref(register, item.agent) if item.agent else None,
            task=titled_ref(register, item.task) if item.task else None,
            reason=prose.line(item.reason),
            until=register.clock.stamp(item.until) if item.until else None,
        )
        for item in items
    )


def questions(register: Register) -> tuple[Question, ...]:
    """Show the approvals that wait for a decision."""
    return tuple(_question(register, approval) for approval in register.pending)


def _question(register: Register, approval: Approval) -> Question:
    snapshot = register.snapshot
    given = approval.quorum - missing(snapshot, approval)
    return Question(
        id=approval.id,
        href=links.approval_page(approval.id),
        title=approval.title,
        by=member_ref(register, approval.requested_by),
        at=register.clock.stamp(approval.requested_at),
        task=titled_ref(register, approval.task) if approval.task else None,
        approvers=tuple(member_ref(register, name) for name in deciders(snapshot, approval)),
        need=f"{given} of {approval.quorum} approved",
    )
