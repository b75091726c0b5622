from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcp.core.costs import UNLIMITED
from gitcp.core.identity import Who, as_who
from gitcp.core.policies import Asked, is_named, needs_grant, readings, ruling, unreadable_policy
from gitcp.model.base import Record
from gitcp.model.guards import Access, Gate, Policy, Verdict
from gitcp.model.memory import Records
from gitcp.model.operation import ActorKind
from gitcp.model.problem import Problem, Severity
from tests.helpers import a_company, a_person, an_agent

OSCAR: Final = a_person("oscar", roles=("owner",))
CLARA: Final = a_person("clara", reports_to="oscar", roles=("lead",))
CHART: Final = (a_company(), OSCAR, CLARA, an_agent("riley"))
OWNER, LEAD, RILEY = as_who(OSCAR), as_who(CLARA), Who(ActorKind.AGENT, "riley")
STRANGER: Final = Who(None, "Eve <eve@example.org>")
SCHEDULER: Final = Who(ActorKind.SCHEDULER, "scheduler")
EVERYBODY: Final = (OWNER, LEAD, RILEY, STRANGER, SCHEDULER)


def a_gate(*operations: str, verdict: str = "deny", **fields: Any) -> Gate:
    return Gate(**({"operations": operations or ("task.edit",), "verdict": Verdict(verdict)} | fields))


def a_grant(*who: str, **fields: Any) -> Access:
    return Access(**({"who": who or ("owner",), "operations": ("*",)} | fields))


def a_policy(*rules: Gate | Access, policy: str = "rules") -> Policy:
    gates = tuple(rule for rule in rules if isinstance(rule, Gate))
    access = tuple(rule for rule in rules if isinstance(rule, Access))
    return Policy(id=policy, title="Rules", gates=gates, access=access)


def known(*records: Record) -> Records:
    return Records.of([*CHART, *records])


def verdict(asked: Asked, *policies: Policy) -> Verdict:
    return ruling(known(*policies), asked).verdict


EDIT: Final = Asked("task.edit", LEAD, paths=("tasks/CI/CI-0001.yaml",), project="CI", priority="high")


def test_without_policies_all_is_allowed() -> None:
    assert [verdict(replace(EDIT, who=who)) for who in EVERYBODY] == [Verdict.ALLOW] * 5


@pytest.mark.parametrize(
    ("fields", "asked", "matches"),
    [
        ({}, EDIT, True),
        ({"operations": ("task.*",)}, EDIT, True),
        ({"operations": ("budget.*", "task.edit")}, EDIT, True),
        ({"operations": ("task.start",)}, EDIT, False),
        ({"projects": ("CI", "RD")}, EDIT, True),
        ({"projects": ("RD",)}, EDIT, False),
        ({"projects": ("RD",)}, replace(EDIT, project=None), False),
        ({"priorities": ("high",)}, EDIT, True),
        ({"priorities": ("low",)}, EDIT, False),
        ({"labels": ("a", "b")}, replace(EDIT, labels=("b", "c")), True),
        ({"labels": ("a", "b")}, replace(EDIT, labels=("c",)), False),
        ({"paths": ("tasks",)}, EDIT, True),
        ({"paths": ("tasks/*",)}, EDIT, False),
        ({"paths": ("org", "tasks/**")}, EDIT, True),
        ({"paths": ("tasks",)}, replace(EDIT, paths=()), False),
        ({"above_usd": Decimal(5)}, replace(EDIT, usd=Decimal("5.01")), True),
        ({"above_usd": Decimal(5)}, replace(EDIT, usd=Decimal(5)), False),
        ({"above_usd": Decimal(5)}, replace(EDIT, usd=UNLIMITED), True),
        ({"above_usd": Decimal(0)}, EDIT, False),
        ({"who": ("lead",)}, EDIT, True),
        ({"who": ("owner",)}, EDIT, False),
        ({"unless": ("owner",)}, EDIT, True),
        ({"unless": ("lead",)}, EDIT, False),
        ({"unless": ("*",)}, replace(EDIT, who=STRANGER), True),
        ({"who": ("persons",), "unless": ("below:oscar",)}, EDIT, False),
        # All that is given has to fit.
        ({"projects": ("CI",), "priorities": ("low",)}, EDIT, False),
    ],
)
def test_a_gate_matches_what_fits_all_that_it_says(fields: Any, asked: Asked, matches: bool) -> None:
    expected = Verdict.DENY if matches else Verdict.ALLOW

    assert verdict(asked, a_policy(a_gate(**fields))) is expected


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["clara"], [LEAD]),
        (["owner"], [OWNER]),
        (["riley"], [RILEY]),
        (["persons"], [OWNER, LEAD]),
        (["agents"], [RILEY]),
        (["strangers"], [STRANGER]),
        (["scheduler"], [SCHEDULER]),
        (["below:oscar"], [LEAD, RILEY]),
        (["below:clara"], [RILEY]),
        (["below:nobody"], []),
        (["Eve <eve@example.org>"], []),
        (["*"], [OWNER, LEAD, RILEY]),
        (["owner", "agents"], [OWNER, RILEY]),
    ],
)
def test_rules_name_members_roles_kinds_and_who_is_below_somebody(names: list[str], named: list[Who]) -> None:
    assert [who for who in EVERYBODY if is_named(known(), names, who)] == named


