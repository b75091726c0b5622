"""What can be wrong between records that are each well-formed."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from gitcp.core.checks.approvals import approvals
from gitcp.core.checks.archive import archive
from gitcp.core.checks.branches import branches
from gitcp.core.checks.cadence import cadence
from gitcp.core.checks.cycles import cycles
from gitcp.core.checks.finding import Finding, Reader
from gitcp.core.checks.identities import identities
from gitcp.core.checks.instructions import instructions
from gitcp.core.checks.keys import keys
from gitcp.core.checks.policies import policies
from gitcp.core.checks.references import references
from gitcp.core.checks.routines import routines
from gitcp.core.checks.schedules import schedules
from gitcp.model.snapshot import Snapshot

_CHECKS: Final[tuple[Callable[[Snapshot], Iterable[Finding]], ...]] = (
    references,
    cycles,
    schedules,
    routines,
    identities,
    keys,
    approvals,
    policies,
    archive,
    cadence,
    branches,
)


def findings(snapshot: Snapshot, read: Reader | None = None) -> Iterator[Finding]:
    """Yield everything that is wrong between the records; `read` opens files of execution repositories, none: not checked."""
    for check in _CHECKS:
        yield from check(snapshot)
    if read is not None:
        yield from instructions(snapshot, read)


__all__ = ["Finding", "Reader", "findings"]
