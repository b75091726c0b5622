from typing import Any, Final

import pytest

from gitcp.core.operations.registry import CreatePolicy, EditPolicy, RemovePolicy
from gitcp.errors import ConflictError, GitcpError, NotAllowedError, RecordError, UnknownRecordError
from gitcp.model.guards import Gate, Policy
from gitcp.model.memory import Records
from gitcp.model.operation import Operation, Remove
from tests.helpers import a_company, a_person, a_problem, agent, an_agent, carry_out, edit_of, person

HIRE: Final[dict[str, Any]] = {"operations": ["agent.hire"], "verdict": "approval", "approvers": ["owner"]}
FIRE: Final[dict[str, Any]] = {"operations": ["agent.terminate"], "verdict": "deny"}
ALL: Final[dict[str, Any]] = {"who": ["owner"], "operations": ["*"]}
COMPANY: Final = Records.of([a_company(), a_person(), a_person("oscar", roles=("owner",)), an_agent()])
RULES: Final = Policy.model_validate(
    {"id": "rules", "title": "Rules", "gates": [HIRE, FIRE], "access": [ALL]}
)
WITH_RULES: Final = Records.of([*COMPANY.by_key.values(), RULES])


def _written(before: Records, operation: Operation) -> Policy:
    found = carry_out(before, operation, person()).get(Policy, "rules")
    assert found is not None
    return found


def test_a_policy_is_created_from_its_fields() -> None:
    create = CreatePolicy(id="rules", fields={"title": "Rules", "gates": [HIRE, FIRE], "access": [ALL]})

    assert _written(COMPANY, create) == RULES
    assert edit_of(COMPANY, create, person()).subject == "create policy rules"


def test_rules_are_taken_away_by_their_place_and_added_at_the_end() -> None:
    added = Gate.model_validate(FIRE | {"labels": ["x"]})
    after = _written(WITH_RULES, EditPolicy(id="rules", without=("gates[0]", "access[0]"), gates=(added,)))

    assert after.gates == (RULES.gates[1], added)
    assert after.access == ()
    assert after.title == "Rules"


def test_fields_are_set_and_what_stays_the_same_is_no_change() -> None:
    edit = EditPolicy(id="rules", fields={"title": "Other"})

    assert _written(WITH_RULES, edit) == RULES.evolve(title="Other")
    assert edit_of(WITH_RULES, edit, person()).subject == "edit policy rules: title"
    assert edit_of(WITH_RULES, EditPolicy(id="rules", fields={"title": "Rules"}), person()).changes == ()


def test_a_policy_is_removed() -> None:
    edit = edit_of(WITH_RULES, RemovePolicy(id="rules"), person())

    assert edit.changes == (Remove(Policy, "rules"),)
    assert edit.subject == "remove policy rules"


@pytest.mark.parametrize(
    "operation",
    [CreatePolicy(id="more", fields={"title": "More"}), EditPolicy(id="rules"), RemovePolicy(id="rules")],
)
def test_agents_write_no_policies(operation: Operation) -> None:
    with pytest.raises(NotAllowedError, match="agent riley may not policy"):
        edit_of(WITH_RULES, operation, agent("riley"))


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        (CreatePolicy(id="rules", fields={"title": "R"}), ConflictError, "policy rules exists already"),
        (CreatePolicy(id="broken", fields={"title": "R"}), ConflictError, "policy broken exists already"),
        (CreatePolicy(id="more", fields={}), RecordError, "policy more: title: Field required"),
        (CreatePolicy(id="more", fields={"title": "M", "gates": [{}]}), RecordError, "policy more: gates.0.operations"),
        (CreatePolicy(id="more", fields={"title": "M", "gates": [FIRE | {"operations": ["agent.fire"]}]}), RecordError, r"policy more: gates\[0\].operations\[0\]: expected an operation, found agent.fire"),
        (EditPolicy(id="none"), UnknownRecordError, "policy none does not exist"),
        (EditPolicy(id="rules", without=("gates[2]",)), UnknownRecordError, r"policy rules has no rule gates\[2\]: expected gates\[0\], gates\[1\], access\[0\]"),
        (EditPolicy(id="rules", without=("gates",)), UnknownRecordError, "policy rules has no rule gates"),
        (RemovePolicy(id="none"), UnknownRecordError, "policy none does not exist"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(
    operation: Operation, error: type[GitcpError], message: str
) -> None:
    company = Records.of(WITH_RULES.by_key.values(), problems=[a_problem("policy", "broken")])

    with pytest.raises(error, match=message):
        edit_of(company, operation, person())


def test_nobody_locks_everybody_out() -> None:
    narrow = {"who": ["clara"], "operations": ["task.*"]}

    with pytest.raises(
        RecordError, match=r"nobody may policy\.edit: with these rules that stays so for ever"
    ):
        edit_of(COMPANY, CreatePolicy(id="more", fields={"title": "M", "access": [narrow]}), person())
    deny = {"operations": ["policy.*"], "verdict": "deny"}
    with pytest.raises(RecordError, match=r"policy more: gates\[0\]: nobody may policy.edit"):
        edit_of(COMPANY, CreatePolicy(id="more", fields={"title": "M", "gates": [deny]}), person())
    both = {"title": "M", "access": [narrow, ALL]}
    assert edit_of(COMPANY, CreatePolicy(id="more", fields=both), person()).changes


def test_what_was_wrong_before_is_mended_step_by_step() -> None:
    bad = RULES.evolve(gates=(Gate.model_validate(FIRE | {"operations": ["agent.fire", "agent.drop"]}),))
    company = Records.of([*COMPANY.by_key.values(), bad])

    assert _written(company, EditPolicy(id="rules", fields={"title": "Better"})).title == "Better"
    worse = Gate.model_validate(FIRE | {"operations": ["agent.sack"]})
    with pytest.raises(RecordError, match=r"found agent\.sack"):
        edit_of(company, EditPolicy(id="rules", gates=(worse,)), person())