def test_a_gate_for_all_is_for_strangers_too_and_a_grant_for_all_is_not() -> None:
    stranger = replace(EDIT, who=STRANGER)

    assert verdict(stranger, a_policy(a_gate(who=("*",)))) is Verdict.DENY
    assert verdict(stranger, a_policy(a_grant("*"))) is Verdict.DENY
    assert verdict(stranger, a_policy(a_grant("strangers"))) is Verdict.ALLOW
    assert verdict(EDIT, a_policy(a_grant("*"))) is Verdict.ALLOW


def test_the_strictest_gate_wins_and_each_approval_is_needed_for_itself() -> None:
    allow, one, two = (
        a_gate(verdict="allow"),
        a_gate(verdict="approval", approvers=("owner",)),
        a_gate(verdict="approval", quorum=2),
    )
    asked = ruling(known(a_policy(allow, one), a_policy(two, policy="more")), EDIT)

    assert (asked.verdict, asked.gates) == (Verdict.APPROVAL, (two, one))
    assert verdict(EDIT, a_policy(allow)) is Verdict.ALLOW
    assert verdict(EDIT, a_policy(allow, one, a_gate())) is Verdict.DENY


def test_a_denial_names_the_rule_and_its_reason() -> None:
    said = ruling(known(a_policy(a_gate("task.start"), a_gate(reason="Not now."))), EDIT)
    plain = ruling(known(a_policy(a_gate())), EDIT)

    assert said.reason == "gates[1] of policy rules denies it: Not now."
    assert plain.reason == "gates[0] of policy rules denies it"
    assert [(r.rule, r.matches) for r in said.readings] == [("gates[1]", True)]


def test_once_there_is_an_access_rule_persons_may_only_what_one_grants() -> None:
    policy = a_policy(a_grant("owner"), a_grant("lead", operations=("task.*",), projects=("CI",)))

    assert verdict(replace(EDIT, who=OWNER), policy) is Verdict.ALLOW
    assert verdict(EDIT, policy) is Verdict.ALLOW
    assert verdict(replace(EDIT, project="RD"), policy) is Verdict.DENY
    assert verdict(replace(EDIT, operation="budget.edit"), policy) is Verdict.DENY
    assert ruling(known(policy), replace(EDIT, who=STRANGER)).reason == (
        "no access rule grants task.edit to Eve <eve@example.org>"
    )


def test_agents_have_their_table_and_the_scheduler_its_operations() -> None:
    policy = a_policy(a_grant("owner"))

    assert verdict(replace(EDIT, who=RILEY), policy) is Verdict.ALLOW
    assert verdict(replace(EDIT, who=SCHEDULER), policy) is Verdict.ALLOW
    assert [needs_grant(known(policy), who) for who in EVERYBODY] == [True, True, False, True, False]
    assert not any(needs_grant(known(), who) for who in EVERYBODY)


