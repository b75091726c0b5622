from typing import Any, Final

import pytest

from gitcp.core.checks import Finding, findings
from gitcp.core.checks.policies import ASKED, ASKED_AS, NAMES
from gitcp.core.operations.registry import OPERATIONS
from gitcp.model.base import Record
from gitcp.model.guards import Policy
from gitcp.model.memory import Records
from gitcp.model.problem import Severity
from tests.helpers import a_company, a_person, a_project, an_agent

COMPANY: Final = (
    a_company(),
    a_person("clara", reports_to="oscar", roles=("lead",)),
    a_person("oscar", roles=("owner",)),
    a_person("petra", roles=("owner",)),
    an_agent(),
    a_project(),
)


def _found(*policies: Policy, records: tuple[Record, ...] = COMPANY) -> list[Finding]:
    return [each for each in findings(Records.of([*records, *policies])) if each.kind == "policy"]


def _policy(**fields: Any) -> Policy:
    return Policy.model_validate({"id": "rules", "title": "Rules"} | fields)


def _of_gate(**fields: Any) -> list[Finding]:
    return _found(_policy(gates=[{"operations": ["agent.hire"], "verdict": "deny"} | fields]))


def _of_access(**fields: Any) -> list[Finding]:
    everything = {"who": ["owner"], "operations": ["*"]}
    return _found(_policy(access=[everything, everything | fields]))


def test_rules_that_mean_what_they_say_are_fine() -> None:
    gate = {
        "operations": ["agent.*", "budget.edit"],
        "who": ["agents", "persons", "strangers", "lead", "clara", "riley", "below:oscar", "*"],
        "unless": ["owner"],
        "projects": ["CI"],
        "priorities": ["high", "low"],
        "paths": ["org", "**/riley.yaml", "b*/agent", "/gitcp.yaml"],
        "above_usd": "5",
        "verdict": "approval",
        "approvers": ["owner", "clara"],
        "quorum": 2,
    }
    access = [
        {"who": ["owner", "strangers"], "operations": ["*"]},
        {"who": ["below:oscar"], "operations": ["task.*", "goal.remove"]},
    ]

    assert _found(_policy(gates=[gate], access=access)) == []
    assert _found() == []


def test_every_operation_has_a_name_that_rules_may_use() -> None:
    assert set(OPERATIONS) <= NAMES
    assert {"delivery", "policy.remove", "person.create", "budget.remove", "company.edit"} <= NAMES
    assert NAMES.isdisjoint({"agent.create", "document.edit", "run.create", "new-task.edit", "counter.edit"})
    assert set(ASKED_AS.values()) <= ASKED


