"""Ask that an agent wakes."""

from typing import ClassVar

from gitcp.core.authority import authorise_over
from gitcp.core.lookup import existing, made
from gitcp.errors import NotAllowedError
from gitcp.model.ids import MemberId, TaskId
from gitcp.model.members import Agent, AgentStatus
from gitcp.model.operation import Call, Edit, Operation, Put
from gitcp.model.runs import Wake
from gitcp.model.snapshot import Snapshot
from gitcp.model.tasks import Task


class RequestWake(Operation):
    """Wake an agent at the next tick, with a prompt, for a task, or both."""

    name: ClassVar[str] = "wake.request"

    agent: MemberId
    prompt: str | None = None
    task: TaskId | None = None

    def decide(self, snapshot: Snapshot, call: Call) -> Edit:
        """File the wish; the commit of the run that answers it removes the file."""
        agent = existing(snapshot, Agent, self.agent)
        authorise_over(snapshot, call, self.name, agent.id)
        if agent.status is not AgentStatus.ACTIVE:
            raise NotAllowedError(
                f"agent {agent.id} is {agent.status}: wake is not possible",
                hint=f"gitcp agent resume {agent.id}",
            )
        if self.task is not None:
            existing(snapshot, Task, self.task)
        fields = {
            "by": call.actor.id,
            "at": call.now.replace(microsecond=0),
            "prompt": self.prompt,
            "task": self.task,
            "run": call.actor.run,
        }
        wake = made(Wake, f"{agent.id}/{call.request[:16]}", fields)
        about = f" for {self.task}" if self.task else ""
        return Edit((Put(wake),), f"wake agent {agent.id}{about}", task=self.task, reason=self.prompt)
