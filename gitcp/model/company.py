"""The company itself: `gitcp.yaml`."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gitcp.model.amounts import Daily, RunLimits
from gitcp.model.base import Count, Flag, Fraction, Line, Pause, Positive, Record, Text, Value
from gitcp.model.ids import RepositoryName
from gitcp.model.members import SigningKey
from gitcp.model.tasks import Paused

FORMAT_VERSION = 1

Times = Annotated[Positive, Field(le=1_000)]


class Repository(Value):
    """An execution repository: where agents work."""

    url: Line
    branch: Line = "main"
    description: Text | None = None


class SchedulerSettings(Value):
    """How many runs at once, how often, and how patient a tick is.

    `runtimes`: how many runs of a runtime at once. `attempts`: of one task, failed by the agent. `retries`: in a row, failed by the platform or upstream.
    `hops`: how often agents may pass the word on to each other. `jitter_minutes`: by how much heartbeats are spread. `aging_hours`: after how much waiting
    a task counts as of the next higher priority. `poll_seconds`: how often `gitcp scheduler` asks the remote.
    """

    concurrency: Positive = 4
    runtimes: Mapping[Line, Positive] = Field(default_factory=dict)
    daily: Daily = Daily()
    hops: Annotated[Count, Field(le=1_000)] = 6
    grace_minutes: Pause = Decimal(5)
    attempts: Times = 3
    retries: Times = 12
    retry_minutes: Pause = Decimal(2)
    continue_runs: Annotated[Count, Field(le=1_000)] = 5
    jitter_minutes: Pause = Decimal(0)
    aging_hours: Annotated[Positive, Field(le=87_600)] = 24
    poll_seconds: Annotated[Positive, Field(le=86_400)] = 30


class ArchiveSettings(Value):
    """What `gitcp archive` moves: closed tasks and ended runs of which nothing was heard for so many days."""

    after_days: Positive = 90


class WorkspaceSettings(Value):
    """For how many days after its last run a task's checkout is kept; that of a closed task goes after one."""

    keep_days: Annotated[Positive, Field(le=3_660)] = 14


class LogSettings(Value):
    """How long transcripts are kept, and whether they are pushed to the remote."""

    keep_days: Positive = 30
    push: Flag = False


class OrgSettings(Value):
    """`removals`: the share of the members that one commit may take away without another person's approval; two may always go."""

    removals: Fraction = 0.2


class Assurance(StrEnum):
    """What an identity in the history rests on.

    `local`: on what a commit says of itself. `forge-protected`: on a forge that lets nobody push to the branch but by a merged pull request, and the
    scheduler. `signed`: on signatures by keys that the org chart and `gitcp.yaml` name.
    """

    LOCAL = "local"
    FORGE_PROTECTED = "forge-protected"
    SIGNED = "signed"


class TrustSettings(Value):
    """The level of assurance that the company wants, and the public keys of its schedulers."""

    assurance: Assurance = Assurance.LOCAL
    scheduler_keys: tuple[SigningKey, ...] = ()


class ForgeKind(StrEnum):
    """A kind of forge: how its pages are addressed."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"
    FORGEJO = "forgejo"
    BITBUCKET = "bitbucket"


class ForgeSettings(Value):
    """Where people see the control repository, if that cannot be told from its remote: a forge of one's own, and the repository's page there."""

    kind: ForgeKind
    url: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(?:/[^\s?#@\\]+)+/?$", max_length=500)]


class SiteSettings(Value):
    """Where the dashboard will be read, so that its feeds and previews have whole addresses, however it is built."""

    base_url: (
        Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(?:/[^\s?#@\\]*)?$", max_length=500)]
        | None
    ) = None


class Company(Record):
    """The company: `gitcp.yaml`."""

    kind: ClassVar[str] = "company"
    plural: ClassVar[str] = "company"

    format: Positive = FORMAT_VERSION
    name: Line
    mission: Text | None = None
    timezone: Line = "UTC"
    repositories: Mapping[RepositoryName, Repository] = Field(default_factory=dict)
    scheduler: SchedulerSettings = SchedulerSettings()
    archive: ArchiveSettings = ArchiveSettings()
    workspaces: WorkspaceSettings = WorkspaceSettings()
    logs: LogSettings = LogSettings()
    limits: RunLimits = RunLimits()
    trust: TrustSettings = TrustSettings()
    org: OrgSettings = OrgSettings()
    forge: ForgeSettings | None = None
    site: SiteSettings = SiteSettings()
    paused: Paused | None = None
