"""What a server answered to a push, read from git's porcelain output: a flag, the refs and a summary in a line for each ref.

The words in square brackets are part of that format and never translated; what stands behind them is the server's.
"""

import re
from enum import Enum, auto
from typing import Final

from gitcp.errors import RemoteError
from gitcp.store.remote import Outcome, remote_error, spoken

UNMOVED: Final = 3
DECLINED: Final = 20

_LINE = re.compile(r"!\t[^\t]*:(?P<ref>[^\t]+)\t\[(?P<summary>[^\]]+)\](?: \((?P<reason>.*)\))?")
_SAID = re.compile(r"^remote: ?(.*?)[ \t]*$", re.MULTILINE)


class Answer(Enum):
    """Why a push did not succeed."""

    STALE = auto()  # the ref is not where it was expected; nothing was sent
    DECLINED = (
        auto()
    )  # the server took the commits and did not move the ref: a rule of its own, or somebody was first
    NONE = auto()  # no word about the ref: a hook here, no right to push, a connection that broke


_ANSWERS: Final = {"rejected": Answer.STALE, "remote rejected": Answer.DECLINED}


class Refusals:
    """Counts what speaks for a server that never takes the push, and against others who were first."""

    def __init__(self) -> None:
        self._unmoved = 0
        self._declined = 0

    def clear(self) -> None:
        """Begin anew."""
        self._unmoved = self._declined = 0

    def are_enough(self, answer: Answer, *, has_moved: bool) -> bool:
        """Count one more; return whether trying again is of no use.

        A branch that did not move cannot have been moved by somebody else. While others do move it, a server that declines time after
        time has a rule against this push: of those who are only late most are stale already before they send anything.
        """
        if answer is Answer.NONE or not has_moved:
            self._unmoved += 1
        else:
            self._unmoved = 0
        if answer is Answer.DECLINED:
            self._declined += 1
        is_enough = self._unmoved >= UNMOVED or self._declined >= DECLINED
        if is_enough:
            self.clear()
        return is_enough


def answer_to(outcome: Outcome, ref: str) -> Answer:
    """Return what a push that failed says about a ref."""
    for line in map(_LINE.fullmatch, outcome.output.splitlines()):
        if line is not None and line["ref"] == ref:
            return _ANSWERS.get(line["summary"], Answer.NONE)
    return Answer.NONE


def refusal(remote: str, branch: str, outcome: Outcome) -> RemoteError:
    """Tell of a push that is refused for good, in the server's words."""
    if answer_to(outcome, f"refs/heads/{branch}") is not Answer.DECLINED:
        return remote_error(remote, "push", outcome)
    reasons = (
        spoken(line["reason"] or "") for line in map(_LINE.fullmatch, outcome.output.splitlines()) if line
    )
    words = [*filter(None, _SAID.findall(outcome.said)), *filter(None, reasons)]
    return RemoteError(
        f"{remote}: refuses to move {branch}: {'; '.join(words) or outcome.said}",
        hint="what the server says is its own rule: ask who runs it for the right to push, or have the rule changed",
    )
