"""The brief as values, for programs: nothing is cut."""

from gitcp.core.brief.facts import Facts
from gitcp.core.brief.reasons import reasons
from gitcp.core.org import manager_of, subtree
from gitcp.core.views.guards import approval_view
from gitcp.core.views.plain import View, plain
from gitcp.core.views.tasks import comment_view, task_row, task_view
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Comment, Task

FORMAT = 1


def context_of(facts: Facts) -> View:
    """Return what GITCP_WAKE_CONTEXT holds."""
    snapshot, run, agent, task = facts.snapshot, facts.run, facts.agent, facts.task
    company = snapshot.company
    manager, below = manager_of(snapshot, agent.id), subtree(snapshot, agent.id)
    return {
        "format": FORMAT,
        "company": {"name": company.name, "timezone": company.timezone} if company else None,
        "today": facts.today,
        "run": {
            "id": run.id,
            "attempt": run.attempt,
            "claimed_at": plain(run.claimed_at),
            "deadline": plain(run.deadline),
            "repository": run.repository,
        },
        "agent": {
            "id": agent.id,
            "name": agent.name,
            "title": agent.title,
            "instructions": agent.instructions,
        },
        "manager": manager,
        "subtree": below,
        "members": [_member(snapshot, name) for name in ([manager] if manager else []) + below],
        "reasons": reasons(snapshot, run),
        "causes": plain(run.answers),
        "prompt": plain(run.prompt),
        "limits": plain(run.limits),
        "review": facts.review,
        "checkout": list(facts.checkout),
        "task": task_view(snapshot, task) if task else None,
        "comments": [comment_view(comment) for comment in facts.comments],
        "approvals": [approval_view(snapshot, approval) for approval in facts.approvals],
        "mentions": [_mention(snapshot, comment) for comment in facts.mentions],
    }


def _member(snapshot: Snapshot, member_id: str) -> View:
    member = snapshot.member(member_id)
    return {
        "id": member_id,
        "kind": member.kind if member else None,
        "name": member.name if member else None,
        "title": member.title if member else None,
    }


def _mention(snapshot: Snapshot, comment: Comment) -> View:
    task = snapshot.get(Task, comment.task)
    return {"comment": comment_view(comment), "task": task_row(snapshot, task) if task else None}
