"""What `gitcp scheduler` shows on a terminal: what happens scrolls by, and how things stand remains below."""

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from gitcp.cli.text import counted, cut, line
from gitcp.control.events import Event, words_of
from gitcp.control.health import Health
from gitcp.model.runs import Run

_CLEAR_BELOW = "\x1b[J"
_MOST_RUNS = 20
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class Screen:
    """Draws on stderr; `company` is whose name stands at the top."""

    def __init__(self, company: str) -> None:
        self._company = company
        self._drawn: list[str] = []

    def tell(self, event: Event) -> None:
        """Put a line above how things stand."""
        self._draw([line(words_of(event))], self._drawn)

    def show(self, health: Health, running: Sequence[Run]) -> None:
        """Draw how things stand in place of how they stood."""
        self._draw([], standing(self._company, health, running))

    def _draw(self, said: list[str], below: list[str]) -> None:
        room = shutil.get_terminal_size().columns - 1
        back = f"\x1b[{len(self._drawn)}F" if self._drawn else ""
        self._drawn = below
        text = "".join(f"{cut(part, room)}\n" for part in below)
        above = "".join(f"{part}\n" for part in said)
        click.echo(f"{back}{_CLEAR_BELOW}{above}{text}", err=True, nl=False, color=True)
        sys.stderr.flush()


def standing(company: str, health: Health, running: Sequence[Run]) -> list[str]:
    """Return how things stand, in lines."""
    look = f", next look {health.next_look:%d %b %H:%M} UTC" if health.next_look else ""
    found = [
        f"── {line(company)}, {span(health.at - health.since)} at work; Ctrl-C to stop",
        f"{counted(len(running), 'run')}, {health.waiting} waiting, {health.stalled} stalled{look}",
    ]
    found += [f"  {row}" for row in _rows(health.at, running[:_MOST_RUNS])]
    if len(running) > _MOST_RUNS:
        found.append(f"  and {len(running) - _MOST_RUNS} more")
    if health.trouble:
        found.append(f"does not work just now: {line(health.trouble)}")
    return found


def _rows(now: datetime, running: Sequence[Run]) -> list[str]:
    room = max((len(run.agent) for run in running), default=0)
    return [f"{run.agent:<{room}}  {run.task or '-'}  {span(now - run.claimed_at)}" for run in running]


def span(time: timedelta) -> str:
    """Return how long something took, in the largest unit that it fills and the next one."""
    left, parts = max(int(time.total_seconds()), 0), []
    for seconds, unit in _UNITS:
        number, left = divmod(left, seconds)
        parts.append((number, unit))
    first = next((index for index, (number, _) in enumerate(parts) if number), len(parts) - 1)
    return " ".join(f"{number} {unit}" for number, unit in parts[first : first + 2])
