"""What holds wakes back, once for all that wait for the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - a key of groups is told by it
from typing import Final

from markupsafe import Markup

from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.input import WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref, titled_ref
from gitcp.dashboard.register import Register

NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why wakes do not happen yet, once for all that wait for the same; `what` is the task where it is one."""

    who: str
    what: Ref | None
    reason: Markup
    until: Stamp | None
    count: int


def hindrances(register: Register, prose: Prose) -> tuple[Hindrance, ...]:
    """Tell what is waited for, each once, in the order of the plan."""
    groups: dict[tuple[str, datetime | None], list[WaitingItem]] = {}
    for waiting in register.waiting:
        groups.setdefault((waiting.reason, waiting.until), []).append(waiting)
    return tuple(_hindrance(register, those, prose) for those in groups.values())


def _hindrance(register: Register, those: Sequence[WaitingItem], prose: Prose) -> Hindrance:
    first = those[0]
    agents = dict.fromkeys(each.agent for each in those if each.agent)
    return Hindrance(
        who=_names(register, list(agents)),
        what=titled_ref(register, first.task) if len(those) == 1 and first.task else None,
        reason=prose.line(first.reason),
        until=register.clock.stamp(first.until) if first.until else None,
        count=len(those),
    )


def _names(register: Register, agents: Sequence[str]) -> str:
    told = ", ".join(member_ref(register, agent).text for agent in agents[:NAMED])
    return f"{told} and {len(agents) - NAMED:,} more" if len(agents) > NAMED else told


def left_out(held: Sequence[Hindrance]) -> str | None:
    """Say how many wakes wait for what is not shown."""
    left = sum(each.count for each in held)
    return f"{left:,} more, each on the page of its task or agent." if left else None
