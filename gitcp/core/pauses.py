"""How long to wait before something is tried again: doubling, and not the same for all."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from gitcp.core.lookup import settings_of
from gitcp.model.snapshot import Snapshot

LONGEST_PAUSE: Final = timedelta(hours=6)
_JITTER: Final = 0.25
_MOST_DOUBLINGS: Final = 20


def pause(snapshot: Snapshot, times: int, run: str) -> timedelta:
    """Return the pause after so many runs in a row: the company's, doubling, with up to a quarter of jitter that is fixed by the last run's name."""
    first = timedelta(minutes=float(settings_of(snapshot).retry_minutes))
    doubled = first * 2.0 ** min(max(times - 1, 0), _MOST_DOUBLINGS)
    # The longest keeps its jitter: what failed together is not tried again together.
    longest: timedelta = min(doubled, LONGEST_PAUSE / (1 + _JITTER))
    return longest * (1 + _JITTER * _share(run))


def _share(name: str) -> float:
    return int(sha256(name.encode()).hexdigest()[:8], 16) / 16**8
