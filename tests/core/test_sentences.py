from typing import Any

import pytest

from gitcp.core.sentences import access_sentence, gate_sentence
from gitcp.model.guards import Access, Gate


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"verdict": "deny"}, "agent.hire: is denied"),
        ({"verdict": "allow"}, "agent.hire: is allowed"),
        ({"verdict": "approval"}, "agent.hire: needs the approval of another person"),
        ({"verdict": "approval", "quorum": 2}, "agent.hire: needs the approval of 2 other persons"),
        (
            {"verdict": "approval", "approvers": ["owner", "lead"], "expires_days": 14},
            "agent.hire: needs the approval of owner or lead, within 14 days",
        ),
        (
            {"verdict": "approval", "approvers": ["owner", "lead"], "quorum": 2},
            "agent.hire: needs the approval of 2 of owner, lead",
        ),
        (
            {
                "operations": ["budget.create", "budget.edit"],
                "verdict": "deny",
                "who": ["agents", "lead", "below:bo"],
                "labels": ["x"],
                "projects": ["CI"],
                "priorities": ["high"],
                "above_usd": "100",
                "paths": ["budgets/**"],
                "unless": ["owner"],
            },
            "budget.create, budget.edit by agents, lead or below:bo with the label x in CI of priority high above 100 USD"
            " of budgets/**, unless by owner: is denied",
        ),
    ],
)
def test_a_gate_reads_as_a_sentence(fields: dict[str, Any], expected: str) -> None:
    assert gate_sentence(Gate.model_validate({"operations": ["agent.hire"]} | fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"operations": ["*"]}, "owner may do everything"),
        ({"who": ["*"], "operations": ["comment.create"]}, "every person may comment.create"),
        (
            {"who": ["lead", "bo"], "operations": ["task.*"], "projects": ["CI", "RD"], "paths": ["tasks"]},
            "lead, bo may task.* in CI or RD of tasks",
        ),
    ],
)
def test_an_access_rule_reads_as_a_sentence(fields: dict[str, Any], expected: str) -> None:
    assert access_sentence(Access.model_validate({"who": ["owner"]} | fields)) == expected
