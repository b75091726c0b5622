"""A proposal as plain data."""

from dataclasses import fields, is_dataclass
from typing import Any

from gitcp.control.proposals import Proposal
from gitcp.core.views import plain
from gitcp.store.states import State


def view(proposal: Proposal) -> dict[str, Any]:
    """Return everything that there is to tell; nothing is left out of it, however much it is."""
    return {
        "base": _state(proposal.base),
        "head": _state(proposal.head),
        "merge_base": proposal.ancestor.commit.oid,
        "authors": list(proposal.authors),
        "verdict": "refused" if proposal.is_refused else "approval" if proposal.needs_approval else "allow",
        "brought": _plain(proposal.brought),
        "mended": _plain(proposal.mended),
        "denied": _plain(proposal.judged.denied),
        "refused": _plain(proposal.judged.refusals),
        "approvals": _plain(proposal.judged.needed),
        "conflicts": [{**_plain(meeting), "stops": meeting.stops} for meeting in proposal.meetings],
        "differences": _plain(proposal.found),
        "others": list(proposal.others),
        "effect": _plain(proposal.effect),
    }


def _state(state: State) -> dict[str, Any]:
    return {"name": state.name, "revision": state.revision or None}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return plain(value)
