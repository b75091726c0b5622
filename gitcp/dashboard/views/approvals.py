"""Approvals together: what waits, with the exact change, and what was decided, by month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from markupsafe import Markup

from gitcp.dashboard import links, words
from gitcp.dashboard.facts import fact
from gitcp.dashboard.figures import MONTHS, Stamp, plural
from gitcp.dashboard.kinds import Shown
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref, titled_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.approval import FileChange, changes, commands, need, waits
from gitcp.dashboard.words import Badge
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.snapshot import ever

# Shown with their change; what waits beyond that is a line each, and then a number.
WHOLE: Final = 20
LINES: Final = 200
PART: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits, with all that one needs to decide it."""

    id: str
    href: str
    title: str
    by: Ref
    at: Stamp
    until: Stamp | None
    task: Ref | None
    description: Markup | None
    told: tuple[str, ...]
    files: tuple[FileChange, ...]
    need: str
    waits: tuple[Ref, ...]
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A request that is over, in a list. `by`: whose decisions it came to, or who took it back."""

    id: str
    href: str
    title: str
    status: Badge
    asked_by: Ref
    asked: Stamp
    over: Stamp
    by: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The way to a part of what was decided."""

    label: str
    href: str
    count: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Approvals:
    """What waits for a decision, and what is decided but not applied yet."""

    summary: str
    asked: tuple[Asked, ...]
    others: tuple[Asked, ...]
    left_out: str | None
    agreed: tuple[Asked, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What was decided in a month, or a part of that; the last first."""

    title: str
    summary: str
    decided: tuple[Decided, ...]
    parts: tuple[Part, ...]


def approvals(register: Register, prose: Prose) -> Approvals:
    """Show what waits, the oldest first."""
    pending = register.pending
    shown = [_asked(register, approval, prose) for approval in pending[:WHOLE]]
    others = [_asked(register, approval, None) for approval in pending[WHOLE : WHOLE + LINES]]
    left = len(pending) - WHOLE - LINES
    return Approvals(
        summary=f"{plural(len(pending), 'request waits', 'requests wait')} for a decision"
        if pending
        else "Nothing waits for a decision",
        asked=tuple(shown),
        others=tuple(others),
        left_out=f"{left:,} more: gitcp approval list" if left > 0 else None,
        agreed=tuple(_asked(register, each, None) for each in _agreed(register)[:LINES]),
        parts=_parts(_counts(register, "")),
    )


def _agreed(register: Register) -> Sequence[Approval]:
    return [each for each in register.snapshot.all(Approval) if each.status is ApprovalStatus.APPROVED]


def _asked(register: Register, approval: Approval, prose: Prose | None) -> Asked:
    """Show a request; without `prose` in few words."""
    clock = register.clock
    return Asked(
        id=approval.id,
        href=links.approval_page(approval.id),
        title=approval.title,
        by=member_ref(register, approval.requested_by),
        at=clock.stamp(approval.requested_at),
        until=clock.stamp(approval.expires) if approval.expires else None,
        task=titled_ref(register, approval.task) if approval.task else None,
        description=prose.block(approval.description, below=2) if prose else None,
        told=tuple(register.site.told_of(approval)) if prose else (),
        files=changes(register, approval) if prose else (),
        need=need(register, approval),
        waits=waits(register, approval),
        commands=commands(approval) if prose else (),
    )


# what is over, by month


@fact("decided")
def _decided(register: Register, _: str) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return the ids of requests that are over by month, in parts, the oldest first: an earlier part never changes for a later one."""
    over = [each for each in ever(register.site.snapshot, Approval) if is_over(each)]
    over.sort(key=lambda each: (over_at(each), each.id))
    months = groupby(over, key=lambda each: f"{register.clock.local(over_at(each)):%Y-%m}")
    return {month: _sliced([each.id for each in those]) for month, those in months}


def _sliced(ids: Sequence[str]) -> Sequence[Sequence[str]]:
    return tuple(tuple(ids[at : at + PART]) for at in range(0, len(ids), PART))


@fact("decided-parts")
def _counts(register: Register, _: str) -> Sequence[tuple[str, int, int]]:
    """Return every part as month, number from 1 and how many it holds, the oldest first."""
    found = _decided(register, "")
    return [(month, at, len(part)) for month in sorted(found) for at, part in enumerate(found[month], 1)]


@fact("decided-parts-of")
def _counts_of(register: Register, month: str) -> Sequence[tuple[str, int, int]]:
    return [each for each in _counts(register, "") if each[0] == month]


@fact("decided-in")
def _decided_in(register: Register, name: str) -> Sequence[str]:
    month, part = place_of(name)
    parts = _decided(register, "").get(month, ())
    return parts[part - 1] if part <= len(parts) else ()


def is_over(approval: Approval) -> bool:
    """Whether nothing more happens to a request."""
    return approval.status not in {ApprovalStatus.PENDING, ApprovalStatus.APPROVED}


def over_at(approval: Approval) -> datetime:
    """Return when a request was over: taken back, decided last or run out, as far as it says."""
    if approval.withdrawn is not None:
        return approval.withdrawn.at
    if approval.status is ApprovalStatus.EXPIRED and approval.expires is not None:
        return approval.expires
    return max((made.at for made in approval.decisions), default=approval.requested_at)


def place_of(name: str) -> tuple[str, int]:
    """Return the month and the number of a part by its name, `2026-11.2`."""
    month, _, part = name.partition(".")
    return month, int(part)


def names(register: Register) -> Iterator[str]:
    """Return the parts that there are."""
    return (f"{month}.{part}" for month, part, _ in _counts(register, ""))


def path(name: str) -> str:
    """Return where a part is."""
    return links.decided_page(*place_of(name))


def past(register: Register, name: str, _: Prose) -> Shown | None:
    """Show what was decided in a part of a month."""
    found = [register.approval(each) for each in reversed(_decided_in(register, name))]
    decided = tuple(_line(register, approval) for approval in found if approval is not None)
    if not decided:
        return None
    title = f"Decided in {month_name(place_of(name)[0])}"
    told = plural(len(decided), "request is", "requests are")
    parts = _parts(_counts_of(register, place_of(name)[0]), name)
    view = Past(title, f"{told} over, the last first", decided, parts if len(parts) > 1 else ())
    return Shown(title, links.APPROVALS, view)


def _line(register: Register, approval: Approval) -> Decided:
    clock = register.clock
    gone = approval.withdrawn
    who = [gone.by] if gone else dict.fromkeys(made.by for made in approval.decisions)
    return Decided(
        id=approval.id,
        href=links.approval_page(approval.id),
        title=approval.title,
        status=words.APPROVAL_STATUS[approval.status],
        asked_by=member_ref(register, approval.requested_by),
        asked=clock.stamp(approval.requested_at),
        over=clock.stamp(over_at(approval)),
        by=tuple(member_ref(register, member) for member in who),
    )


def _parts(counts: Sequence[tuple[str, int, int]], current: str = "") -> tuple[Part, ...]:
    """Lead to the parts, the newest first."""
    several = {month for month, part, _ in counts if part > 1}
    return tuple(
        Part(
            label=month_name(month) + (f", part {part}" if month in several else ""),
            href=links.decided_page(month, part),
            count=f"{count:,}",
            current=current == f"{month}.{part}",
        )
        for month, part, count in reversed(counts)
    )


def month_name(month: str) -> str:
    """Write a month that is written as 2026-11."""
    year, _, number = month.partition("-")
    return f"{MONTHS[int(number) - 1]} {year}"
