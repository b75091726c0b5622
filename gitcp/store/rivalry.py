"""How long to wait before an attempt on a branch that others move as well, and whether to look at it first.

Of several attempts on one state exactly one succeeds, so that nothing here is needed to be right. But who has just won knows the state
best, wins again without a look, and never learns that others try in vain, while they spend the machine on attempts that cannot win. So a
writer that goes on without a break leaves room after a few operations: the fewer, the more others are about. And who was refused waits
the longer the more often that happened lately, but less with each refusal of the same operation.
"""

import random
import time
from typing import Final

_SHORTEST: Final = 0.01
_LONGEST: Final = 5.0
_USUAL: Final = 0.05
_MOST_RIVALS: Final = 32.0
_FORGET: Final = 0.9
_IMPATIENCE: Final = 0.5
_STREAK: Final = 3
_STREAK_ALONE: Final = 16
_LONGEST_STREAK: Final = 64
_BREAK: Final = 4


class Rivalry:
    """What one writer has learnt about the others; times are in seconds, and in durations of an attempt, which depend on the remote.

    Where the branch is not far, but in this very repository, whoever waits for its lock comes next, and there is no room to be left.
    """

    def __init__(self, *, is_far: bool = True) -> None:
        self._is_far = is_far
        self._rivals = 0.0
        self._refusals = 0
        self._streak = 0
        self._longest_streak = _STREAK_ALONE
        self._attempt = _USUAL
        self._began = self._ended = time.monotonic()

    @property
    def must_look(self) -> bool:
        """Whether somebody else has moved the branch since it was last seen, or it is time to find out."""
        return self._refusals > 0 or self._is_yielding

    def pause(self) -> float:
        """Return how many seconds to wait before the next attempt."""
        rivals = max(1.0, self._rivals)
        if time.monotonic() - self._ended > _BREAK * self._attempt:
            self._streak = 0
        if self._refusals:
            attempts = random.uniform(0, rivals / (1 + _IMPATIENCE * self._refusals))  # noqa: S311 - no secret
        elif self._is_yielding:
            attempts = random.uniform(1, 2) * max(1.0, rivals)  # noqa: S311
        else:
            return 0.0
        return min(attempts * self._attempt, _LONGEST)

    def begin(self) -> None:
        """Note that an attempt begins."""
        self._began = time.monotonic()

    def looked(self, *, others_came: bool) -> None:
        """Note whether a look has brought commits of others."""
        if self._is_yielding:
            self._longest_streak = _STREAK if others_came else min(2 * self._longest_streak, _LONGEST_STREAK)
            self._streak = 0

    def refused(self) -> None:
        """Note that somebody else was first."""
        self._refusals += 1
        self._streak = 0
        self._longest_streak = _STREAK
        self._rivals = min(self._rivals + 1, _MOST_RIVALS)
        self._measure()

    def succeeded(self) -> None:
        """Note that the attempt succeeded."""
        if not self._refusals:
            self._rivals *= _FORGET
        self._refusals = 0
        self._streak += 1
        self._measure()

    @property
    def _is_yielding(self) -> bool:
        return self._is_far and self._streak >= self._longest_streak

    def _measure(self) -> None:
        self._ended = time.monotonic()
        self._attempt = (self._attempt + max(self._ended - self._began, _SHORTEST)) / 2
