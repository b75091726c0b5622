"""Which approvals are about a task, as a fact."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gitcp.dashboard.facts import fact
from gitcp.model.guards import Approval
from gitcp.model.snapshot import ever

if TYPE_CHECKING:
    from gitcp.dashboard.register import Register


@fact("approvals-by-task")
def _by_task(register: "Register", _: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for approval in sorted(ever(register.site.snapshot, Approval), key=lambda it: (it.requested_at, it.id)):
        if approval.task:
            found.setdefault(approval.task, []).append(approval.id)
    return found


@fact("approvals-on")
def approvals_on(register: "Register", task: str) -> Sequence[str]:
    """Return the approvals that are about a task, the oldest request first."""
    return tuple(_by_task(register, "").get(task, ()))
