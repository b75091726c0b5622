"""The task of a run, as lines of gitcp's own; what others wrote in it appears as one-line code spans only."""

import shlex
from collections.abc import Sequence

from gitcp.core.brief.facts import Facts
from gitcp.core.documents import Agreement, agreements, short
from gitcp.core.quoting import at_most, code
from gitcp.core.readiness import goal_ancestry, goal_of, open_blockers
from gitcp.core.views.tasks import documents_of
from gitcp.model.base import format_instant
from gitcp.model.planning import Project
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task

_MOST_LINES = 20


def task_lines(facts: Facts) -> list[str]:
    """Return the task's section of the brief, without title and description."""
    task = facts.task
    assert task is not None
    return [
        f"## {'Your review' if facts.review else 'Your task'}: {task.id}",
        "",
        _standing(facts.snapshot, task),
        *_delivered(facts, task),
        *_goals(facts.snapshot, task),
        *_checks(facts, task),
        *_review(task),
        *_blockers(facts.snapshot, task),
        *_children(facts.snapshot, task),
        *_documents(facts.snapshot, task),
    ]


def _standing(snapshot: Snapshot, task: Task) -> str:
    project = snapshot.get(Project, task.project)
    called = f" ({code(project.name)})" if project else ""
    due = f", due {format_instant(task.due)}" if task.due else ""
    whose = f"assigned to {task.assignee}" if task.assignee else "assigned to nobody"
    return f"- {task.status}, priority {task.priority}, {whose}, in project {task.project}{called}{due}"


def _delivered(facts: Facts, task: Task) -> list[str]:
    if not facts.review:
        return []
    if task.delivery is None:
        return ["- nothing was committed for it: judge by its comments and documents"]
    delivery = task.delivery
    checked = "its checks passed on it" if delivery.verified else "no check passed on it"
    lines = [
        f"- delivered: commit {delivery.commit} on branch {code(delivery.branch)} by run {delivery.run}; {checked}"
    ]
    run = facts.snapshot.get(Run, delivery.run)
    if run is not None and run.summary:
        lines.append(f"- {run.agent} says of it: {code(run.summary, 500)}")
    return lines


def _goals(snapshot: Snapshot, task: Task) -> list[str]:
    goals = goal_ancestry(snapshot, goal_of(snapshot, task))
    named = [f"{code(goal.title)} ({goal.level})" for goal in goals[:_MOST_LINES]]
    mission = snapshot.company.mission if snapshot.company else None
    lines = [f"- serves the goal {', which serves '.join(named)}"] if named else []
    return [*lines, f"- the company's mission: {code(mission, 500)}"] if mission else lines


def _checks(facts: Facts, task: Task) -> list[str]:
    if not task.verify:
        return []
    whose = "what was delivered" if facts.review else "what you deliver, before it can be done"
    commands = [f"  - {code(shlex.join(argv), 300)}" for argv in task.verify]
    return [f"- must exit 0 on {whose}:", *commands]


def _review(task: Task) -> list[str]:
    if not task.review:
        return []
    names = [*task.review[:_MOST_LINES], *(["…"] if len(task.review) > _MOST_LINES else [])]
    passed = f"; passed: {', '.join(task.passed[:_MOST_LINES])}" if task.passed else ""
    return [f"- then reviewed by {', '.join(names)}{passed}"]


def _blockers(snapshot: Snapshot, task: Task) -> list[str]:
    waiting = set(open_blockers(snapshot, task))
    lines = [_row(snapshot, name, "open" if name in waiting else "done") for name in task.blocked_by]
    return _section("waits for", lines)


def _children(snapshot: Snapshot, task: Task) -> list[str]:
    children = sorted(snapshot.tasks(parent=task.id), key=lambda child: (not child.is_open, child.id))
    lines = [
        f"- {child.id} is {child.status}, {child.assignee or 'unassigned'}: {code(child.title)}"
        for child in children
    ]
    return _section("its subtasks", lines)


def _documents(snapshot: Snapshot, task: Task) -> list[str]:
    agreed = {each.document: each for each in agreements(snapshot, task.id)}
    lines = [
        _document(name, agreed.pop(f"{task.id}/{name}", None)) for name in documents_of(snapshot, task.id)
    ]
    gone = [f"- {each.document.partition('/')[2]}: {_said_of(each)}" for each in agreed.values()]
    return _section("its documents", [*lines, *gone])


def _document(name: str, agreed: Agreement | None) -> str:
    return f"- {name}: {_said_of(agreed)}" if agreed else f"- {name}"


def _said_of(agreed: Agreement) -> str:
    approved = f"revision {short(agreed.revision)}"
    if agreed.holds:
        return f"{approved}, approved by {agreed.approval}: work by it"
    now = f"it is now revision {short(agreed.present)}" if agreed.present else "it is gone"
    return f"{agreed.approval} approved {approved}, and {now}, which nobody has approved"


def _row(snapshot: Snapshot, name: str, state: str) -> str:
    task = snapshot.get(Task, name)
    called = f": {code(task.title)}" if task else " (does not exist)"
    return f"- {name} is {state}{called}"


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"- {heading}:", *(f"  {line}" for line in at_most(lines, _MOST_LINES))] if lines else []
