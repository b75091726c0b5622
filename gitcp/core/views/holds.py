"""What is paused, as plain values."""

from gitcp.core.holds import Pausable, paused
from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.company import Company
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.snapshot import Snapshot, agents


def pause_rows(snapshot: Snapshot) -> list[View]:
    """Return what is paused, the widest first, by whom, since when and why; of an agent only the history knows."""
    held = [_row(record) for record in paused(snapshot)]
    return held + [_agent(agent) for agent in agents(snapshot) if agent.status is AgentStatus.PAUSED]


def company_view(snapshot: Snapshot, company: Company) -> View:
    """Return the company with what is `held` in it: itself, projects, goals, tasks, agents."""
    return {**record_view(company), "held": pause_rows(snapshot)}


def _row(record: Pausable) -> View:
    assert record.paused is not None
    return {"kind": record.kind, "id": record.id, **plain(record.paused)}


def _agent(agent: Agent) -> View:
    return {"kind": agent.kind, "id": agent.id, "by": None, "at": None, "reason": None}
