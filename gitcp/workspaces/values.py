"""The values that go into workspaces and come out; all plain text and numbers."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gitcp.model.planning import WorkspaceMode


@dataclass(frozen=True, slots=True)
class RepositorySpec:
    """An execution repository, and the branch of it where work begins. A local `url` is absolute: only the caller knows what a relative one is relative to."""

    name: str
    url: str
    branch: str


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a workspace is for. `branch` is what its work is delivered on; none: `<agent>/<task>`, or `<agent>/<run>` without a task.

    `restores`: what the last run of this agent on this task left undelivered is brought back, as far as it applies.
    """

    run: str
    agent: str
    task: str | None
    author: tuple[str, str]
    branch: str | None = None
    mode: WorkspaceMode = WorkspaceMode.TASK
    restores: bool = True


@dataclass(frozen=True, slots=True)
class Workspace:
    """A checkout for one run.

    `base` is where its work starts and `branch` what it is delivered on. `continues`: the base is work that was delivered there before. `kept`: the checkout
    stays when it is released. `rescued` names a ref with work that was found in this place and is not in the checkout now; `restored` one
    with work of the last run that is: its commits on top of the base, the rest as changes that are not committed.
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
    kept: bool = False
    restored: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A run whose work comes from elsewhere: the branch that it is delivered on, and where it says that it began and ended."""

    run: str
    agent: str
    task: str | None
    author: tuple[str, str]
    branch: str
    base: str
    head: str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A commit of a run that is on its branch, and is to be integrated now. `author`: who commits what is put on top of others' work."""

    run: str
    agent: str
    task: str
    author: tuple[str, str]
    branch: str
    commit: str


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run left: the commits that it made, oldest first, and a rescue ref for whatever is not on the way to `head`.

    `tree` is what its files are, where they were looked at.
    """

    commits: tuple[str, ...]
    head: str
    rescue: str | None = None
    dirty: bool = False
    tree: str | None = None


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
