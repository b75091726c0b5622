"""Ask for the approvals that a change of files needs."""

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.core.applying import waiting_for
from gitcp.core.lookup import changed, existing_member
from gitcp.core.numbering import APPROVALS, next_approval
from gitcp.core.operations.request_approval import check_deciders, check_patience
from gitcp.errors import NotAllowedError
from gitcp.model.base import Line
from gitcp.model.guards import Approval, Gate, ProposedFile
from gitcp.model.ids import approval_id
from gitcp.model.operation import ActorKind, Call, Edit, Operation, Put
from gitcp.model.runs import Run
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Counter

MOST_FILES = 200
MOST_GATES = 20


class ProposeChange(Operation):
    """Ask people to agree to files as they are to become: one request for each gate, by its approvers, quorum and time.

    Nothing is asked again that waits already. What is agreed to is judged once more when it is applied, whatever was asked here.
    """

    name: ClassVar[str] = "approval.propose"

    title: Line
    for_operation: Line
    change: Annotated[tuple[ProposedFile, ...], Field(min_length=1, max_length=MOST_FILES)]
    gates: Annotated[tuple[Gate, ...], Field(min_length=1, max_length=MOST_GATES)]
    description: Annotated[str, Field(max_length=20_000)] | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """File a request for each gate under the next numbers."""
        existing_member(snapshot, call.actor.id)
        task = self._task_of_run(snapshot, call)
        waiting = waiting_for(snapshot, call.actor.id, self.change)
        if waiting:
            return Edit((), f"request approval {waiting[0].id}: {self.title}", task=task)
        check_patience(snapshot, call)
        number = next_approval(snapshot)
        asked = [self._approval(call, number + n, gate, task) for n, gate in enumerate(self._distinct())]
        for approval in asked:
            check_deciders(snapshot, approval)
        names = ", ".join(approval.id for approval in asked)
        return Edit(
            (*(Put(approval) for approval in asked), Put(Counter(id=APPROVALS, next=number + len(asked)))),
            f"request approval {names}: {self.title}",
            task=task,
        )

    def _task_of_run(self, snapshot: Snapshot, call: Call) -> str | None:
        # gitcp asks in the name of an agent that a gate has stopped; no agent asks so by itself.
        run = snapshot.get(Run, call.actor.run) if call.actor.run else None
        is_stopped = run is not None and run.agent == call.actor.id and run.is_active
        if call.actor.kind is ActorKind.AGENT and not is_stopped:
            raise NotAllowedError(
                f"agent {call.actor.id} may not {self.name}", hint="ask a person, or comment on your task"
            )
        return run.task if run else None

    def _distinct(self) -> list[Gate]:
        # Gates that the same persons can satisfy are still each asked for: a decision is about the rule that wants it.
        return list(dict.fromkeys(self.gates))

    def _approval(self, call: Call, number: int, gate: Gate, task: str | None) -> Approval:
        at = call.now.replace(microsecond=0)
        asked = Approval(
            id=approval_id(number), title=self.title, requested_by=call.actor.id, requested_at=at
        )
        return changed(
            asked,
            description=self.description or gate.reason,
            for_operation=self.for_operation,
            task=task,
            run=call.actor.run,
            change=self.change,
            approvers=gate.approvers,
            quorum=gate.quorum,
            expires=at + timedelta(days=gate.expires_days) if gate.expires_days else None,
        )
