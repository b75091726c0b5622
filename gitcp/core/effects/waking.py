"""Which runs a tick would start on each side of a change."""

from collections.abc import Iterable
from dataclasses import dataclass

from gitcp.core.actions import Claim
from gitcp.model.amounts import Amounts


@dataclass(frozen=True, slots=True)
class Start:
    """A run that the next tick would start: whose, on what, why, and what it may take at most."""

    agent: str
    task: str | None
    reason: str
    at_most: Amounts


def starts(before: Iterable[Claim], after: Iterable[Claim]) -> tuple[tuple[Start, ...], tuple[Start, ...]]:
    """Return the runs that would start only after the change, and those that would start only without it."""
    old, new = _by_work(before), _by_work(after)
    return (
        tuple(start for work, start in new.items() if work not in old),
        tuple(start for work, start in old.items() if work not in new),
    )


def _by_work(claims: Iterable[Claim]) -> dict[tuple[str, str | None], Start]:
    return {
        (claim.run.agent, claim.run.task): Start(
            claim.run.agent, claim.run.task, claim.reason, claim.run.reserved
        )
        for claim in claims
    }
