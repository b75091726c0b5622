"""Names of records: what they look like, and how they are derived."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

SLUG_PATTERN = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
SLUG = re.compile(rf"{SLUG_PATTERN}\Z")
PROJECT_KEY = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z")
TASK_ID = re.compile(r"(?P<key>[A-Z][A-Z0-9]{1,9})-(?P<number>[0-9]{1,9})\Z")
RUN_ID = re.compile(rf"(?P<at>[0-9]{{8}}T[0-9]{{6}}Z)-(?P<agent>{SLUG_PATTERN})(?:\.(?P<again>[0-9]+))?\Z")
COMMENT_NAME = re.compile(
    rf"(?P<at>[0-9]{{8}}T[0-9]{{9}}Z)-(?P<author>{SLUG_PATTERN})-(?P<request>[0-9a-f]{{4}})\Z"
)

LOGS = "refs/gitcp/logs/"

Slug = Annotated[str, Field(pattern=rf"^{SLUG_PATTERN}$", max_length=60)]
MemberId = Slug
GoalId = Slug
RepositoryName = Slug
ProjectKey = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}$")]
TaskId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}$")]
Sha = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
ApprovalId = Annotated[str, Field(pattern=r"^AP-[0-9]{1,9}$")]
RunId = Annotated[
    str, Field(max_length=100, pattern=rf"^[0-9]{{8}}T[0-9]{{6}}Z-{SLUG_PATTERN}(?:\.[0-9]+)?$")
]


def task_id(key: str, number: int) -> str:
    """Name task `number` of a project; four digits at least, so that ids sort."""
    return f"{key}-{number:04d}"


def project_of(task: str) -> str:
    """Return the project key of a task id."""
    return task.rpartition("-")[0]


def number_of(task: str) -> int:
    """Return the number of a task or an approval."""
    return int(task.rpartition("-")[2])


def approval_id(number: int) -> str:
    """Name approval `number`."""
    return f"AP-{number}"


def run_id(agent: str, claimed_at: datetime, taken: frozenset[str] = frozenset()) -> str:
    """Derive a run's name from its claim; a second claim of the agent within one second gets `.2`."""
    name = f"{claimed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{agent}"
    again = 1
    while (name if again == 1 else f"{name}.{again}") in taken:
        again += 1
    return name if again == 1 else f"{name}.{again}"


def comment_name(author: str, at: datetime, request: str) -> str:
    """Derive a comment's name: UTC basic time with milliseconds, author, four characters of the request's digest."""
    stamp = at.astimezone(UTC)
    return f"{stamp:%Y%m%dT%H%M%S}{stamp.microsecond // 1000:03d}Z-{author}-{request[:4]}"


def log_ref(run: str) -> str:
    """Name the ref that keeps a run's transcript: `refs/gitcp/logs/<UTC day of its claim>/<run>`."""
    return f"{LOGS}{run[:4]}-{run[4:6]}-{run[6:8]}/{run}"


def claim_of(run: str) -> tuple[str, datetime] | None:
    """Return whose run this is and when it was claimed, as its name says; none if it is no name of a run."""
    found = RUN_ID.match(run)
    try:
        at = datetime.strptime(found["at"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None
    return (found["agent"], at) if found and at else None