@pytest.mark.parametrize(
    ("fields", "where", "message", "hint", "severity"),
    [
        ({"operations": ["agent.hire", "agent.hier"]}, "operations[1]", "expected an operation, found agent.hier: the rule never matches", "did you mean agent.hire?", "error"),
        ({"operations": ["budget.raise"]}, "operations[0]", "expected an operation that rules are asked about, found budget.raise: the rule never matches", "name budget.edit, which it comes to", "error"),
        ({"operations": ["record.archive"]}, "operations[0]", "expected an operation that rules are asked about, found record.archive: the rule never matches", "the scheduler does it by itself; task.start, task.finish and delivery are asked about", "error"),
        ({"operations": ["agents.*"]}, "operations[0]", "expected a pattern of operations, found agents.*: the rule never matches", None, "error"),
        ({"who": ["ownr"]}, "who[0]", "names nobody: ownr is no member and no role of a person", "did you mean owner?", "warning"),
        ({"who": ["below:nobody"]}, "who[0]", "names nobody: below:nobody is no member and no role of a person", None, "warning"),
        ({"unless": ["chief"]}, "unless[0]", "names nobody: chief is no member and no role of a person", None, "warning"),
        ({"projects": ["CL"]}, "projects[0]", "expected a project that exists, found CL", "there are CI", "error"),
        ({"priorities": ["hihg"]}, "priorities[0]", "expected a priority, found hihg", "did you mean high?", "error"),
        ({"paths": ["budget/**"]}, "paths[0]", "expected a path of this repository, found budget/**: no record is there", "from the root of the repository, such as budgets", "warning"),
        ({"operations": ["task.edit"], "above_usd": "1"}, "above_usd", "none of its operations costs anything: the gate never matches", None, "error"),
        ({"verdict": "allow"}, "verdict", "changes nothing: of several gates the strictest counts, and what no gate holds is allowed", None, "warning"),
        ({"approvers": ["owner"]}, "approvers", "says nothing with the verdict deny", None, "warning"),
        ({"quorum": 1}, "quorum", "says nothing with the verdict deny", None, "warning"),
        ({"verdict": "approval", "approvers": ["owner", "riley"]}, "approvers[1]", "expected a person or a role, found the agent riley", "agents never approve", "error"),
        ({"verdict": "approval", "approvers": ["owner", "chief"]}, "approvers[1]", "names nobody: chief is no member and no role of a person", None, "warning"),
        ({"verdict": "approval", "approvers": ["owner"], "quorum": 3}, "quorum", "expected at most as many as could approve (oscar, petra), found 3: it is never approved", None, "error"),
        ({"verdict": "approval", "approvers": ["owner"], "quorum": 2}, "approvers", "oscar, petra can never get it: who asks does not decide, and nobody else could", "name another approver, or `unless: [oscar]` where that is meant to be free", "warning"),
    ],
)  # fmt: skip
def test_a_gate_that_does_not_mean_what_it_says_is_told(
    fields: dict[str, Any], where: str, message: str, hint: str | None, severity: str
) -> None:
    (found,) = _of_gate(**fields)

    assert (found.id, found.where, found.message) == ("rules", f"gates[0].{where}", message)
    assert found.severity is Severity(severity)
    assert hint is None or found.hint == hint


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"operations": ["tusk.edit"]}, "operations[0]", "expected an operation, found tusk.edit: the rule never matches"),
        ({"who": ["riley"]}, "who[0]", "expected persons, found riley: access is for persons, agents have a table of their own"),
        ({"who": ["agents"]}, "who[0]", "expected persons, found agents: access is for persons, agents have a table of their own"),
        ({"who": ["led"]}, "who[0]", "names nobody: led is no member and no role of a person"),
    ],
)  # fmt: skip
def test_an_access_rule_that_does_not_mean_what_it_says_is_told(
    fields: dict[str, Any], where: str, message: str
) -> None:
    (found,) = _of_access(**fields)

    assert (found.where, found.message) == (f"access[1].{where}", message)


def test_a_gate_on_deliveries_is_told_that_it_cannot_choose_by_files() -> None:
    (found,) = _of_gate(operations=["delivery"], paths=["src/**"])

    assert found.message == "a delivery is not judged by its files: the gate never matches"


def test_in_a_company_of_one_the_own_approval_is_a_dead_end_unless_it_is_not_needed() -> None:
    def told(**fields: Any) -> list[str]:
        gate = {"operations": ["agent.hire"], "verdict": "approval", "approvers": ["owner"]} | fields
        policy = _policy(gates=[gate])
        return [each.message for each in _found(policy, records=(a_company(), COMPANY[2], COMPANY[4]))]

    assert told() == ["oscar can never get it: who asks does not decide, and nobody else could"]
    assert told(unless=["owner"]) == []
    assert told(who=["agents"]) == []
    assert told(approvers=[]) == told()


def test_what_nobody_may_do_ever_again_is_told() -> None:
    narrow = _policy(access=[{"who": ["owner"], "operations": ["policy.*"], "paths": ["policies"]}])
    shut = _policy(gates=[{"operations": ["approval.decide"], "verdict": "deny"}])
    spared = _policy(gates=[{"operations": ["approval.decide"], "verdict": "deny", "unless": ["owner"]}])

    assert [(each.where, each.message.partition(":")[0]) for each in _found(narrow)] == [
        ("access", "nobody may company.edit"),
        ("access", "nobody may approval.decide"),
    ]
    assert [(each.where, each.message.partition(":")[0]) for each in _found(shut)] == [
        ("gates[0]", "nobody may approval.decide")
    ]
    assert _found(spared) == []
    assert _found(shut, records=(a_company(),)) == []  # there is nobody at all
