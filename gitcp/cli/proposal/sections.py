"""A proposal as sections of sentences, the same for a terminal and for a forge. What others wrote is in them as it is: who draws them makes it harmless."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gitcp.cli.proposal.amounts import budget_line, cost_line, money
from gitcp.cli.text import counted
from gitcp.control.proposals import Proposal
from gitcp.core.differences import by_kind
from gitcp.core.effects import Reassigned, Rescheduled, Rhythm, Start
from gitcp.core.effects.collisions import Collision, Meeting
from gitcp.core.effects.rulings import Need, Ruled
from gitcp.model.base import format_instant
from gitcp.model.problem import Problem

_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its sentences. `is_detail`: for who wants to know more."""

    title: str
    lines: tuple[str, ...]
    is_detail: bool = False


def verdict(proposal: Proposal) -> str:
    """Say in a few words whether it can go in."""
    judged = proposal.judged
    against = [
        *_counted(len(proposal.errors), "error"),
        *_counted(len(judged.denied), "denied operation"),
        *_counted(len(judged.refusals), "refused change"),
        *_counted(sum(meeting.stops for meeting in proposal.meetings), "conflict"),
    ]
    if against:
        return f"Cannot go in as it is: {', '.join(against)}."
    if judged.needed:
        return f"Needs approval: {counted(len(judged.needed), 'operation')}."
    return "Nothing stands against it."


def _counted(number: int, noun: str) -> list[str]:
    return [counted(number, noun)] if number else []


def sections(proposal: Proposal) -> list[Section]:
    """Return what there is to tell, what matters most first; empty sections are left out."""
    told = [Section(title, tuple(tell(proposal)), is_detail=title in _DETAILS) for title, tell in _SECTIONS]
    return [section for section in told if section.lines]


def kinds(proposal: Proposal) -> list[tuple[str, dict[str, int]]]:
    """Return how many records of each kind were created, changed and so on, by the plural of the kind."""
    return [
        (plural, dict(Counter(found.change.value for found in those)))
        for plural, those in by_kind(proposal.found)
    ]


def _brought(proposal: Proposal) -> Iterator[str]:
    yield from map(_problem, proposal.brought)


def _mended(proposal: Proposal) -> Iterator[str]:
    yield from map(_problem, proposal.mended)


def _problem(problem: Problem) -> str:
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{problem.severity}: {problem}{hint}"


def _denied(proposal: Proposal) -> Iterator[str]:
    for ruled in proposal.judged.denied:
        yield f"{_operation(ruled)} is denied to {ruled.by}: {ruled.reason or 'a policy denies it'}"
    yield from map(_problem, proposal.judged.refusals)


def _needed(proposal: Proposal) -> Iterator[str]:
    for ruled in proposal.judged.needed:
        yield from (f"{_operation(ruled)}: {_need(need)}" for need in ruled.needs)


def _operation(ruled: Ruled) -> str:
    return f"{ruled.operation} of {ruled.kind} {ruled.id}"


def _need(need: Need) -> str:
    whom = ", ".join(need.approvers) or "anybody else"
    able = ", ".join(need.persons[:_NAMED]) + (" …" if len(need.persons) > _NAMED else "")
    told = f"{need.quorum} of {whom} must agree"
    because = f": {need.reason}" if need.reason else ""
    return f"{told} ({able if len(need.persons) >= need.quorum else 'too few of them exist'}){because}"


def _conflicts(proposal: Proposal) -> Iterator[str]:
    yield from (_meeting(meeting) for meeting in proposal.meetings if meeting.stops)


def _both(proposal: Proposal) -> Iterator[str]:
    yield from (_meeting(meeting) for meeting in proposal.meetings if not meeting.stops)


