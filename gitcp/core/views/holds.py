"""What is paused, as plain values."""

from gitcp.core.holds import Pausable, paused
from gitcp.core.views.plain import View, plain, record_view
from gitcp.model.company import Company
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.planning import Routine, RoutineStatus
from gitcp.model.snapshot import Snapshot, agents


def pause_rows(snapshot: Snapshot) -> list[View]:
    """Return what is paused, the widest first, by whom, since when and why; of agents and routines only the history knows."""
    resting: list[Agent | Routine] = [
        *(agent for agent in agents(snapshot) if agent.status is AgentStatus.PAUSED),
        *(routine for routine in snapshot.all(Routine) if routine.status is RoutineStatus.PAUSED),
    ]
    return [*map(_row, paused(snapshot)), *map(_unsigned, resting)]


def company_view(snapshot: Snapshot, company: Company) -> View:
    """Return the company with what is `held` in it: itself, projects, goals, tasks, agents, routines."""
    return {**record_view(company), "held": pause_rows(snapshot)}


def _row(record: Pausable) -> View:
    assert record.paused is not None
    return {"kind": record.kind, "id": record.id, **plain(record.paused)}


def _unsigned(record: Agent | Routine) -> View:
    return {"kind": record.kind, "id": record.id, "by": None, "at": None, "reason": None}
