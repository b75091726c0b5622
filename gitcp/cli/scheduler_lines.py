"""What `gitcp scheduler` says line by line: for people, and for programs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from gitcp.cli.output import harmless, say
from gitcp.control.events import Event, RunEnded, RunFound, RunStarted, Stopping, Told, words_of
from gitcp.control.health import Health, health_view
from gitcp.core.views import run_row
from gitcp.model.base import format_instant
from gitcp.model.runs import Run

View = dict[str, Any]


class Lines:
    """Says what happens; how things stand is nothing new."""

    def tell(self, event: Event) -> None:
        """Say it in a line."""
        say(words_of(event))

    def show(self, health: Health, running: Sequence[Run]) -> None:
        """Say nothing."""


class JsonLines:
    """Prints one JSON object a line: what happens, and how things stand whenever that has changed."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._shown: Health | None = None

    def tell(self, event: Event) -> None:
        """Print what happened."""
        self._print(event_view(event))

    def show(self, health: Health, running: Sequence[Run]) -> None:
        """Print how things stand if that is news."""
        standing = replace(health, at=health.since)
        if standing != self._shown:
            self._shown = standing
            view = health_view(health)
            self._print({"event": "standing", **{name: view[name] for name in _STANDING}})

    def _print(self, view: View) -> None:
        whole = {"at": format_instant(self._now()), **view}
        click.echo(harmless(json.dumps(whole, ensure_ascii=False)))


_STANDING = ("revision", "running", "waiting", "stalled", "next_look", "trouble")


def event_view(event: Event) -> View:
    """Return an event as plain values."""
    match event:
        case RunStarted(run):
            return {"event": "started", "run": run_row(run)}
        case RunFound(run):
            return {"event": "found", "run": run_row(run)}
        case RunEnded(run):
            return {"event": "ended", "run": run_row(run)}
        case Told(text):
            return {"event": "told", "text": text}
        case Stopping(alive, waits):
            return {"event": "stopping", "alive": alive, "waits": waits}
