"""Showing that long work goes on: to stderr, and not before it has taken a moment."""

import sys
import time
from typing import Final

import click

from gitcp.cli.text import bar

_MOMENT: Final = 0.8
_TERMINAL_PAUSE: Final = 0.1
_FILE_PAUSE: Final = 10.0


class Counting:
    """Tells how many there were so far: on a terminal in one line that changes, elsewhere in a line now and then."""

    def __init__(self, text: str = "reading the records for the first time: {:,} files") -> None:
        """Remember what is told; numbers are put into it."""
        self._text = text
        self._due: float | None = None
        self._shown = False
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, *numbers: int | None) -> None:
        """Be told; none when that was all."""
        if None in numbers:
            self.end()
            return
        now = time.monotonic()
        self._due = now + _MOMENT if self._due is None else self._due
        if now < self._due:
            return
        self._due = now + (_TERMINAL_PAUSE if self._is_terminal else _FILE_PAUSE)
        self._shown = True
        text = self._text.format(*numbers)
        click.echo(f"\r{text}" if self._is_terminal else text, err=True, nl=not self._is_terminal)

    def end(self) -> None:
        """Leave the line."""
        if self._shown and self._is_terminal:
            click.echo(err=True)
        self._shown, self._due = False, None


class Bar:
    """Draws how much of something is over: on a terminal a bar, elsewhere a line now and then."""

    def __init__(self, what: str) -> None:
        """Remember what goes on."""
        self._what = what
        self._due: float | None = None
        self._shown = False
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, share: float) -> None:
        """Be told the share, from 0 to 1."""
        now = time.monotonic()
        self._due = now + _MOMENT if self._due is None else self._due
        if now < self._due:
            return
        self._due = now + (_TERMINAL_PAUSE if self._is_terminal else _FILE_PAUSE)
        self._shown = True
        text = f"{self._what} {bar(share) + ' ' if self._is_terminal else ''}{share:4.0%}"
        click.echo(f"\r{text}" if self._is_terminal else text, err=True, nl=not self._is_terminal)

    def end(self) -> None:
        """Leave the line."""
        if self._shown and self._is_terminal:
            click.echo(err=True)