def _meeting(meeting: Meeting) -> str:
    if meeting.collision is Collision.TAKEN:
        return (
            f"{meeting.id} was taken meanwhile. Here: {meeting.here}. On the branch: {meeting.meanwhile}."
            + (
                f" File it under tasks/{meeting.id.partition('-')[0]}/new instead."
                if meeting.kind == "task"
                else ""
            )
        )
    return f"{meeting.kind} {meeting.id}. Here: {meeting.here}. On the branch: {meeting.meanwhile}."


def _org(proposal: Proposal) -> Iterator[str]:
    for change in proposal.effect.org:
        answers = change.was != change.manager and change.was is not None and change.manager is not None
        is_told = "answers to" in change.words or "reports to" in change.words
        more = f" (answers to {change.manager} then)" if answers and not is_told else ""
        yield change.words + more


def _reassigned(proposal: Proposal) -> Iterator[str]:
    hands: dict[tuple[str | None, str | None], list[Reassigned]] = {}
    for one in proposal.effect.reassigned:
        hands.setdefault((one.was, one.now), []).append(one)
    for (was, now), those in hands.items():
        names = ", ".join(one.task for one in those[:_NAMED])
        more = f" and {len(those) - _NAMED} more" if len(those) > _NAMED else ""
        yield f"{was or 'nobody'} → {now or 'nobody'}: {counted(len(those), 'task')} ({names}{more})"


def _wakes(proposal: Proposal) -> Iterator[str]:
    effect = proposal.effect
    yield from (
        f"{_start(start)} starts at the next tick, at most {money(start.at_most)}" for start in effect.starts
    )
    yield from (f"{_start(start)} does not start at the next tick" for start in effect.spared)


def _start(start: Start) -> str:
    return f"{start.agent} on {start.task or 'no task'} ({start.reason})"


def _clocks(proposal: Proposal) -> Iterator[str]:
    yield from map(_clock, proposal.effect.rescheduled)


def _clock(found: Rescheduled) -> str:
    return f"{found.kind} {found.id}: {_rhythm(found.after)}; before: {_rhythm(found.before)}"


def _rhythm(rhythm: Rhythm | None) -> str:
    if rhythm is None:
        return "never by the clock"
    if rhythm.first is None:
        return f"not at all, {rhythm.why or 'its time never comes'}"
    first = format_instant(rhythm.first.replace(microsecond=0))[:16].replace("T", " ")
    return f"{counted(rhythm.week, 'time')} in 7 days (first {first}Z, {rhythm.cron})"


def _costs(proposal: Proposal) -> Iterator[str]:
    yield from map(cost_line, proposal.effect.costs)


def _budgets(proposal: Proposal) -> Iterator[str]:
    yield from map(budget_line, proposal.effect.budgets)


def _hindrances(proposal: Proposal) -> Iterator[str]:
    for found in proposal.effect.hindrances:
        inbox = f" (in the inbox of {found.member})" if found.member else ""
        yield f"{found.halt}: {found.about}: {found.reason}{inbox}"


def _changes(proposal: Proposal) -> Iterator[str]:
    yield from (found.sentence for found in proposal.found)


def _others(proposal: Proposal) -> Iterator[str]:
    yield from proposal.others


_SECTIONS: Final[Sequence[tuple[str, Callable[[Proposal], Iterable[str]]]]] = (
    ("Problems that it brings", _brought),
    ("Denied", _denied),
    ("Approvals needed", _needed),
    ("Conflicts with the branch", _conflicts),
    ("Org chart", _org),
    ("Work that changes hands", _reassigned),
    ("Who wakes at once", _wakes),
    ("Who wakes by the clock", _clocks),
    ("What the clock can cost in 30 days", _costs),
    ("Budgets", _budgets),
    ("What it would hold up", _hindrances),
    ("Problems that it fixes", _mended),
    ("Changed on both sides, and merges", _both),
    ("What changes", _changes),
    ("Other files", _others),
)
_DETAILS: Final = frozenset(
    {"Problems that it fixes", "Changed on both sides, and merges", "What changes", "Other files"}
)