def test_what_a_gate_holds_is_held_although_it_is_granted() -> None:
    assert verdict(EDIT, a_policy(a_grant("*"), a_gate(verdict="approval"))) is Verdict.APPROVAL


def test_every_file_has_to_be_granted_and_several_rules_may_grant_them_together() -> None:
    org, tasks = a_grant("lead", paths=("org",)), a_grant("lead", paths=("tasks",))
    both = replace(EDIT, paths=("tasks/CI/CI-0001.yaml", "org/riley.yaml"))

    assert verdict(both, a_policy(tasks)) is Verdict.DENY
    assert verdict(both, a_policy(tasks, org)) is Verdict.ALLOW
    assert verdict(replace(EDIT, paths=()), a_policy(tasks, org)) is Verdict.DENY
    assert [r.because for r in readings(known(a_policy(tasks, org)), both)] == ["grants a part of it"] * 2


def test_a_label_that_is_taken_away_does_not_open_its_gate() -> None:
    unlabelled = replace(EDIT, before=replace(EDIT, labels=("security",)))

    assert verdict(unlabelled, a_policy(a_gate(labels=("security",)))) is Verdict.DENY
    moved = replace(EDIT, before=replace(EDIT, project="RD"))
    assert verdict(moved, a_policy(a_grant("lead", projects=("CI",)))) is Verdict.DENY
    assert verdict(moved, a_policy(a_grant("lead", projects=("CI", "RD")))) is Verdict.ALLOW


def test_every_rule_says_why_it_matches_or_why_not() -> None:
    policy = a_policy(
        a_grant("owner"),
        a_grant("lead"),
        a_gate("budget.*"),
        a_gate(who=("owner",)),
        a_gate(projects=("RD",)),
        a_gate(labels=("scan", "old")),
        a_gate(priorities=("low",)),
        a_gate(above_usd=Decimal("1.50")),
        a_gate(paths=("org",)),
        a_gate(verdict="approval"),
        a_gate(unless=("clara",)),
    )
    found = readings(known(policy), EDIT)

    assert [(r.rule, r.because) for r in found] == [
        ("access[0]", "it is for owner"),
        ("access[1]", "grants it"),
        ("gates[0]", "it is about budget.*"),
        ("gates[1]", "it is for owner"),
        ("gates[2]", "it is about the project RD"),
        ("gates[3]", "it is about the label scan, old"),
        ("gates[4]", "it is about the priority low"),
        ("gates[5]", "it is about more than 1.50 USD"),
        ("gates[6]", "it is about org"),
        ("gates[7]", "approval"),
        ("gates[8]", "it is not for clara"),
    ]
    assert [r.matches for r in found] == [False, True, *[False] * 7, True, False]
    assert (found[1].access, found[9].gate) == (policy.access[1], policy.gates[7])


def test_a_policy_that_was_never_readable_is_named_and_one_that_was_refused_is_not() -> None:
    def found(*records: Record, line: int = 3, severity: Severity = Severity.ERROR) -> str | None:
        problem = Problem("policies/rules.yaml", line, "gates", "broken", "", severity, ("policy", "rules"))
        other = Problem("org/x.yaml", 1, record=("agent", "x"))
        return unreadable_policy(Records.of([*CHART, *records], problems=[other, problem]))

    assert found() == "rules"
    assert found(a_policy()) is None  # its last admitted version stands
    assert found(line=0) is None
    assert found(severity=Severity.WARNING) is None


