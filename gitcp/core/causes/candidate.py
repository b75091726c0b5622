"""A cause that may wake an agent, before it is known whether a run answers it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from gitcp.model.runs import Cause


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cause with the task that its run would have, the time before which it does not count, and why it wakes nobody at once."""

    cause: Cause
    task: str | None
    not_before: datetime | None = None
    suppressed: str | None = None


def digest(*parts: object) -> str:
    """Return a short, stable digest of plain values."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
