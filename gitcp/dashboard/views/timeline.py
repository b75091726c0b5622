"""What happened: commits as people read them."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from gitcp.dashboard import links
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.outside import record_commit
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.model.history import Entry
from gitcp.model.operation import SCHEDULER

SHORT = 7


class Event(NamedTuple):
    """One commit. `who` is the author; a trailer alone makes nobody the author. `run` is that which the text does not name."""

    at: Stamp
    time: str
    who: Ref
    what: Markup
    why: Markup | None
    run: Ref | None
    revision: str
    url: str | None
    approval: Ref | None


class Day(NamedTuple):
    """The commits of one day, newest first."""

    day: Stamp
    events: tuple[Event, ...]


def days(register: Register, entries: Iterable[Entry], prose: Prose) -> tuple[Day, ...]:
    """Show commits by day, in their order."""
    grouped = groupby(entries, lambda entry: register.clock.day(entry.at))
    return tuple(Day(day, tuple(event(register, entry, prose) for entry in found)) for day, found in grouped)


def event(register: Register, entry: Entry, prose: Prose) -> Event:
    """Show a commit."""
    why = entry.trailers.get("Gitcp-Reason")
    run = entry.trailers.get("Gitcp-Run")
    at = register.clock.stamp(entry.at)
    return Event(
        at=at,
        time=at.hour,
        who=who_made(register, entry),
        what=prose.line(entry.subject),
        why=prose.line(why) if why else None,
        run=Ref(run, links.run_page(run), "run")
        if run and run not in entry.subject and register.has_run(run)
        else None,
        revision=entry.revision[:SHORT],
        url=record_commit(register, entry.revision),
        approval=_approval(register, entry),
    )


def _approval(register: Register, entry: Entry) -> Ref | None:
    """Name the approval that a commit applies, unless its subject does."""
    name = entry.trailers.get("Gitcp-Approval")
    return Ref(name, register.find(name)) if name and name not in entry.subject else None


def who_made(register: Register, entry: Entry) -> Ref:
    """Mention the author of a commit, as a member where that is one."""
    if (person := register.person_of(entry.author_email)) is not None:
        return member_ref(register, person)
    actor = entry.trailers.get("Gitcp-Actor", "")
    claimed = register.name_of(actor)
    if claimed is not None and not claimed.is_person and claimed.text == entry.author:
        return member_ref(register, actor)
    return Ref(entry.author, None, "machine" if entry.trailers.get("Gitcp-Actor") == SCHEDULER else "text")
