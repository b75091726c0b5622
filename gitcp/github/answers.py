"""What GitHub answers, as far as it is used. Unknown keys are passed over; what is missing or of another kind is an error."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such year in UTC") from error


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Body = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class User(Answer):
    """Somebody: a person, or `name[bot]`."""

    login: str


class Comment(Answer):
    """A comment on an issue or a pull request."""

    id: int
    body: Body = ""
    user: User | None = None
    html_url: str


class Label(Answer):
    """A label of an issue."""

    name: str = ""


class Issue(Answer):
    """An issue; a pull request is one as well, and says so."""

    number: int
    title: str
    body: Body = ""
    state: str
    state_reason: str | None = None
    user: User | None = None
    labels: tuple[Label | str, ...] = ()
    pull_request: dict[str, Any] | None = None
    html_url: str


class End(Answer):
    """One side of a pull request; `sha` is its commit."""

    sha: str
    ref: str


class Pull(Answer):
    """A pull request."""

    number: int
    state: str
    head: End
    base: End
    html_url: str


class Status(Answer):
    """What somebody says of a commit."""

    state: str
    context: str
    description: str | None = None
    target_url: str | None = None


class Rights(Answer):
    """What the token's owner may do in a repository."""

    admin: bool = False
    push: bool = False


class Repository(Answer):
    """A repository."""

    full_name: str
    private: bool
    default_branch: str
    has_issues: bool = True
    archived: bool = False
    permissions: Rights | None = None


class Branch(Answer):
    """A branch; `protected`: by a rule of whatever kind."""

    name: str
    protected: bool = False


class Rule(Answer):
    """A rule of a ruleset that holds for a branch."""

    type: str
    ruleset_id: int | None = None
    parameters: dict[str, Any] = {}


class Checks(Answer):
    """Which statuses a branch wants; `strict`: of a commit that has all that the branch has."""

    strict: bool = False
    contexts: tuple[str, ...] = ()


class Switch(Answer):
    """Whether something is on."""

    enabled: bool = False


class Protection(Answer):
    """The protection of a branch as there was before rulesets. `restrictions`: who alone may push; none: who may write."""

    required_status_checks: Checks | None = None
    enforce_admins: Switch | None = None
    required_pull_request_reviews: dict[str, Any] | None = None
    restrictions: dict[str, Any] | None = None
    lock_branch: Switch | None = None


class Bypass(Answer):
    """Somebody for whom a ruleset does not hold: `Integration`, `DeployKey`, `RepositoryRole`, `Team`."""

    actor_id: int | None = None
    actor_type: str
    bypass_mode: str = "always"


class Ruleset(Answer):
    """Rules for branches. Who may bypass them is told to whom administers the repository alone: then it is none."""

    id: int
    name: str
    enforcement: str
    bypass_actors: tuple[Bypass, ...] | None = None
    current_user_can_bypass: str | None = None


class Workflow(Answer):
    """A workflow; `state` is `active`, or why it is not: such as `disabled_inactivity`."""

    id: int
    name: str
    path: str
    state: str
    created_at: Instant | None = None


class WorkflowRun(Answer):
    """A run of a workflow; `conclusion` is none while it is at work."""

    id: int
    event: str
    status: str | None = None
    conclusion: str | None = None
    head_sha: str
    run_attempt: int = 1
    created_at: Instant
    run_started_at: Instant | None = None
    updated_at: Instant | None = None
    html_url: str


class Pages(Answer):
    """The site of a repository; `build_type` is `workflow` where a workflow deploys it."""

    html_url: str | None = None
    build_type: str | None = None
    status: str | None = None
    public: bool = True


class ActionsRights(Answer):
    """Whether there are workflows at all; `allowed_actions`: `all`, `local_only` or `selected`."""

    enabled: bool
    allowed_actions: str | None = None


class RunTime(Answer):
    """How long a run of a workflow took, in milliseconds; what is billed, by system, is empty where nothing is."""

    billable: dict[str, dict[str, Any]] = {}
    run_duration_ms: int | None = Field(default=None, ge=0, le=2**63)


class WorkflowRights(Answer):
    """What workflows get without asking: `read` or `write`."""

    default_workflow_permissions: str
    can_approve_pull_request_reviews: bool = False


class Secret(Answer):
    """A secret, of which GitHub tells the name alone."""

    name: str = Field(max_length=500)


class Variable(Answer):
    """A variable of the repository, as workflows read it."""

    name: str = Field(max_length=500)
    value: str = ""
