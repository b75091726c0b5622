"""The log: which commits somebody asks for, and what is told of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, Final

from gitcp.model.base import format_instant
from gitcp.model.history import Entry

HEADS: Final = (
    "revision", "at", "actor", "operation", "subject", "reason", "run", "task", "usd", "minutes", "author",
    "committer", "signed_by", "paths",
)  # fmt: skip

# What a spreadsheet would take for a formula, at the beginning of a cell; some take the wide forms as well.
_FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which commits are asked for: all that fit everything given. `operation` is a name or a pattern (`run.*`); `words` stand in the message."""

    actor: str | None = None
    run: str | None = None
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One commit as it is told. `usd` and `minutes`: what the run cost that it ended; `signer`: whose signature holds, none: not looked at, or none does."""

    entry: Entry
    usd: Decimal | None = None
    minutes: Decimal | None = None
    signer: str | None = None

    @property
    def actor(self) -> str:
        """Who acted: as the trailer says, else the author's name."""
        return self.entry.trailers.get("Gitcp-Actor") or self.entry.author

    def view(self) -> dict[str, Any]:
        """Return it as plain data."""
        entry = self.entry
        return {
            "revision": entry.revision,
            "at": format_instant(entry.at),
            "actor": self.actor,
            "operation": entry.trailers.get("Gitcp-Op"),
            "author": f"{entry.author} <{entry.author_email}>",
            "committer": f"{entry.committer} <{entry.committer_email}>",
            "signed_by": self.signer,
            "subject": entry.subject,
            "body": entry.body,
            "trailers": dict(entry.trailers),
            "paths": list(entry.paths),
            "usd": None if self.usd is None else float(self.usd),
            "minutes": None if self.minutes is None else float(self.minutes),
        }

    def row(self) -> list[str]:
        """Return it as the cells of `HEADS`, none of which a spreadsheet takes for a formula."""
        told = self.view() | {
            "reason": self.entry.trailers.get("Gitcp-Reason"),
            "run": self.entry.trailers.get("Gitcp-Run"),
            "task": self.entry.trailers.get("Gitcp-Task"),
            "paths": " ".join(self.entry.paths),
            "usd": self.usd,
            "minutes": self.minutes,
        }
        return [cell(told[name]) for name in HEADS]


def found(entries: Iterable[Entry], sought: Sought) -> Iterator[Entry]:
    """Yield those of the entries, newest first, that are asked for; none is looked at that is older than all of them."""
    for entry in entries:
        # Times may go back a little from one commit to the next, as clocks of several machines do; a day is more than that.
        if sought.since is not None and (sought.since - entry.at).days >= 1:
            return
        if _fits(entry, sought):
            yield entry


def _fits(entry: Entry, sought: Sought) -> bool:
    said = entry.trailers
    return (
        (sought.actor is None or said.get("Gitcp-Actor") == sought.actor)
        and (sought.run is None or said.get("Gitcp-Run") == sought.run)
        and (sought.operation is None or fnmatchcase(said.get("Gitcp-Op", ""), sought.operation))
        and (sought.since is None or entry.at >= sought.since)
        and (sought.until is None or entry.at < sought.until)
        and (sought.words is None or _says(entry, sought.words))
    )


def _says(entry: Entry, words: str) -> bool:
    told = "\n".join([entry.subject, entry.body, *entry.trailers.values()])
    return words.casefold() in told.casefold()


def cell(value: object) -> str:
    """Write a value into a table of a spreadsheet: a text that would be a formula there begins with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int | Decimal) else text


def rows(told: Sequence[Told]) -> list[list[str]]:
    """Return a table with its heads."""
    return [list(HEADS), *(each.row() for each in told)]
