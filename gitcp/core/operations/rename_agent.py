"""Give an agent another name."""

from typing import ClassVar

from gitcp.core.approvals import pending
from gitcp.core.authority import authorise
from gitcp.core.dating import dated
from gitcp.core.handing_over import expect_free, renamed
from gitcp.core.lookup import existing
from gitcp.errors import ConflictError
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.ids import MemberId
from gitcp.model.members import Agent
from gitcp.model.operation import Call, Edit, Operation, Put, Remove
from gitcp.model.runs import Wake
from gitcp.model.snapshot import Snapshot


class RenameAgent(Operation):
    """Call an agent by another name. Its runs and what they cost stay under the old one, whose budgets go on to cover it."""

    name: ClassVar[str] = "agent.rename"

    agent: MemberId
    to: MemberId

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """Move its file and let open work follow; not while something is under way in the old name."""
        authorise(snapshot, call, self.name)
        agent = existing(snapshot, Agent, self.agent)
        expect_free(snapshot, self.to, but=agent.id)
        _expect_idle(snapshot, agent)
        fields = {
            name: getattr(agent, name) for name in Agent.model_fields if name not in {"id", "previously"}
        }
        former = tuple(name for name in agent.previously if name != self.to)
        after = Agent(id=self.to, previously=(*former, agent.id), **fields)
        # What its old name answered its new one has not: no slot before now counts.
        after = dated(snapshot, after, call.now)
        changes = (Remove(Agent, agent.id), Put(after), *renamed(snapshot, agent.id, after.id))
        return Edit(changes, f"rename agent {agent.id} to {after.id}")


def _expect_idle(snapshot: Snapshot, agent: Agent) -> None:
    runs = [*snapshot.runs(active=True, agent=agent.id), *snapshot.runs(pending=True, agent=agent.id)]
    if runs:
        raise ConflictError(
            f"agent {agent.id} is at work: {runs[0].id}",
            hint=f"let it end, or stop it: gitcp agent pause {agent.id} --now",
        )
    wake = next((each for each in snapshot.all(Wake) if each.agent == agent.id), None)
    if wake is not None:
        raise ConflictError(
            f"agent {agent.id} is about to be woken, as {wake.by} asked",
            hint=f"let a tick do it, or take it back: remove wakes/{wake.id}.yaml",
        )
    asked = next((each for each in _undone(snapshot) if each.requested_by == agent.id), None)
    if asked is not None:
        raise ConflictError(
            f"agent {agent.id} asked for {asked.id}, which is {asked.status}",
            hint=f"decide or withdraw it first: gitcp approval show {asked.id}",
        )


def _undone(snapshot: Snapshot) -> list[Approval]:
    agreed = [
        each for each in snapshot.all(Approval) if each.status is ApprovalStatus.APPROVED and each.change
    ]
    return [*pending(snapshot), *agreed]
