"""A cause that may wake an agent, before it is known whether a run answers it."""

from dataclasses import dataclass
from datetime import datetime

from gitcp.model.digests import digest
from gitcp.model.runs import Cause

__all__ = ["Candidate", "digest"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause with the task that its run would have, the time before which it does not count, and why it wakes nobody at once.

    `is_wish`: a person asks for it now, so that no pause holds it.
    """

    cause: Cause
    task: str | None
    not_before: datetime | None = None
    suppressed: str | None = None
    is_wish: bool = False
