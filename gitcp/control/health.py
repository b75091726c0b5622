"""How the schedulers of this machine are: a small file for each in the state folder, written anew every few seconds."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from gitcp.control.state import State, write_whole
from gitcp.executors import Handle
from gitcp.executors.local import LOCAL
from gitcp.model.base import format_instant

FOLDER: Final = "schedulers"
# Written every ten seconds; a fetch from a slow remote, or a plan of a large company, may be in between.
WRITTEN_EVERY: Final = 10.0
LATE: Final = timedelta(seconds=120)
# One of another host that was only away, asleep say, writes its file anew.
FORGOTTEN: Final = timedelta(days=1)
_MOST_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Health:
    """What a scheduler says of itself. `at`: when. `trouble`: why its last tick did not work."""

    place: str
    started: str
    host: str
    since: datetime
    at: datetime
    revision: str = ""
    running: tuple[str, ...] = ()
    waiting: int = 0
    stalled: int = 0
    next_look: datetime | None = None
    trouble: str | None = None

    @classmethod
    def here(cls, now: datetime) -> Self:
        """Return that of this very process at its beginning."""
        handle = LOCAL.here("")
        return cls(handle.place, handle.started, socket.gethostname(), now, now)

    def is_alive(self, now: datetime) -> bool:
        """Whether the process exists; of another host that shares the folder nothing is known, so its word counts for a day."""
        if self.host != socket.gethostname():
            return now - self.at <= FORGOTTEN
        is_number = self.place.isdecimal() and len(self.place) <= _MOST_DIGITS
        return is_number and LOCAL.is_alive(Handle("", self.place, self.started))

    def is_late(self, now: datetime) -> bool:
        """Whether it has said nothing for so long that it must hang."""
        return now - self.at > LATE


def note(state: State, health: Health) -> None:
    """Write what a scheduler says of itself."""
    folder = state.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(_file(state, health), json.dumps(health_view(health)))


def forget(state: State, health: Health) -> None:
    """Remove what a scheduler said; it ended as it should."""
    _file(state, health).unlink(missing_ok=True)


def schedulers(state: State, now: datetime) -> tuple[Health, ...]:
    """Return the living schedulers of this state folder, the oldest first; what the dead left behind is removed."""
    found: list[Health] = []
    for path in sorted((state.folder / FOLDER).glob("*.json")):
        health = _read(path)
        if health is not None and health.is_alive(now):
            found.append(health)
        else:
            with suppress(OSError):
                path.unlink()
    return tuple(sorted(found, key=lambda health: health.since))


def health_view(health: Health) -> dict[str, Any]:
    """Return it as plain values."""
    times = {name: _shown(getattr(health, name)) for name in ("since", "at", "next_look")}
    return {**asdict(health), **times, "running": list(health.running)}


def _file(state: State, health: Health) -> Path:
    return state.folder / FOLDER / f"{health.host.replace(os.sep, '-')}.{health.place}.json"


def _read(path: Path) -> Health | None:
    try:
        return _health(json.loads(path.read_text()))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def _health(found: Mapping[str, Any]) -> Health:
    return Health(
        place=str(found["place"]),
        started=str(found["started"]),
        host=str(found["host"]),
        since=_instant(found["since"]),
        at=_instant(found["at"]),
        revision=str(found["revision"]),
        running=tuple(map(str, found["running"])),
        waiting=int(found["waiting"]),
        stalled=int(found["stalled"]),
        next_look=_instant(found["next_look"]) if found["next_look"] else None,
        trouble=str(found["trouble"]) if found["trouble"] else None,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _shown(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)
