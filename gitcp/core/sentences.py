"""Rules as people read them."""

from collections.abc import Sequence

from gitcp.core.policies import EVERYBODY
from gitcp.model.guards import Access, Gate, Verdict


def gate_sentence(gate: Gate) -> str:
    """Write a gate as a sentence: what it is about, and what becomes of that."""
    about = "".join(
        (
            f" by {_or(gate.who)}" if gate.who else "",
            f" with the label {_or(gate.labels)}" if gate.labels else "",
            f" in {_or(gate.projects)}" if gate.projects else "",
            f" of priority {_or(gate.priorities)}" if gate.priorities else "",
            f" above {gate.above_usd:f} USD" if gate.above_usd is not None else "",
            f" of {_or(gate.paths)}" if gate.paths else "",
            f", unless by {_or(gate.unless)}" if gate.unless else "",
        )
    )
    return f"{', '.join(gate.operations)}{about}: {verdict_phrase(gate)}"


def verdict_phrase(gate: Gate) -> str:
    """Say what a gate does with what it matches."""
    if gate.verdict is not Verdict.APPROVAL:
        return "is denied" if gate.verdict is Verdict.DENY else "is allowed"
    within = f", within {gate.expires_days} days" if gate.expires_days else ""
    return f"needs the approval of {_approvers(gate)}{within}"


def access_sentence(access: Access) -> str:
    """Write an access rule as a sentence."""
    who = "every person" if EVERYBODY in access.who else ", ".join(access.who)
    what = "do everything" if "*" in access.operations else ", ".join(access.operations)
    project = f" in {_or(access.projects)}" if access.projects else ""
    path = f" of {_or(access.paths)}" if access.paths else ""
    return f"{who} may {what}{project}{path}"


def _approvers(gate: Gate) -> str:
    if not gate.approvers:
        return "another person" if gate.quorum == 1 else f"{gate.quorum} other persons"
    return _or(gate.approvers) if gate.quorum == 1 else f"{gate.quorum} of {', '.join(gate.approvers)}"


def _or(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
