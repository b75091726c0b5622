"""Taking commits back: the history says what they did, the operation what that comes to now."""

from collections.abc import Sequence

from gitcp.control.plane import Plane
from gitcp.core.operations.revert_commits import MOST, RevertCommits
from gitcp.core.reversal import reversal
from gitcp.errors import GitcpError


def reverting(plane: Plane, names: Sequence[str], reason: str | None = None) -> RevertCommits:
    """Return the operation that takes the named commits back, as the branch is now.

    Raises:
        GitcpError: they cannot be found in the record branch, or are too many.
    """
    past = plane.store.history().past()
    commits = past.named(names)
    if not 0 < len(commits) <= MOST:
        raise GitcpError(
            f"expected 1 to {MOST} commits, found {len(commits)}",
            hint="take them back in several steps, the newest first",
        )
    about = {(step.kind, step.id) for commit in commits for step in commit.steps}
    taken = {commit.revision for commit in commits}
    since = past.since(commits[-1].revision, about, taken)
    return RevertCommits(commits=tuple(commits), since=tuple(since), reason=reason)


def told(plane: Plane, operation: RevertCommits) -> tuple[str, ...]:
    """Return in words what an operation would do; nothing is written.

    Raises:
        GitcpError: it would be refused, and why.
    """
    return reversal(plane.snapshot(), operation.commits, operation.since, plane.clock.now()).words
