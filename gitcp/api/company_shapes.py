"""The shapes of what people and programs are told of the company, for the description alone."""

from typing import Any

from gitcp.api.shapes import RunRow, Shape, TaskRow
from gitcp.model.base import Instant
from gitcp.model.company import Assurance, Company
from gitcp.model.members import AgentStatus


class Myself(Shape):
    """Who asks."""

    person: dict[str, Any]


class Happened(Shape):
    """A commit of the control repository."""

    revision: str
    at: Instant
    actor: str
    subject: str


class Overview(Shape):
    """How things stand. `waits` is what waits for people, `refused` what was committed and does not count, `next` the command that comes next."""

    company: str | None
    revision: str
    assurance: Assurance
    you: str | None
    running: tuple[dict[str, Any], ...]
    waits: tuple[dict[str, Any], ...]
    approvals: tuple[dict[str, Any], ...]
    paused: tuple[dict[str, Any], ...]
    budget: dict[str, Any] | None
    warnings: tuple[str, ...]
    problems: dict[str, int]
    refused: tuple[dict[str, Any], ...]
    uncommitted: tuple[str, ...]
    plan: dict[str, Any]
    schedulers: tuple[dict[str, Any], ...]
    last: tuple[Happened, ...]
    next: str


class WholeCompany(Shape):
    """The company with what is `held` in it."""

    record = Company

    id: str
    held: tuple[dict[str, Any], ...]


class MemberRow(Shape):
    """A member in the org chart; what only agents have is null for a person."""

    id: str
    kind: str
    name: str
    title: str | None
    reports_to: str | None
    status: AgentStatus | None
    runtime: str | None
    heartbeat: str | None
    open_tasks: int
    active_runs: tuple[str, ...]
    depth: int


class Members(Shape):
    """The org chart depth first."""

    members: tuple[MemberRow, ...]


class WholeMember(Shape):
    """A person or an agent, with its place in the org chart; an agent has its runtime, its limits and its runs as well."""

    id: str
    kind: str
    name: str
    title: str | None
    reports_to: str | None
    chain_of_command: tuple[str, ...]
    reports: tuple[str, ...]
    subtree: tuple[str, ...]
    tasks: tuple[TaskRow, ...]


class Runs(Shape):
    """Runs that fit, the newest first; `left_off` is how many more there are."""

    runs: tuple[RunRow, ...]
    left_off: int


class Rows(Shape):
    """The records of a kind."""

    rows: tuple[dict[str, Any], ...]
