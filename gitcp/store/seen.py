"""What this clone has seen of the record branch, kept in refs: a branch that comes to lack it was rewritten.

Rule: a branch moves first and `refs/gitcp/seen/<branch>` follows, and who compares reads the ref first. So the branch never seems to lack
what another process has just put into it.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pygit2

from gitcp.errors import GitcpError, RewrittenError
from gitcp.model.problem import Problem
from gitcp.store.refs import Refs

SEEN: Final = "refs/gitcp/seen/"
REWRITTEN: Final = "refs/gitcp/rewritten/"
_LATER: Final = 1.0


@contextlib.contextmanager
def noting(notes: list[str]) -> Iterator[None]:
    """Let what goes wrong in a block be a note: the branch has moved, and what is done after that must not say that it has not."""
    try:
        yield
    except GitcpError as error:
        notes.append(str(error))


class Seen:
    """The last commit of one branch that was the record here.

    While one store writes on and on, the ref follows once a second: to move a ref costs as much as all else of an operation.
    """

    def __init__(self, branch: str, git_dir: Path, refs: Refs) -> None:
        self._branch = branch
        self._ref = SEEN + quote(branch, safe="")  # `a` and `a/b` may both have been the record once
        self._repository = pygit2.Repository(str(git_dir))
        self._refs = refs
        self._here: str | None = None
        self._noted = 0.0

    def close(self) -> None:
        """Take note of what was not noted yet."""
        seen = self._refs.read(self._ref)
        if self._here and self._here != seen and not self._is_lost(seen, self._here):
            self._note(self._ref, seen, self._here)

    def lacks(self, tip: str) -> bool:
        """Whether a commit does not hold what was seen."""
        seen = self._refs.read(self._ref)
        return self._is_lost(seen, tip) or (seen is not None and self._is_lost(self._here, tip))

    def follow(self, now: Callable[[], str]) -> None:
        """Take note of where the branch is now; what it lost stays under a ref of its own.

        Raises:
            RewrittenError: it does not hold what was seen. It is told once.
        """
        while True:
            seen = self._refs.read(self._ref)
            here = self._here if seen else None  # who deletes the ref lets it be forgotten
            tip = now()
            if not tip or tip == (here or seen):
                return
            lost = next((old for old in (here, seen) if self._is_lost(old, tip)), None)
            if lost:
                self._note(REWRITTEN + lost, None, lost)
            if self._note(self._ref, seen, tip):
                break
        self._here, self._noted = tip, time.monotonic()
        if lost:
            raise self._rewritten(lost, tip)

    def moved(self, expected: str, new: str) -> None:
        """Take note that gitcp itself moved the branch on."""
        if self._here == expected and time.monotonic() - self._noted < _LATER:
            self._here = new
            return
        seen = self._here and self._refs.read(self._ref)
        if (
            self._here == expected
            and seen
            and not self._is_lost(seen, new)
            and self._note(self._ref, seen, new)
        ):
            self._here, self._noted = new, time.monotonic()
        else:
            self.follow(lambda: new)

    def _note(self, ref: str, expected: str | None, new: str) -> bool:
        try:
            return self._refs.note(ref, expected, new)
        except GitcpError:  # a lock that was left behind, say: no reason not to read or to write
            return True

    def _is_lost(self, seen: str | None, tip: str) -> bool:
        if seen is None or seen == tip or seen not in self._repository:
            return False
        return not self._repository.descendant_of(tip, seen)

    def _rewritten(self, old: str, new: str) -> RewrittenError:
        return RewrittenError(
            f"{self._branch}: its history was rewritten from {old[:12]} to {new[:12]}, {self._lost(old, new)}",
            hint=f"see `git log {new[:12]}..{REWRITTEN}{old}`; from now on the records are those of {new[:12]}."
            " If that is not wanted, push what is lost again",
        )

    def _lost(self, old: str, new: str) -> str:
        walker = self._repository.walk(old)
        walker.hide(new)
        try:
            count = sum(1 for _ in walker)
        except (KeyError, pygit2.GitError):  # a shallow clone ends on the way
            return "commits fell out of it"
        return f"{count} commit{'s' if count > 1 else ''} fell out of it"


def rewrites(refs: Refs) -> Iterator[Problem]:
    """Yield what was rewritten and nobody has settled yet."""
    for ref, old in refs.under(REWRITTEN):
        yield Problem(
            ref,
            message=f"commit {old[:12]} was the record and is not in its history any more: somebody rewrote it",
            hint=f"see what is missing by `git log {old[:12]}`; when that is settled, delete the ref with `git update-ref -d`",
        )
