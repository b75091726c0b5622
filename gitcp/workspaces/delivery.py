"""Delivery: the one thing that gitcp writes to an execution repository, a branch.

A push says where it expects the branch to be. If somebody was faster, the commits are put on top in memory and pushed again. The target
branch is only ever moved forward; an agent's own branch may be rewritten by its agent, as long as nobody else has moved it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gitcp.model.planning import Integration
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.replay import Conflict, Replayed, replay
from gitcp.workspaces.rescue import Leavings
from gitcp.workspaces.urls import masked
from gitcp.workspaces.values import (
    Collected,
    Delivered,
    Delivery,
    Nothing,
    Obstacle,
    Undelivered,
    Workspace,
)

ATTEMPTS: Final = 5
_REJECTED = re.compile(r"^!\t[^\t]*\t\[[^]]*\] \((?P<why>.*)\)$", re.MULTILINE)
_REMOTE_SAYS = re.compile(r"^remote: ?(?P<line>.*\S)", re.MULTILINE)
_HINTS: Final[Mapping[str, str]] = {
    "branch is currently checked out": "switch the checkout there to another branch, use a bare repository, or set "
    "integrate: branch for the project",
    "": "a person has to look at the rules that the repository has for this branch",
}


@dataclass(frozen=True, slots=True)
class _Way:
    """Where to: a branch, and where it is expected to be; none if it should not exist yet."""

    branch: str
    expected: str | None

    def lease(self) -> str:
        return f"--force-with-lease=refs/heads/{self.branch}:{self.expected or ''}"


class Delivering:
    """One delivery of one run's commits."""

    def __init__(self, clone: Clone, workspace: Workspace, collected: Collected, leavings: Leavings) -> None:
        self._clone = clone
        self._workspace = workspace
        self._collected = collected
        self._leavings = leavings

    def deliver(self, integrate: Integration, target: str) -> Delivery:
        """Deliver as the project says.

        Raises:
            WorkspaceError: the execution repository cannot be reached; nothing is lost, deliver again.
        """
        if not self._collected.commits:
            return Nothing("the run made no commits", self._collected.rescue)
        match integrate:
            case Integration.NONE:
                return Nothing("the project delivers nothing (integrate: none)", self._save())
            case Integration.FF:
                return self._forward(target)
            case Integration.REBASE:
                return self._until_taken(_Way(target, self._clone.tip(target)))
            case Integration.BRANCH | Integration.PULL_REQUEST:
                return self._to_own_branch()

    def _forward(self, target: str) -> Delivery:
        rejected = self._push(self._collected.head, target)
        if rejected is None:
            return self._delivered(self._as_made(), target)
        self._clone.fetch()
        tip = self._clone.tip(target)
        if tip is None or self._clone.is_ancestor(tip, self._collected.head):
            return self._refused(target, rejected)
        return self._undelivered(
            Obstacle.MOVED,
            f"{target} is not where the run's work began, so that it cannot be fast-forwarded to its commits",
            "start again from where it is now, or set integrate: rebase for the project",
        )

    def _to_own_branch(self) -> Delivery:
        branch = self._workspace.branch
        expected = self._workspace.base if self._workspace.continues else None
        rejected = self._push(self._collected.head, branch, _Way(branch, expected).lease())
        if rejected is None:
            return self._delivered(self._as_made(), branch)
        self._clone.fetch()
        tip = self._clone.tip(branch)
        return self._refused(branch, rejected) if tip == expected else self._until_taken(_Way(branch, tip))

    def _until_taken(self, way: _Way) -> Delivery:
        for _ in range(ATTEMPTS):
            replayed = self._on_top(way.expected)
            if isinstance(replayed, Conflict):
                return self._conflict(way.branch, replayed)
            rejected = self._push(replayed.head, way.branch, way.lease())
            if rejected is None:
                return self._delivered(replayed, way.branch)
            self._clone.fetch()
            tip = self._clone.tip(way.branch)
            if tip == way.expected:
                return self._refused(way.branch, rejected)
            way = _Way(way.branch, tip)
        return self._undelivered(
            Obstacle.MOVED,
            f"{way.branch} moved {ATTEMPTS} times while the run's commits were being delivered",
            "deliver again when it is quieter there",
        )

    def _push(self, head: str, branch: str, *options: str) -> str | None:
        output = self._clone.push(*options, "origin", f"{head}:refs/heads/{branch}")
        rejected = _REJECTED.search(output.stdout)
        if output.status == 0:
            return None
        if rejected is None:
            raise self._clone.unreachable("push", output)
        said = [match["line"] for match in _REMOTE_SAYS.finditer(output.stderr)]
        return "; ".join(dict.fromkeys([rejected["why"], *said]))

    def _on_top(self, tip: str | None) -> Replayed | Conflict:
        if tip is None:
            return self._as_made()
        with self._clone.open() as repository:
            return replay(repository, tip, self._collected.head, self._workspace.author)

    def _as_made(self) -> Replayed:
        return Replayed(self._collected.head, self._collected.commits)

    def _delivered(self, replayed: Replayed, branch: str) -> Delivered:
        return Delivered(replayed.head, branch, branch != self._workspace.branch, replayed.commits)

    def _conflict(self, branch: str, conflict: Conflict) -> Undelivered:
        return self._undelivered(
            Obstacle.CONFLICT,
            f"{branch} has moved on, and commit {conflict.commit[:10]} conflicts with it in {', '.join(conflict.files)}",
            f"start from {branch} and make the change again; the run's commits are kept under the rescue ref",
        )

    def _refused(self, branch: str, why: str) -> Undelivered:
        hint = next(hint for text, hint in _HINTS.items() if text in why)
        url = masked(self._workspace.repository.url)
        return self._undelivered(Obstacle.REFUSED, f"{url} does not take {branch}: {why}", hint)

    def _undelivered(self, obstacle: Obstacle, reason: str, hint: str) -> Undelivered:
        return Undelivered(obstacle, reason, hint, self._save())

    def _save(self) -> str | None:
        return self._leavings.save(self._collected.head)
