"""The requests for money that a plan wants, with the files that they would change as they are to become."""

from collections.abc import Callable
from datetime import datetime

from gitcp.core.actions import AskForBudget, Plan
from gitcp.core.budgets.asking import gates
from gitcp.core.numbering import next_approval
from gitcp.core.operations.request_top_up import RequestTopUp, topped_up
from gitcp.errors import GitcpError
from gitcp.model.change import blob_of
from gitcp.model.guards import Budget, ProposedFile
from gitcp.model.ids import approval_id
from gitcp.model.snapshot import Snapshot
from gitcp.store import codec
from gitcp.store.layout import path_of

TextAt = Callable[[str, str], str | None]
"""Return a file's text at a revision, or none."""


def requests(snapshot: Snapshot, planned: Plan, now: datetime, text_at: TextAt) -> dict[str, RequestTopUp]:
    """Return what to ask, by budget; each takes the next number, so that its file can name it.

    A budget whose file does not say what was last admitted is not asked for: what would be approved rests on what was refused.
    """
    found: dict[str, RequestTopUp] = {}
    number = next_approval(snapshot)
    for action in planned.actions:
        if isinstance(action, AskForBudget):
            file = _file(snapshot, action, now, text_at, approval_id(number))
            budget = snapshot.get(Budget, action.budget)
            if file is not None and budget is not None:
                found[action.budget] = _request(action, approval_id(number), file)
                number += max(len(gates(snapshot, budget, action.limits)), 1)
    return found


def _request(action: AskForBudget, approval: str, file: ProposedFile) -> RequestTopUp:
    return RequestTopUp(
        budget=action.budget,
        limits=action.limits,
        agent=action.agent,
        task=action.task,
        approval=approval,
        file=file,
    )


def _file(
    snapshot: Snapshot, action: AskForBudget, now: datetime, text_at: TextAt, approval: str
) -> ProposedFile | None:
    before = snapshot.get(Budget, action.budget)
    path = path_of(Budget, action.budget)
    text = text_at(snapshot.revision, path)
    if before is None or text is None:
        return None
    try:
        after = codec.rewrite(text, before, topped_up(before, action.limits, now, approval))
    except GitcpError:
        return None
    return ProposedFile(path=path, base=blob_of(text), text=after)
