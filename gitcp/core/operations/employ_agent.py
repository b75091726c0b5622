"""Hire an agent, pause and resume it, terminate it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from gitcp.core.authority import authorise
from gitcp.core.dating import adopted, dated, is_adrift
from gitcp.core.handing_over import expect_free, moved_reports
from gitcp.core.lookup import changed, existing, made
from gitcp.core.operations.pause_record import and_stop, stops
from gitcp.core.record_references import check_record
from gitcp.errors import IllegalTransitionError
from gitcp.model.ids import MemberId
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.snapshot import Snapshot

# From where each step is possible, and where it leads. Termination is final.
_STEPS: Mapping[str, tuple[frozenset[AgentStatus], AgentStatus]] = {
    "pause": (frozenset({AgentStatus.ACTIVE, AgentStatus.PAUSED}), AgentStatus.PAUSED),
    "resume": (frozenset({AgentStatus.ACTIVE, AgentStatus.PAUSED}), AgentStatus.ACTIVE),
    "terminate": (frozenset(AgentStatus), AgentStatus.TERMINATED),
}
# The steps after which slots count anew, or not at all.
_DATING = frozenset({"pause", "resume"})


class HireAgent(Operation):
    """Add an agent to the org chart."""

    name: ClassVar[str] = "agent.hire"

    agent: MemberId
    fields: Mapping[str, Any]

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Write the agent; no slot of its heartbeat before now counts."""
        authorise(snapshot, call, self.name)
        expect_free(snapshot, self.agent)
        agent = dated(snapshot, made(Agent, self.agent, dict(self.fields)), call.now)
        check_record(snapshot, agent)
        return Edit((Put(agent),), f"hire agent {agent.id}" + (f", {agent.title}" if agent.title else ""))


class _Employ(Operation):
    """A step of an agent's employment."""

    step: ClassVar[str]

    agent: MemberId
    reason: str | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Set the agent's status."""
        authorise(snapshot, call, self.name)
        agent = existing(snapshot, Agent, self.agent)
        sources, target = _STEPS[self.step]
        if agent.status not in sources:
            raise IllegalTransitionError(f"agent {agent.id} is {agent.status}: {self.step} is not possible")
        after = changed(agent, status=target)
        if self.step in _DATING:
            after = dated(snapshot, after, call.now)
        stopped = self.stopped(snapshot, call)
        changes = (*(() if after.status == agent.status else (Put(after),)), *stopped)
        because = f": {self.reason}" if self.reason else ""
        return Edit(changes, f"{self.step} agent {agent.id}{and_stop(stopped)}{because}", reason=self.reason)

    def stopped(self, _snapshot: Snapshot, _call: Call) -> tuple[Put, ...]:
        """Return what ends its runs: nothing, they go on."""
        return ()


class _LetGo(_Employ):
    """A step after which no run of the agent starts; with `now` those that are live end, and their tasks are free."""

    now: bool = False

    def stopped(self, snapshot: Snapshot, call: Call) -> tuple[Put, ...]:
        """Return what ends its runs, if they are to end now."""
        live = snapshot.runs(active=True, agent=self.agent) if self.now else ()
        return stops(snapshot, call, live, self.reason)


class PauseAgent(_LetGo):
    """Stop waking an agent. What runs goes on; with `now` it is stopped."""

    name: ClassVar[str] = "agent.pause"
    step = "pause"


class ResumeAgent(_Employ):
    """Wake a paused agent again, not for slots that passed."""

    name: ClassVar[str] = "agent.resume"
    step = "resume"


class TerminateAgent(_LetGo):
    """End an agent's employment for good; its open tasks are in its manager's inbox. With `now` what runs is stopped.

    Whoever reports to it reports to `move_reports_to` then.
    """

    name: ClassVar[str] = "agent.terminate"
    step = "terminate"

    move_reports_to: MemberId | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Set the agent's status, and give its reports another manager."""
        edit = super().decide(snapshot, call)
        agent = existing(snapshot, Agent, self.agent)
        moves = moved_reports(snapshot, agent, self.move_reports_to, self.step)
        return replace(edit, changes=(*edit.changes, *moves))


class AdoptHeartbeat(Operation):
    """Date a heartbeat whose times, or whose agent's status, were changed by hand."""

    name: ClassVar[str] = "agent.adopt"

    agent: MemberId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Let no slot before now count; of a paused agent none does."""
        authorise(snapshot, call, self.name)
        agent = existing(snapshot, Agent, self.agent)
        changes = (Put(adopted(snapshot, agent, call.now)),) if is_adrift(snapshot, agent) else ()
        return Edit(changes, f"adopt heartbeat of agent {agent.id}")
