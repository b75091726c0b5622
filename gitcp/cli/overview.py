"""The company at a glance, as plain values: what runs, what waits for whom, what it costs, what happened, what to do next."""

from datetime import datetime
from itertools import islice
from typing import Any, Final

from gitcp.control.health import Health, health_view, schedulers
from gitcp.control.plane import Plane
from gitcp.control.tick import look
from gitcp.control.ticked import last_tick
from gitcp.core.actions import Plan
from gitcp.core.approvals import told_as_asked
from gitcp.core.budgets.warnings import warnings
from gitcp.core.identity import assurance_of
from gitcp.core.views import approval_rows, budget_row, inbox_view, lateness_view, pause_rows, run_row
from gitcp.errors import GitcpError
from gitcp.model.base import format_instant
from gitcp.model.guards import Budget
from gitcp.model.history import Entry
from gitcp.model.problem import Problem, Severity
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import Task

View = dict[str, Any]

_LAST: Final = 5


def overview(plane: Plane, snapshot: Snapshot, you: str | None = None) -> View:
    """Return the view of `gitcp status` as `you` see it: by default Git's user, none if that is no member."""
    you, edited, now = you or _you(plane), plane.store.edited_paths(), plane.clock.now()
    budget, planned = snapshot.get(Budget, "company"), look(plane, edited)
    errors = [problem for problem in snapshot.problems() if problem.severity is Severity.ERROR]
    found: View = {
        "company": snapshot.company.name if snapshot.company else None,
        "revision": snapshot.revision,
        "assurance": assurance_of(snapshot).value,
        "you": you,
        "running": [_running(snapshot, row) for row in map(run_row, snapshot.runs(active=True))],
        "waits": _waits(snapshot, you),
        "approvals": [row for row in approval_rows(snapshot, now) if row["status"] == "pending"],
        "paused": pause_rows(snapshot),
        "budget": budget_row(snapshot, budget, now) if budget else None,
        "warnings": [str(each) for each in warnings(snapshot, now)],
        "problems": {"errors": len(errors), "warnings": len(snapshot.problems()) - len(errors)},
        "refused": [_refused(each) for each in told_as_asked(snapshot, errors) if each.commit],
        "uncommitted": list(edited),
        "plan": _planned(planned),
        "lateness": lateness_view(snapshot, planned, last_tick(plane), now),
        "schedulers": [_scheduler(health, now) for health in schedulers(plane.state, now)],
        "last": [_happened(entry) for entry in islice(plane.store.history().entries(), _LAST)],
    }
    return {**found, "next": _next(found)}


def _you(plane: Plane) -> str | None:
    try:
        return plane.person().id
    except GitcpError:
        return None


def _refused(problem: Problem) -> View:
    return {
        "path": problem.path,
        "commit": problem.commit,
        "by": problem.by,
        "message": f"{problem.where}: {problem.message}" if problem.where else problem.message,
        "hint": problem.hint or None,
        "needs_approval": problem.consent is not None,
    }


def _running(snapshot: Snapshot, row: View) -> View:
    task = snapshot.get(Task, row["task"]) if row["task"] else None
    return {**row, "task_title": task.title if task else None}


def _waits(snapshot: Snapshot, you: str | None) -> list[View]:
    people = sorted((person.id for person in persons(snapshot)), key=lambda person: (person != you, person))
    inboxes = ((person, inbox_view(snapshot, person)["items"]) for person in people)
    return [
        {"member": person, **item} for person, items in inboxes for item in items if item["waits"] is None
    ]


def _planned(plan: Plan) -> View:
    idle = len(plan.waiting) + len(plan.stalled)
    return {
        "actions": len(plan.actions) - idle,
        "waiting": len(plan.waiting),
        "stalled": len(plan.stalled),
        "next_look": format_instant(plan.next_look) if plan.next_look else None,
    }


def _scheduler(health: Health, now: datetime) -> View:
    view = health_view(health)
    kept = {name: view[name] for name in ("host", "since", "at", "running", "trouble")}
    return {"process": health.place, **kept, "late": health.is_late(now)}


def _happened(entry: Entry) -> View:
    actor = entry.trailers.get("Gitcp-Actor") or entry.author
    return {
        "revision": entry.revision,
        "at": format_instant(entry.at),
        "actor": actor,
        "subject": entry.subject,
    }


def _next(found: View) -> str:
    if found["problems"]["errors"]:
        return "gitcp check"
    asked = [approval for approval in found["approvals"] if found["you"] in approval["waits_for"]]
    if asked:
        return f"gitcp approval show {asked[0]['id']}"
    yours = [item for item in found["waits"] if item["member"] == found["you"]]
    if yours:
        return f"gitcp task show {yours[0]['task']['id']}"
    if found["plan"]["actions"]:
        return "gitcp tick"
    return "gitcp plan" if found["plan"]["waiting"] or found["plan"]["stalled"] else "gitcp task new --help"
