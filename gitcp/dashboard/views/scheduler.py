"""Whether the scheduler does its work, as far as the records tell: what it did last, and what it should have done by now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gitcp.core.approvals import counting
from gitcp.core.lateness import PATIENCE, is_by_scheduler
from gitcp.dashboard import links
from gitcp.dashboard.figures import Stamp, duration
from gitcp.dashboard.refs import Ref, member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.tardiness import due_by_the_clock, who_wakes
from gitcp.model.guards import Approval, ApprovalStatus

_LOOKED_AT: Final = 500
_MOST_DUE: Final = 8


@dataclass(frozen=True, slots=True)
class Late:
    """Something that the next tick should have done long ago."""

    what: Ref
    why: str


@dataclass(frozen=True, slots=True)
class Scheduler:
    """What the scheduler did last, none: nothing lately; and what it is late with."""

    last: Stamp | None
    late: tuple[Late, ...]


def scheduler(register: Register) -> Scheduler:
    """Look for signs of a scheduler."""
    newest = register.entries[:_LOOKED_AT]
    acted = (entry.at for entry in newest if is_by_scheduler(entry))
    last = next(acted, None)
    return Scheduler(
        register.clock.stamp(last) if last else None,
        (*_due(register), *_overdue(register), *_unapplied(register)),
    )


def _due(register: Register) -> Iterator[Late]:
    due = due_by_the_clock(register, "")
    for each in due[:_MOST_DUE]:
        past = _past(register, each.since)
        if past:
            yield Late(who_wakes(register, each.kind, each.id), f"was due by the clock {past} ago")


def _overdue(register: Register) -> Iterator[Late]:
    for row in register.active:
        run = register.run(row.id)
        past = _past(register, run.deadline) if run else None
        if past:
            who = member_ref(register, row.agent).text
            yield Late(
                Ref(f"The run of {who}", links.run_page(row.id), "run"), f"is past its deadline by {past}"
            )


def _unapplied(register: Register) -> Iterator[Late]:
    for approval in register.snapshot.all(Approval):
        if approval.status is ApprovalStatus.APPROVED and approval.change:
            decided = max((made.at for made in counting(register.snapshot, approval)), default=None)
            past = _past(register, decided) if decided else None
            if past:
                yield Late(
                    Ref(approval.id, links.approval_page(approval.id)),
                    f"was approved {past} ago and is not applied",
                )


def _past(register: Register, at: datetime) -> str | None:
    over = register.now - at
    return duration(over) if over > PATIENCE else None
