"""The audit log: each commit with who, what, why and by which operation.

Rule: a part is full and never changes, but for the last; so parts count from the oldest commit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

from markupsafe import Markup

from gitcp.dashboard import links, operations
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import Stamp, plural
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.places import Named, named, ref_of
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.timeline import SHORT, who_made
from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.history import Entry
from gitcp.model.ids import RUN_ID

NEWEST: Final = 100
PART: Final = 250
MOST_RECORDS: Final = 4
_LINKED: Final = frozenset({"task", "approval", "comment", "document"})


@dataclass(frozen=True, slots=True)
class Line:
    """One commit. `actor`, `operation` and `kinds` are what filters look at; `by` says through whom it came or for whom it was, `url` leads to the forge."""

    anchor: str
    at: Stamp
    time: str
    who: Ref
    by: tuple[str, Ref] | None
    actor: str
    operation: str
    kinds: str
    what: Markup
    why: Markup | None
    records: tuple[Ref, ...]
    more: int
    run: Ref | None
    signed: Ref | None
    revision: str
    url: str | None


class Gist(NamedTuple):
    """What a commit is about: the first records that its subject does not lead to, how many more there are, and the kinds of all."""

    records: tuple[Named, ...]
    more: int
    kinds: str


@dataclass(frozen=True, slots=True)
class Day:
    """The commits of one day, the last first."""

    day: Stamp
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the log, by the days from which and to which it goes."""

    label: str
    href: str
    count: str


@dataclass(frozen=True, slots=True)
class Month:
    """The parts that begin in a month, the newest first."""

    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """Commits, the last first; `older` and `newer` are the parts beside this one, `months` all of them."""

    title: str
    summary: str
    days: tuple[Day, ...]
    months: tuple[Month, ...] = ()
    older: str | None = None
    newer: str | None = None


def newest(register: Register, prose: Prose) -> Log:
    """Show the newest commits, and lead to all parts."""
    entries = register.entries
    shown = entries[:NEWEST]
    told = plural(len(entries), "commit")
    return Log(
        title="Audit log",
        summary=f"The newest {NEWEST} of {told}" if len(entries) > NEWEST else told,
        days=_days(register, shown, prose),
        months=tuple(_months(register)),
    )


def names(register: Register) -> Iterator[str]:
    """Return the parts that there are."""
    return (str(part) for part in range(1, _count(register) + 1))


def path(name: str) -> str:
    """Return where a part is."""
    return links.log_page(int(name))


def part(register: Register, name: str, prose: Prose) -> Shown | None:
    """Show a part of the log."""
    number = int(name)
    entries = part_of(register, number)
    if not entries:
        return None
    title = _span(register, entries)
    view = Log(
        title=title,
        summary=plural(len(entries), "commit"),
        days=_days(register, entries, prose),
        older=links.log_page(number - 1) if number > 1 else None,
        newer=links.log_page(number + 1) if _is_there(register, str(number + 1)) else None,
    )
    return Shown(f"Audit log, {title}", links.LOG, view)


def part_of(register: Register, number: int) -> Sequence[Entry]:
    """Return the commits of a part, the last first."""
    _end(register, str(number))
    return _slice(register, number)


def part_at(register: Register, place: int) -> int:
    """Return the part that a commit is in, by its place from the newest, which is 0."""
    return (len(register.log) - 1 - place) // PART + 1


@fact("log-end")
def _end(register: Register, name: str) -> tuple[str, ...]:
    """Return the last commit of a part, which names all before it, and how many the part has; no other is read."""
    start, end = _bounds(register, int(name))
    return (register.log[start].revision, str(end - start)) if start < end else ()


@fact("log-there")
def _is_there(register: Register, name: str) -> bool:
    return int(name) <= _count(register)


