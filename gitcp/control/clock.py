"""The clock and the dice: the only place that reads either."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, shifted for a demo or a test."""

    shift: timedelta = timedelta(0)

    @classmethod
    def at(cls, now: datetime) -> "Clock":
        """Return a clock that shows `now` at this moment and goes on from there."""
        return cls(now - datetime.now(UTC))

    def now(self) -> datetime:
        """Return the time, UTC, to the millisecond as comments are named."""
        at = datetime.now(UTC) + self.shift
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def steady(self) -> float:
        """Return seconds that nobody can set back or forward, in any process of this machine until it starts anew."""
        return time.monotonic() + self.shift.total_seconds()


def new_request() -> str:
    """Return an idempotency key for one operation: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def new_token() -> str:
    """Return a secret for one run's callback."""
    return secrets.token_urlsafe(32)
