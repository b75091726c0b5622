"""The company itself: `gitcp.yaml`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from gitcp.model.amounts import RunLimits
from gitcp.model.base import Count, Line, Pause, Positive, Record, Text, Value
from gitcp.model.ids import RepositoryName

FORMAT_VERSION = 1


class Repository(Value):
    """An execution repository: where agents work."""

    url: Line
    branch: Line = "main"
    description: Text | None = None


class SchedulerSettings(Value):
    """How many runs at once, and how patient a tick is."""

    concurrency: Positive = 4
    grace_minutes: Pause = Decimal(5)
    attempts: Positive = 3
    retry_minutes: Pause = Decimal(2)
    continue_runs: Count = 5


class ArchiveSettings(Value):
    """What `gitcp archive` moves: closed tasks and ended runs of which nothing was heard for so many days."""

    after_days: Positive = 90


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
    limits: RunLimits = RunLimits()