_SOME = st.lists(
    st.sampled_from(["owner", "lead", "riley", "agents", "persons", "*", "below:oscar"]), max_size=2
)
_OPERATIONS = st.lists(
    st.sampled_from(["*", "task.*", "task.edit", "budget.edit", "*.edit", "agent.hire"]),
    min_size=1,
    max_size=2,
)
_PATHS = st.lists(st.sampled_from(["tasks", "tasks/*", "org/*", "**", "budgets/**"]), max_size=2)
_PROJECTS = st.lists(st.sampled_from(["CI", "RD"]), max_size=2)
_GATES = st.builds(
    Gate,
    operations=_OPERATIONS,
    verdict=st.sampled_from(Verdict),
    who=_SOME,
    unless=_SOME,
    projects=_PROJECTS,
    labels=st.lists(st.sampled_from(["a", "b"]), max_size=2),
    paths=_PATHS,
    above_usd=st.none() | st.integers(0, 3).map(Decimal),
    quorum=st.integers(1, 2),
)
_ACCESS = st.builds(
    Access,
    who=_SOME.map(lambda some: some or ["strangers"]),
    operations=_OPERATIONS,
    paths=_PATHS,
    projects=_PROJECTS,
)
_POLICIES = st.lists(st.tuples(st.lists(_GATES, max_size=3), st.lists(_ACCESS, max_size=2)), max_size=3).map(
    lambda each: [
        Policy(id=f"p{at}", title="P", gates=gates, access=access) for at, (gates, access) in enumerate(each)
    ]
)
_SIDES = st.builds(
    Asked,
    operation=st.sampled_from(["task.edit", "budget.edit", "agent.hire"]),
    who=st.sampled_from(EVERYBODY),
    paths=st.lists(
        st.sampled_from(["tasks/CI/CI-0001.yaml", "org/riley.yaml", "gitcp.yaml"]), max_size=2
    ).map(tuple),
    project=st.sampled_from([None, "CI", "RD"]),
    labels=st.lists(st.sampled_from(["a", "b"]), max_size=2).map(tuple),
    usd=st.none() | st.integers(0, 4).map(Decimal),
)
_ASKED = st.builds(
    lambda asked, was: asked if was is None else replace(asked, before=replace(asked, project=was)),
    _SIDES,
    st.sampled_from([None, "CI", "RD"]),
)
_STRICTNESS: Final = [Verdict.ALLOW, Verdict.APPROVAL, Verdict.DENY]


def _strictness(policies: list[Policy], asked: Asked) -> int:
    return _STRICTNESS.index(verdict(asked, *policies))


@given(_POLICIES, _GATES, _ASKED, st.integers(0, 3))
def test_a_gate_more_never_loosens(policies: list[Policy], gate: Gate, asked: Asked, at: int) -> None:
    before = _strictness(policies, asked)
    if at < len(policies):
        more = [*policies]
        more[at] = more[at].evolve(gates=(*more[at].gates, gate))
    else:
        more = [*policies, a_policy(gate, policy="more")]

    assert _strictness(more, asked) >= before
    needed, still = (ruling(known(*each), asked) for each in (policies, more))
    assert still.verdict is Verdict.DENY or set(needed.gates) <= set(still.gates)


@given(_POLICIES, _ASKED)
def test_without_one_of_the_access_rules_nothing_is_granted_that_was_not(
    policies: list[Policy], asked: Asked
) -> None:
    before = _strictness(policies, asked)
    for at, policy in enumerate(policies):
        for number in range(len(policy.access)):
            fewer = [*policies]
            fewer[at] = policy.evolve(access=policy.access[:number] + policy.access[number + 1 :])
            # The last of all opens the company again: that is why taking it away is an operation that rules are asked about.
            if any(each.access for each in fewer):
                assert _strictness(fewer, asked) >= before


@given(_POLICIES, _ASKED)
def test_the_readings_say_what_the_ruling_comes_to(policies: list[Policy], asked: Asked) -> None:
    snapshot = known(*policies)
    said, matching = ruling(snapshot, asked), [r for r in readings(snapshot, asked) if r.matches]

    assert list(said.readings) == [r for r in matching if r.gate is not None]
    strictest = max((_STRICTNESS.index(r.gate.verdict) for r in matching if r.gate), default=0)
    assert _STRICTNESS.index(said.verdict) >= strictest
    if said.verdict is not Verdict.DENY:
        assert _STRICTNESS.index(said.verdict) == strictest


def test_what_was_asked_before_does_not_answer_for_other_policies() -> None:
    for _ in range(50):
        assert verdict(EDIT, a_policy(a_gate())) is Verdict.DENY
        assert verdict(EDIT, a_policy(a_gate("task.start"))) is Verdict.ALLOW
