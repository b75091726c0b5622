"""What rules say of an operation, rule by rule, as plain values."""

from gitcp.core.costs import UNLIMITED
from gitcp.core.hypotheses import ByTable, by_table, may_cost
from gitcp.core.identity import Who
from gitcp.core.policies import KINDS, Asked, Reading, Ruling, needs_grant, readings, ruling
from gitcp.core.sentences import access_sentence, gate_sentence
from gitcp.core.views.plain import View, plain
from gitcp.model.guards import Gate, Verdict
from gitcp.model.snapshot import Snapshot, persons
from gitcp.model.tasks import Task


def verdict_view(known: Snapshot, asked: Asked, task: Task | None = None) -> View:
    """Explain a verdict: what the table of who acts says, every rule, and whose approvals it needs.

    `doubts`: what was not said, and what may change the verdict.
    """
    said = ruling(known, asked)
    table = by_table(known, asked.who, asked.operation, task)
    is_denied = table is not None and table.may is False
    verdict = Verdict.DENY if is_denied else said.verdict
    rules = readings(known, asked)
    return {
        "operation": asked.operation,
        "who": {"id": asked.who.id, "kind": KINDS[asked.who.kind], "roles": list(asked.who.roles)},
        "about": _about(asked),
        "verdict": verdict.value,
        "reason": table.because
        if table is not None and is_denied
        else said.reason or _unheld(known, asked, said),
        "table": None if table is None else {"may": table.may, "because": table.because},
        "is_closed": needs_grant(known, asked.who),
        "rules": [_rule(each) for each in rules],
        "approvals": [] if verdict is Verdict.DENY else _approvals(known, asked.who, rules),
        "doubts": _doubts(asked, table, rules),
    }


def _about(asked: Asked) -> View:
    is_unlimited = asked.usd == UNLIMITED
    return {
        "paths": list(asked.paths),
        "project": asked.project,
        "priority": asked.priority,
        "labels": list(asked.labels),
        "usd": None if is_unlimited else plain(asked.usd),
        "is_unlimited": is_unlimited,
    }


def _unheld(known: Snapshot, asked: Asked, said: Ruling) -> str:
    if said.verdict is Verdict.APPROVAL:
        return "every gate that matches needs its approval"
    granted = "an access rule grants it and " if needs_grant(known, asked.who) else ""
    return f"{granted}no gate holds it"


def _rule(reading: Reading) -> View:
    says = gate_sentence(reading.gate) if reading.gate else ""
    return {
        "policy": reading.policy,
        "rule": reading.rule,
        "matches": reading.matches,
        "because": reading.because,
        "says": access_sentence(reading.access) if reading.access else says,
    }


def _approvals(known: Snapshot, who: Who, rules: tuple[Reading, ...]) -> list[View]:
    return [
        {
            "policy": reading.policy,
            "rule": reading.rule,
            "approvers": list(reading.gate.approvers),
            "quorum": reading.gate.quorum,
            "by": _able(known, reading.gate, who),
            "expires_days": reading.gate.expires_days,
            "reason": reading.gate.reason,
        }
        for reading in rules
        if reading.matches and reading.gate is not None and reading.gate.verdict is Verdict.APPROVAL
    ]


def _able(known: Snapshot, gate: Gate, who: Who) -> list[str]:
    return [
        person.id
        for person in persons(known)
        if person.id != who.id
        and (not gate.approvers or not {person.id, *person.roles}.isdisjoint(gate.approvers))
    ]


def _doubts(asked: Asked, table: ByTable | None, rules: tuple[Reading, ...]) -> list[str]:
    found = [table.because] if table is not None and table.may is None else []
    unlike = {each.unlike for each in rules}
    if not asked.paths and "paths" in unlike:
        found.append("some rules are about paths, and none was given")
    if asked.usd is None and "above_usd" in unlike and may_cost(asked.operation):
        found.append("some gates are about its cost, and none was given")
    return found
