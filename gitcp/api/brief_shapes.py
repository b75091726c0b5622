"""The shape of a brief, for the description alone."""

from gitcp.api.shapes import Shape, TaskRow, WholeTask, WrittenComment
from gitcp.model.amounts import RunLimits
from gitcp.model.base import Instant
from gitcp.model.company import Assurance
from gitcp.model.guards import Approval, Decision
from gitcp.model.runs import Cause


class Colleague(Shape):
    """A member as a brief names it."""

    id: str
    kind: str | None
    name: str | None
    title: str | None


class BriefCompany(Shape):
    """The company as a brief names it."""

    name: str
    timezone: str


class BriefRun(Shape):
    """The run that a brief is for."""

    id: str
    attempt: int
    claimed_at: Instant
    deadline: Instant
    repository: str | None


class BriefAgent(Shape):
    """Whom a brief is for."""

    id: str
    name: str
    title: str | None
    instructions: str | None


class CountedDecision(Decision):
    """A decision, and whether it counts for what is asked now."""

    counts: bool


class WholeApproval(Shape):
    """A request and its decisions. `missing` is how many more have to approve, `waits_for` who may and has not, `content_hash` what a decision binds to."""

    record = Approval

    id: str
    decisions: tuple[CountedDecision, ...]
    missing: int
    waits_for: tuple[str, ...]
    content_hash: str
    assurance: Assurance


class Mention(Shape):
    """A comment that names the agent, and the task that it is on."""

    comment: WrittenComment
    task: TaskRow | None


class Brief(Shape):
    """All that an agent needs to begin."""

    format: int
    company: BriefCompany | None
    today: str
    run: BriefRun
    agent: BriefAgent
    manager: str | None
    subtree: tuple[str, ...]
    members: tuple[Colleague, ...]
    reasons: tuple[str, ...]
    causes: tuple[Cause, ...]
    prompt: str | None
    limits: RunLimits
    review: bool
    task: WholeTask | None
    comments: tuple[WrittenComment, ...]
    approvals: tuple[WholeApproval, ...]
    mentions: tuple[Mention, ...]
    checkout: tuple[str, ...]
