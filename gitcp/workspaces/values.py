"""The values that go into workspaces and come out; all plain text and numbers."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RepositorySpec:
    """An execution repository. A local `url` is absolute: only the caller knows what a relative one is relative to."""

    name: str
    url: str
    branch: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A checkout for one run.

    `base` is where its work starts and `branch` what it is on. `continues`: the base is work of this agent on this task that was delivered
    before. `rescued` names a ref with work that a dead earlier run had left in this place.
    """

    path: Path
    clone: Path
    repository: RepositorySpec
    run: str
    agent: str
    task: str | None
    author: tuple[str, str]
    base: str
    branch: str
    continues: bool = False
    rescued: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A run whose work comes from elsewhere, and where that says that it began and ended."""

    run: str
    agent: str
    task: str | None
    author: tuple[str, str]
    base: str
    head: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run left: the commits that it made, oldest first, and a rescue ref for whatever is not on the way to `head`."""

    commits: tuple[str, ...]
    head: str
    rescue: str | None = None
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """The commits are on `branch` of the execution repository; `integrated`: that is the target branch.

    `commits` are the commits as delivered, oldest first: others than the run's own where they had to be rebased.
    """

    commit: str
    branch: str
    integrated: bool
    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """There was nothing to deliver, or nothing is to be delivered; what there is is kept under `rescue`."""

    reason: str
    rescue: str | None = None


class Obstacle(StrEnum):
    """What stands in the way: the agent can resolve a conflict, another try a moved branch, only a person a refusal."""

    CONFLICT = "conflict"
    MOVED = "moved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The commits could not be delivered; they are kept under `rescue`."""

    obstacle: Obstacle
    reason: str
    hint: str
    rescue: str | None


Delivery = Delivered | Nothing | Undelivered
