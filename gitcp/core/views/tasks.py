"""Tasks, inboxes, comments and documents as plain values."""

from datetime import UTC, datetime

from gitcp.core.approvals import to_decide, why_decide
from gitcp.core.documents import agreements, revision_of
from gitcp.core.holds import paused_by
from gitcp.core.inbox import inbox
from gitcp.core.readiness import goal_ancestry, goal_of, is_ready, open_blockers
from gitcp.core.views.guards import approval_row
from gitcp.core.views.plain import View, plain, record_view
from gitcp.core.views.runs import run_row
from gitcp.model.base import format_instant
from gitcp.model.guards import Approval
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot, comments_ever, runs_ever
from gitcp.model.tasks import Comment, Document, Task

SHOWN_RUNS = 20


def task_row(snapshot: Snapshot, task: Task) -> View:
    """Return what a list of tasks shows; the goal is the one that it serves: its own, else its project's. `held` says what is paused above it."""
    return {
        "id": task.id,
        "title": task.title,
        "status": task.status.value,
        "priority": task.priority.value,
        "assignee": task.assignee,
        "reviewer": task.reviewer,
        "project": task.project,
        "goal": goal_of(snapshot, task),
        "parent": task.parent,
        "labels": list(task.labels),
        "due": plain(task.due),
        "created": plain(task.created),
        "closed": plain(task.closed),
        "ready": is_ready(snapshot, task),
        "open_blockers": open_blockers(snapshot, task),
        "held": paused_by(snapshot, task) if task.is_open else None,
    }


def task_view(snapshot: Snapshot, task: Task) -> View:
    """Return a task with all that stands around it; its runs newest first, its comments oldest first."""
    project = snapshot.get(Project, task.project)
    goals = goal_ancestry(snapshot, goal_of(snapshot, task))
    archived = snapshot.is_archived(Task, task.id)
    # The parts of a live task are live, and so are those that wait for it; around an archived one both may be either.
    around = snapshot.archived_around(task.id) if archived else ()
    children = [*snapshot.tasks(parent=task.id), *(other for other in around if other.parent == task.id)]
    dependents = [*snapshot.dependents(task.id), *(other for other in around if task.id in other.blocked_by)]
    return {
        **record_view(task),
        **task_row(snapshot, task),
        "archived": archived,
        "passed": list(task.passed),
        "compare_url": _compare_url(snapshot, task),
        "project_name": project.name if project else None,
        "blockers": [_blocker(snapshot, name) for name in task.blocked_by],
        "dependents": sorted(dependent.id for dependent in dependents),
        "children": [task_row(snapshot, child) for child in sorted(children, key=lambda child: child.id)],
        "goals": [{"id": goal.id, "title": goal.title, "level": goal.level.value} for goal in goals],
        "comments": [comment_view(comment) for comment in comments_ever(snapshot, task.id)],
        "documents": documents_of(snapshot, task.id),
        "approvals": [approval_row(snapshot, a) for a in snapshot.all(Approval) if a.task == task.id],
        "runs": [run_row(run) for run in runs_ever(snapshot, task=task.id)[:SHOWN_RUNS]],
    }


def _compare_url(snapshot: Snapshot, task: Task) -> str | None:
    run = snapshot.get(Run, task.delivery.run) if task.delivery else None
    return run.compare_url if run else None


def comment_view(comment: Comment) -> View:
    """Return a comment with when and by whom it was written."""
    return {
        "id": comment.id,
        "task": comment.task,
        "author": comment.author,
        "at": _written_at(comment),
        "body": str(comment.body),
        "mentions": list(comment.mentions),
        "run": comment.run,
    }


def documents_of(snapshot: Snapshot, task_id: str) -> list[str]:
    """Return the names of a task's documents."""
    found = (*snapshot.all(Document), *snapshot.archived(Document, task=task_id))
    parts = (document.id.partition("/") for document in found)
    return sorted(name for task, _, name in parts if task == task_id)


def document_view(snapshot: Snapshot, document: Document) -> View:
    """Return a document with its text and its revision; `approval` is the last that was approved of it, `approved` whether it still says that."""
    task, _, name = document.id.partition("/")
    agreed = next((each for each in agreements(snapshot, task) if each.document == document.id), None)
    return {
        "id": document.id,
        "task": task,
        "document": name,
        "revision": revision_of(document.text),
        "approval": agreed.approval if agreed else None,
        "approved": agreed is not None and agreed.holds,
        "text": str(document.text),
    }


def inbox_view(snapshot: Snapshot, member_id: str) -> View:
    """Return a member's inbox: `approvals` to decide, and tasks in their order; `waits` says what must happen before the member can act."""
    items = inbox(snapshot, member_id)
    return {
        "member": member_id,
        "approvals": [
            {"reason": why_decide(snapshot, approval), "approval": approval_row(snapshot, approval)}
            for approval in to_decide(snapshot, member_id)
        ],
        "items": [
            {"reason": item.reason, "waits": item.waits, "task": task_row(snapshot, item.task)}
            for item in items
        ],
    }


def _blocker(snapshot: Snapshot, name: str) -> View:
    blocker = snapshot.get(Task, name)
    return {
        "id": name,
        "title": blocker.title if blocker else None,
        "status": blocker.status.value if blocker else None,
    }


def _written_at(comment: Comment) -> str | None:
    try:
        return format_instant(datetime.strptime(comment.stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC))
    except ValueError:
        return None
