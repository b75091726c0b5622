from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from gitcp.core.costs import UNLIMITED
from gitcp.core.identity import Who, as_who
from gitcp.core.policies import Asked
from gitcp.core.views.verdicts import verdict_view
from gitcp.model.guards import Policy
from gitcp.model.memory import Records
from gitcp.model.operation import ActorKind
from tests.helpers import a_company, a_person, an_agent

OSCAR: Final = a_person("oscar", roles=("owner",))
CHART: Final = (a_company(), a_person(), OSCAR, a_person("petra", roles=("owner",)), an_agent())
ASKED: Final = Asked("budget.edit", as_who(OSCAR), usd=Decimal(150))
GATE: Final[dict[str, Any]] = {
    "operations": ["budget.*"],
    "above_usd": "100",
    "verdict": "approval",
    "approvers": ["owner"],
    "expires_days": 14,
    "reason": "It is much.",
}


def _view(asked: Asked = ASKED, **rules: Any) -> dict[str, Any]:
    policy = Policy.model_validate({"id": "rules", "title": "Rules"} | rules)
    return verdict_view(Records.of([*CHART, policy]), asked)


def test_an_approval_names_who_could_give_it_and_never_who_asks() -> None:
    view = _view(gates=[GATE])

    assert (view["verdict"], view["reason"]) == ("approval", "every gate that matches needs its approval")
    assert view["approvals"] == [
        {
            "policy": "rules",
            "rule": "gates[0]",
            "approvers": ["owner"],
            "quorum": 1,
            "by": ["petra"],
            "expires_days": 14,
            "reason": "It is much.",
        }
    ]
    assert view["who"] == {"id": "oscar", "kind": "persons", "roles": ["owner"]}
    assert _view(gates=[{**GATE, "approvers": []}])["approvals"][0]["by"] == ["clara", "petra"]


def test_every_rule_is_told_with_what_it_says() -> None:
    access = {"who": ["owner"], "operations": ["*"]}
    view = _view(gates=[{"operations": ["task.*"], "verdict": "deny"}], access=[access])

    assert view["rules"] == [
        {
            "policy": "rules",
            "rule": "access[0]",
            "matches": True,
            "because": "grants it",
            "says": "owner may do everything",
        },
        {
            "policy": "rules",
            "rule": "gates[0]",
            "matches": False,
            "because": "it is about task.*",
            "says": "task.*: is denied",
        },
    ]
    assert (view["is_closed"], view["reason"]) == (True, "an access rule grants it and no gate holds it")
    assert _view()["reason"] == "no gate holds it"


def test_what_is_denied_needs_no_approval() -> None:
    view = _view(gates=[GATE, {"operations": ["*"], "verdict": "deny"}])

    assert (view["verdict"], view["approvals"]) == ("deny", [])
    assert view["reason"] == "gates[1] of policy rules denies it"


def test_the_table_of_agents_comes_first() -> None:
    riley = Who(ActorKind.AGENT, "riley")
    denied = _view(replace(ASKED, who=riley))
    unsure = _view(replace(ASKED, who=riley, operation="task.start"))

    assert (denied["verdict"], denied["reason"]) == ("deny", "no agent may budget.edit")
    assert (unsure["verdict"], unsure["doubts"]) == ("allow", ["an agent may if it is its assignee"])


def test_what_was_not_said_and_may_matter_is_told() -> None:
    unsaid = replace(ASKED, usd=None)

    assert _view(unsaid, gates=[GATE])["doubts"] == ["some gates are about its cost, and none was given"]
    assert _view(unsaid, gates=[{**GATE, "above_usd": None, "paths": ["budgets"]}])["doubts"] == [
        "some rules are about paths, and none was given"
    ]
    assert _view(gates=[GATE])["doubts"] == []
    assert _view(unsaid, gates=[{**GATE, "operations": ["task.start"]}])["doubts"] == []


def test_what_nobody_knows_the_cost_of_is_unlimited() -> None:
    about = _view(replace(ASKED, usd=UNLIMITED))["about"]

    assert (about["usd"], about["is_unlimited"]) == (None, True)
