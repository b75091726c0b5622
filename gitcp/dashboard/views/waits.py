"""What waits, for whom and why: inboxes, and wakes that do not happen yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from gitcp.core.approvals import missing, to_come
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
    """An approval that is not decided; `approvers` are those who may decide it and have not."""

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
    """What one member may act on, in order; `questions` are the approvals that wait for them, `more` how many items are not shown."""

    member: Ref
    title: str | None
    items: tuple[Item, ...]
    questions: tuple[Question, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A wake that does not happen yet."""

    agent: Ref | None
    task: Ref | None
    reason: Markup
    until: Stamp | None


def inbox(register: Register, member_id: str, prose: Prose, most: int | None = None) -> Inbox:
    """Show a member's inbox, or as much of it as asked for."""
    member = register.member(member_id)
    items = register.inbox_of(member_id)
    return Inbox(
        member=member_ref(register, member_id),
        title=member.title if member else None,
        items=tuple(item(register, each, prose) for each in items[:most]),
        questions=tuple(question(register, approval) for approval in register.to_decide(member_id)),
        more=len(items) - len(items[:most]),
    )


def item(register: Register, found: InboxItem, prose: Prose) -> Item:
    """Show one line of an inbox."""
    task = register.task_row(found.task) if found.task else None
    if task is None:
        return Item(None, found.task, prose.line(found.reason))
    return Item(task_line(register, task), None, prose.line(found.reason))


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


def question(register: Register, approval: Approval) -> Question:
    """Show an approval that is not decided."""
    snapshot = register.snapshot
    given = approval.quorum - missing(snapshot, approval)
    return Question(
        id=approval.id,
        href=links.approval_page(approval.id),
        title=approval.title,
        by=member_ref(register, approval.requested_by),
        at=register.clock.stamp(approval.requested_at),
        task=titled_ref(register, approval.task) if approval.task else None,
        approvers=tuple(member_ref(register, name) for name in to_come(snapshot, approval)),
        need=f"{given} of {approval.quorum} approved",
    )
