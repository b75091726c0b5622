from dataclasses import replace
from typing import Any

from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.policies import MOST_PERSONS, Grant, Policies, policies
from gitcp.model.base import Record
from gitcp.model.guards import Access, Gate, Policy, Verdict
from gitcp.model.memory import Records
from gitcp.model.problem import Problem
from tests.dashboard.company import a_bare_site, a_person, a_site, records


def shown(*found: Record) -> Policies:
    register = Register(a_bare_site(*found) if found else a_site())
    return policies(register, Prose(register.find, ""))


def of(view: Policies, operation: str) -> Grant:
    kind, _, verb = operation.partition(".")
    return next(g for g in view.grants if any(k == kind and verb in v.split(", ") for k, v in g.what))


def a_policy(*gates: Gate, access: tuple[Access, ...] = ()) -> Policy:
    return Policy(id="rules", title="Rules", gates=gates, access=access)


def a_gate(operation: str, verdict: str = "approval", **fields: Any) -> Gate:
    return Gate(operations=(operation,), verdict=Verdict(verdict), **fields)


def test_each_rule_is_a_sentence_with_its_place_and_reason() -> None:
    (policy,) = shown().policies

    assert (policy.title, policy.path, policy.anchor) == ("Hiring", "policies/hiring.yaml", "policy-hiring")
    assert [(rule.place, rule.verdict.label, rule.sentence, rule.reason) for rule in policy.rules] == [
        ("gates[0]", "Approval", "agent.*: needs the approval of 2 of ada, ben", "every agent costs")
    ]


def test_a_policy_leads_to_what_it_asks_for_and_to_its_problems() -> None:
    (policy,) = shown().policies

    assert [(ref.text, ref.href) for ref in policy.approvals] == [("AP-3", "approvals/AP-3.html")]
    assert policy.problems is None

    wrong = Problem("policies/hiring.yaml", record=("policy", "hiring"))
    register = Register(replace(a_site(), snapshot=Records.of(records(), problems=[wrong])))

    assert policies(register, Prose(register.find, "")).policies[0].problems == "1 problem"


def test_what_holds_alike_is_told_together_and_what_everybody_may_comes_last() -> None:
    view = shown(
        a_person("ada"), a_person("ben"), a_policy(a_gate("agent.hire"), a_gate("agent.pause", "deny"))
    )

    assert [(grant.may, grant.asks, grant.refused) for grant in view.grants] == [
        ("", "every person", ""),
        ("", "", "every person"),
        ("every person", "", ""),
    ]
    assert view.grants[0].what == (("agent", "hire"),)


def test_who_may_differs_by_role_and_a_condition_says_so() -> None:
    view = shown(
        a_person("ada", roles=("owner",)),
        a_person("ben"),
        a_policy(
            a_gate("budget.edit", unless=("owner",)),
            a_gate("task.*", labels=("public",)),
            access=(
                Access(who=("owner",), operations=("*",)),
                Access(who=("*",), operations=("task.*", "budget.*")),
                Access(who=("ben",), operations=("goal.edit",), projects=("CI",)),
            ),
        ),
    )

    assert (of(view, "budget.edit").may, of(view, "budget.edit").asks) == ("Ada", "Ben")
    assert of(view, "task.cancel").sometimes == "every person"
    assert (of(view, "goal.edit").may, of(view, "goal.edit").sometimes) == ("Ada", "Ben")
    assert (of(view, "agent.hire").may, of(view, "agent.hire").refused) == ("Ada", "Ben")


def test_many_people_are_cut_and_many_names_too() -> None:
    people = [a_person(f"p{n:02}") for n in range(MOST_PERSONS + 2)]
    view = shown(*people, a_policy(a_gate("agent.hire", "deny", unless=("p00",))))

    assert view.cut == f"The first {MOST_PERSONS} of {MOST_PERSONS + 2} people by name."
    assert of(view, "agent.hire").may == "P00"
    assert of(view, "agent.hire").refused.endswith("33 more")


def test_without_a_policy_everybody_may_everything_and_without_people_nobody_is_told() -> None:
    view = shown(a_person("ada"))

    assert view.summary == "No policy"
    assert [(len(grant.what) > 5, grant.may) for grant in view.grants] == [(True, "Ada")]
    assert shown(a_policy()).grants == ()
    assert shown(a_policy()).policies[0].rules == ()


def test_what_agents_may_do_of_themselves_is_told_by_what_they_are_to_a_task() -> None:
    found = {own.who: own.what for own in shown().agents}

    assert found["Every agent may"] == "create comment, create task"
    assert "review task" in found["Who reviews a task may"]
