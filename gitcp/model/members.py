"""Members of the org chart: agents and persons."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from gitcp.model.amounts import Daily, RunLimits
from gitcp.model.base import Instant, Line, Minutes, Pause, Positive, Record, Text, Value
from gitcp.model.ids import MemberId, RepositoryName
from gitcp.model.runtimes import Runtime


class AgentStatus(StrEnum):
    """Whether an agent may be woken."""

    ACTIVE = "active"
    PAUSED = "paused"
    TERMINATED = "terminated"


class WakeReason(StrEnum):
    """Why an agent is woken."""

    HEARTBEAT = "heartbeat"
    ASSIGNMENT = "assignment"
    MENTION = "mention"
    REVIEW = "review"
    UNBLOCKED = "unblocked"
    CHILDREN_DONE = "children_done"
    APPROVAL = "approval"
    ROUTINE = "routine"
    RETRY = "retry"
    CONTINUE = "continue"
    MANUAL = "manual"


SigningKey = Annotated[
    str,
    Field(max_length=2_000, pattern=r"^(?:(?:ssh|ecdsa|sk)-[a-zA-Z0-9@.-]+ [A-Za-z0-9+/]+=*|[0-9A-F]{40})$"),
]


class Heartbeat(Value):
    """A recurring wake: a cron expression in a zone, and what to do when there is no task.

    No slot before `since` counts; `dated` is the expression and the zone that it was set for.
    """

    cron: Line
    timezone: Line | None = None
    prompt: Text | None = None
    window_minutes: Minutes | None = None
    jitter_minutes: Pause | None = None
    since: Instant | None = None
    dated: Line | None = None


class Agent(Record):
    """An agent: `org/<id>.yaml` with `kind: agent`. `compat`: its skills were written for that other control plane."""

    kind: ClassVar[str] = "agent"
    plural: ClassVar[str] = "org"

    type: Literal["agent"] = Field(default="agent", alias="kind", serialization_alias="kind")
    name: Line
    title: Line | None = None
    description: Text | None = None
    reports_to: MemberId | None = None
    status: AgentStatus = AgentStatus.ACTIVE
    runtime: Runtime
    compat: Literal["paperclip"] | None = None
    repository: RepositoryName | None = None
    instructions: Line | None = None
    heartbeat: Heartbeat | None = None
    limits: RunLimits = RunLimits()
    concurrency: Positive = 1
    daily: Daily = Daily()
    wake_on: tuple[WakeReason, ...] | None = None
    previously: tuple[MemberId, ...] = ()

    def wakes_at_once(self, reason: WakeReason) -> bool:
        """Whether `reason` may wake the agent outside of its heartbeat."""
        return self.wake_on is None or reason in self.wake_on


class Person(Record):
    """A person: `org/<id>.yaml` with `kind: person`. Emails tie Git identities to the member; `keys` tie signatures.

    A key is a public SSH key as in `authorized_keys` (its comment is left out), or the 40 hexadecimal digits of an OpenPGP fingerprint.
    """

    kind: ClassVar[str] = "person"
    plural: ClassVar[str] = "org"

    type: Literal["person"] = Field(default="person", alias="kind", serialization_alias="kind")
    name: Line
    title: Line | None = None
    description: Text | None = None
    reports_to: MemberId | None = None
    emails: tuple[Line, ...] = ()
    keys: tuple[SigningKey, ...] = ()
    roles: tuple[Line, ...] = ()
    previously: tuple[MemberId, ...] = ()


Member = Agent | Person
