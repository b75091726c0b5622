"""Members and the org chart as plain values."""

from datetime import datetime

from gitcp.core.budgets import limits_of
from gitcp.core.causes import next_slot_of
from gitcp.core.org import chain_of_command, subtree
from gitcp.core.views.plain import View, plain, record_view
from gitcp.core.views.runs import run_row
from gitcp.core.views.tasks import SHOWN_RUNS, task_row
from gitcp.core.views.tree import depth_first
from gitcp.model.members import Agent, Member
from gitcp.model.runtimes import Runtime
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import OPEN


def member_row(snapshot: Snapshot, member: Member) -> View:
    """Return what a list of members shows; what only agents have is null for a person."""
    agent = member if isinstance(member, Agent) else None
    return {
        "id": member.id,
        "kind": member.kind,
        "name": member.name,
        "title": member.title,
        "reports_to": member.reports_to,
        "status": plain(agent.status) if agent else None,
        "runtime": agent.runtime.type if agent else None,
        "heartbeat": agent.heartbeat.cron if agent and agent.heartbeat else None,
        "open_tasks": len(snapshot.tasks(statuses=OPEN, assignee=member.id)),
        "active_runs": [run.id for run in snapshot.runs(active=True, agent=member.id)] if agent else [],
    }


def member_view(snapshot: Snapshot, member: Member, now: datetime) -> View:
    """Return a member with its place in the org chart, its open tasks and, for an agent, its last runs.

    Of a runtime's environment only the names are told: whoever reads a view need not see its values.
    """
    return {
        **record_view(member),
        "chain_of_command": list(chain_of_command(snapshot, member.id)),
        "reports": [other.id for other in snapshot.members() if other.reports_to == member.id],
        "subtree": subtree(snapshot, member.id),
        "tasks": [task_row(snapshot, task) for task in snapshot.tasks(statuses=OPEN, assignee=member.id)],
        **(_of_agent(snapshot, member, now) if isinstance(member, Agent) else {}),
    }


def org_rows(snapshot: Snapshot) -> list[View]:
    """Return the org chart depth first, each row with its `depth`; members in a cycle come last, as roots."""
    return [
        {**member_row(snapshot, member), "depth": depth}
        for member, depth in depth_first(snapshot.members(), lambda member: member.reports_to)
    ]


def _of_agent(snapshot: Snapshot, agent: Agent, now: datetime) -> View:
    return {
        "runtime": _runtime(agent.runtime),
        "run_limits": plain(limits_of(snapshot, agent)),
        "next_heartbeat": plain(next_slot_of(snapshot, agent, now)),
        "active_runs": [run.id for run in snapshot.runs(active=True, agent=agent.id)],
        "runs": [run_row(run) for run in snapshot.runs(agent=agent.id, limit=SHOWN_RUNS)],
    }


def _runtime(runtime: Runtime) -> View:
    # What variables and headers hold may be secret, whatever the documentation says.
    said = {
        name: plain(value)
        for name, value in runtime
        if value != type(runtime).model_fields[name].get_default(call_default_factory=True)
    }
    return said | {name: sorted(said[name]) for name in ("environment", "headers") if name in said}