def _count(register: Register) -> int:
    return -(-len(register.log) // PART)


def _slice(register: Register, number: int) -> Sequence[Entry]:
    start, end = _bounds(register, number)
    return register.log[start:end]


def _bounds(register: Register, number: int) -> tuple[int, int]:
    """Return the places of a part, from the newest."""
    total = len(register.log)
    return max(total - number * PART, 0), max(total - (number - 1) * PART, 0)


def _months(register: Register) -> Iterator[Month]:
    total, local = len(register.log), register.clock.local
    # The first and the last commit of each part, the newest part first; nothing between is looked at.
    ends = [
        (number, register.log[total - 1 - (number - 1) * PART], register.log[max(total - number * PART, 0)])
        for number in range(_count(register), 0, -1)
    ]
    for _, those in groupby(ends, key=lambda end: f"{local(end[1].at):%Y-%m}"):
        found = list(those)
        spans = tuple(
            Span(
                _span(register, (last, first)),
                links.log_page(number),
                f"{min(PART, total - (number - 1) * PART)}",
            )
            for number, first, last in found
        )
        yield Month(register.clock.month(found[0][1].at), spans)


def _span(register: Register, entries: Sequence[Entry]) -> str:
    """Say from which day to which commits go that are ordered with the last first."""
    first, last = (register.clock.day(entries[at].at).text for at in (-1, 0))
    return first if first == last else f"{first} to {last}"


# one commit


def _days(register: Register, entries: Iterable[Entry], prose: Prose) -> tuple[Day, ...]:
    grouped = groupby(entries, lambda entry: register.clock.day(entry.at))
    return tuple(Day(day, tuple(line(register, entry, prose) for entry in found)) for day, found in grouped)


def line(register: Register, entry: Entry, prose: Prose) -> Line:
    """Show a commit."""
    why = entry.trailers.get("Gitcp-Reason")
    who, forge = who_made(register, entry), register.site.forge
    told = gist(entry.paths, entry.subject)
    return Line(
        anchor=links.commit_anchor(entry.revision),
        at=register.clock.stamp(entry.at),
        time=f"{register.clock.local(entry.at):%H:%M}",
        who=who,
        by=_by(register, entry, who),
        actor=actor_of(who),
        operation=operations.told(entry.trailers.get("Gitcp-Op")),
        kinds=told.kinds,
        what=prose.line(entry.subject),
        why=prose.line(why) if why else None,
        records=tuple(ref_of(register, each) for each in told.records),
        more=told.more,
        run=_run(register, entry),
        signed=_signed(register, entry),
        revision=entry.revision[:SHORT],
        url=forge.commit(entry.revision) if forge else None,
    )


def actor_of(who: Ref) -> str:
    """Return by what a filter knows who made a commit."""
    return who.href or who.text


@lru_cache(maxsize=512)
def gist(paths: tuple[str, ...], subject: str) -> Gist:
    """Say what a commit is about, by its files; the newest are asked for by several pages at every build, and may have hundreds of files."""
    found = dict.fromkeys(map(named, paths))
    about = [each for each in found if not _is_linked(each, subject)]
    return Gist(
        tuple(about[:MOST_RECORDS]),
        max(len(about) - MOST_RECORDS, 0),
        " ".join(dict.fromkeys(each.kind for each in found)),
    )


def _is_linked(record: Named, subject: str) -> bool:
    return record.kind == "run" or (record.kind in _LINKED and record.id in subject)


def _run(register: Register, entry: Entry) -> Ref | None:
    run = entry.trailers.get("Gitcp-Run", "")
    is_told = bool(run) and run not in entry.subject
    return Ref(run, links.run_page(run), "run") if is_told and register.has_run(run) else None


def _by(register: Register, entry: Entry, who: Ref) -> tuple[str, Ref] | None:
    """Say for whom the scheduler did something, or that a person's word came through it."""
    run = RUN_ID.match(entry.trailers.get("Gitcp-Run", ""))
    if who.kind == "machine" and run:
        return "for", member_ref(register, run["agent"])
    if who.kind == "person" and entry.committer_email == SCHEDULER_EMAIL:
        return "through", Ref(entry.committer, None, "machine")
    return None


def _signed(register: Register, entry: Entry) -> Ref | None:
    if entry.signer is None:
        return None
    whose = next((person.id for person in register.persons if entry.signer in person.keys), None)
    return member_ref(register, whose) if whose else Ref(entry.signer[:SHORT], None)
