"""Persons join and leave, agents get other names, and nobody is left without a manager."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.authority import Relation, relations
from gitcp.core.budgets import covering, shortage, use
from gitcp.core.checks import findings
from gitcp.core.operations.registry import (
    OPERATIONS,
    HireAgent,
    RemovePerson,
    RenameAgent,
    ReopenTask,
    TerminateAgent,
)
from gitcp.errors import ConflictError, GitcpError, NotAllowedError, RecordError
from gitcp.model.amounts import Amounts, Usage
from gitcp.model.company import TrustSettings
from gitcp.model.guards import Budget, Period, Policy
from gitcp.model.members import Agent, Person
from gitcp.model.memory import Records
from gitcp.model.planning import Goal, Project, Routine
from gitcp.model.tasks import NewTask, Task
from tests.helpers import (
    NOW,
    SHA,
    a_block,
    a_budget,
    a_company,
    a_goal,
    a_heartbeat,
    a_new_task,
    a_person,
    a_project,
    a_routine,
    a_run,
    a_task,
    a_wake,
    agent,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    person,
    snapshot_of,
)

OSCAR = an_agent("oscar")
BELOW = an_agent("riley", reports_to="oscar")
COMPANY = snapshot_of(
    OSCAR, BELOW, an_agent("hugo", reports_to="oscar"), a_person("alex"), a_person("dora", reports_to="alex")
)


def asked(name: str, snapshot: Records = COMPANY, **fields: Any) -> Records:
    return carry_out(snapshot, OPERATIONS[name].model_validate(fields), person())


def managers(snapshot: Records) -> dict[str, str | None]:
    return {member.id: member.reports_to for member in snapshot.members()}


# nobody is left without a manager


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (TerminateAgent(agent="oscar"), r"agent oscar has reports \(hugo, riley\)"),
        (RemovePerson(person="alex"), r"person alex has reports \(dora\)"),
    ],
)
def test_who_has_reports_does_not_go_before_somebody_takes_them(operation: Any, message: str) -> None:
    with pytest.raises(NotAllowedError, match=message) as refused:
        carry_out(COMPANY, operation, person())
    assert refused.value.hint is not None
    assert "--move-reports-to" in refused.value.hint


def test_the_reports_go_to_who_is_named() -> None:
    after = asked("agent.terminate", agent="oscar", move_reports_to="clara")

    assert (managers(after)["riley"], managers(after)["hugo"]) == ("clara", "clara")


def test_one_of_the_reports_may_become_the_manager_of_the_others() -> None:
    after = asked("agent.terminate", agent="oscar", move_reports_to="hugo")

    assert (managers(after)["riley"], managers(after)["hugo"]) == ("hugo", "clara")


def test_reports_do_not_go_to_somebody_below_one_of_them_or_to_who_leaves() -> None:
    deeper = Records.of([*COMPANY.by_key.values(), an_agent("zoe", reports_to="riley")])

    with pytest.raises(RecordError, match="expected somebody who is not below riley"):
        asked("agent.terminate", deeper, agent="oscar", move_reports_to="zoe")
    with pytest.raises(NotAllowedError, match="expected somebody else who is employed, found oscar"):
        asked("agent.terminate", agent="oscar", move_reports_to="oscar")


def test_who_has_only_former_agents_below_may_go() -> None:
    snapshot = snapshot_of(OSCAR, an_agent(status="terminated", reports_to="oscar"))

    assert asked("agent.terminate", snapshot, agent="oscar").member("oscar") is not None


# persons


def test_a_person_joins_with_addresses_keys_and_roles() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFiYw=="
    fields = {"name": "Bea", "emails": ["bea@example.org"], "keys": [key], "roles": ["owner"]}

    found = asked("person.create", person="bea", fields=fields).get(Person, "bea")

    assert found is not None
    assert (found.emails, found.keys, found.roles) == (("bea@example.org",), (key,), ("owner",))


@pytest.mark.parametrize("name", ["person.create", "person.edit", "agent.edit"])
def test_nobody_takes_the_address_or_the_key_of_another(name: str) -> None:
    fields = {"name": "Bea", "emails": ["ALEX@example.org"]}
    who: dict[str, Any] = {"person": "bea"} if name == "person.create" else {"id": "dora"}

    with pytest.raises(ConflictError, match=r"alex@example\.org is alex's already"):
        asked(name, COMPANY, **who, fields=fields)


def test_nobody_takes_the_key_of_the_scheduler() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFiYw=="
    company = a_company(trust=TrustSettings(scheduler_keys=(key,)))
    snapshot = Records.of([*COMPANY.by_key.values(), company])

    with pytest.raises(ConflictError, match="is scheduler's already"):
        asked("person.edit", snapshot, id="dora", fields={"keys": [key]})


@pytest.mark.parametrize("name", ["person.remove", "person.edit", "agent.edit"])
def test_the_last_who_could_approve_what_a_policy_holds_back_stays(name: str) -> None:
    gate = {"operations": ["agent.hire"], "verdict": "approval", "approvers": ["board"]}
    policy = Policy.model_validate({"id": "hiring", "title": "Hiring", "gates": [gate]})
    snapshot = Records.of([*COMPANY.by_key.values(), a_person("bea", roles=("board",)), policy])
    who = {"person": "bea"} if name == "person.remove" else {"id": "bea", "fields": {"roles": []}}

    with pytest.raises(RecordError, match=r"policy hiring: gates\[0\]\.quorum: .*it is never approved"):
        asked(name, snapshot, **who)


@pytest.mark.parametrize("taken", ["clara", "oscar", "scheduler", "ada"])
def test_a_name_that_somebody_has_or_had_is_not_given_again(taken: str) -> None:
    snapshot = Records.of([*COMPANY.by_key.values(), an_agent("zoe", previously=("ada",))])

    with pytest.raises(ConflictError):
        asked("person.create", snapshot, person=taken, fields={"name": "Bea"})
    hire = HireAgent(agent=taken, fields={"name": "Bea", "runtime": {"type": "codex"}})
    with pytest.raises(ConflictError):
        carry_out(snapshot, hire, person())


@pytest.mark.parametrize(
    "record",
    [
        a_task(assignee="alex"),
        a_task(review=("alex",)),
        a_project("QA", lead="alex"),
        a_goal(owner="alex"),
        a_routine(task={"review": ("alex",)}),
        an_approval(approvers=("alex",)),
        a_budget("subtree/alex", usd=1),
        a_task(status="blocked", blocked=a_block(waits_for="alex")),
    ],
)
def test_what_is_a_persons_to_do_is_given_to_somebody_else_before_they_leave(record: Any) -> None:
    snapshot = snapshot_of(a_person("alex"), record)

    with pytest.raises(ConflictError, match=rf"person alex cannot go yet: there are .*{record.id}"):
        asked("person.remove", snapshot, person="alex")


def test_what_a_person_did_stays_and_is_no_problem() -> None:
    done = a_task(assignee="alex", status="done", review=("alex",), closed=NOW)
    decided = an_approval(requested_by="alex", status="rejected")
    before = snapshot_of(a_person("alex"), done, decided, BELOW, OSCAR)

    after = asked("person.remove", before, person="alex", reason="left")

    assert after.member("alex") is None
    assert {f.message for f in findings(after)} <= {f.message for f in findings(before)}


def test_the_last_person_stays() -> None:
    with pytest.raises(NotAllowedError, match="nobody would be left to decide"):
        asked("person.remove", snapshot_of(an_agent("riley", reports_to=None)), person="clara")


# another name


def rename(snapshot: Records, old: str = "riley", new: str = "nadia") -> Records:
    return carry_out(snapshot, RenameAgent(agent=old, to=new), person())


def test_all_that_is_still_to_be_done_names_the_new_name() -> None:
    before = snapshot_of(
        an_agent("hugo", reports_to="riley"),
        a_project(lead="riley"),
        a_goal(owner="riley"),
        a_task(),
        a_task("CI-0002", assignee="hugo", review=("riley", "clara"), status="in_review"),
        a_task("CI-0003", assignee="hugo", status="blocked", blocked=a_block(waits_for="riley")),
        a_new_task(),
        a_routine(task={"assignee": "riley"}),
    )

    after = rename(before)

    assert after.get(Agent, "riley") is None
    renamed = after.get(Agent, "nadia")
    assert renamed is not None
    assert (renamed.previously, renamed.reports_to) == (("riley",), "clara")
    told = [
        record.model_dump_json()
        for kind in (Agent, Project, Goal, Task, NewTask, Routine)
        for record in after.all(kind)
        if record != renamed
    ]
    assert not [text for text in told if '"riley"' in text]
    assert {f.message for f in findings(after)} <= {f.message for f in findings(before)}


def test_money_follows_what_was_spent_under_the_old_name_counts_on() -> None:
    budgets = [a_budget("agent/riley", usd=1), a_budget("subtree/riley", Period.MONTH, usd=5)]
    spent = an_ended_run(usage=Usage(usd=Decimal("0.7"), runs=1), charges=("agent/riley", "subtree/riley"))
    after = rename(snapshot_of(*budgets, spent, a_task()))

    held = covering(after, "nadia", None)

    assert [budget.id for budget in held] == ["subtree/riley", "agent/riley"]
    budget = after.get(Budget, "agent/riley")
    assert budget is not None
    (line,) = use(after, budget, NOW + timedelta(hours=1)).lines
    assert (line.limit, line.settled) == (Decimal(1), Decimal("0.7"))


@pytest.mark.parametrize(("spent", "fits"), [("0.7", False), ("0.2", True)])
def test_a_budget_under_the_old_name_holds_the_new_one(spent: str, fits: bool) -> None:
    run = an_ended_run(usage=Usage(usd=Decimal(spent), runs=1), charges=("agent/riley",))
    after = rename(snapshot_of(a_budget("agent/riley", usd=1), run))
    wanted = a_run(
        "nadia",
        charges=tuple(budget.id for budget in covering(after, "nadia", None)),
        reserved=Amounts(usd=Decimal("0.5")),
    )

    assert (shortage(after, wanted, NOW) is None) is fits


def test_an_agent_may_get_a_name_back_that_it_had() -> None:
    there = rename(snapshot_of())
    back = rename(there, "nadia", "riley").get(Agent, "riley")

    assert back is not None
    assert back.previously == ("nadia",)


def test_no_slot_that_the_old_name_had_is_open_for_the_new_one() -> None:
    after = rename(snapshot_of(an_agent(heartbeat=a_heartbeat()))).get(Agent, "nadia")

    assert after is not None
    assert after.heartbeat is not None
    assert after.heartbeat.since == NOW


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (a_run(), "is at work"),
        (a_wake(), "is about to be woken"),
        (an_approval(), "asked for AP-1, which is pending"),
        (
            an_approval(status="approved", change=({"path": "org/riley.yaml", "base": SHA, "text": None},)),
            "which is approved",
        ),
        (an_agent("zoe", previously=("nadia",)), "is what zoe was called before"),
        (an_agent("nadia"), "exists already"),
    ],
)
def test_an_agent_keeps_its_name_while_something_is_under_way_in_it_or_the_other_is_taken(
    record: Any, message: str
) -> None:
    with pytest.raises(ConflictError, match=message):
        rename(snapshot_of(record, a_task()))


def test_agents_rename_and_remove_nobody() -> None:
    for operation in (RenameAgent(agent="riley", to="nadia"), RemovePerson(person="alex")):
        with pytest.raises(GitcpError):
            carry_out(COMPANY, operation, agent("oscar"))


def test_what_is_opened_again_goes_to_who_has_another_name_by_now() -> None:
    done = a_task(status="done", closed=NOW, review=("hugo",))
    after = rename(rename(snapshot_of(done, an_agent("hugo"))), "hugo", "hanna")

    opened = carry_out(after, ReopenTask(task="CI-0001"), person()).get(Task, "CI-0001")

    assert opened is not None
    assert (opened.assignee, opened.review) == ("nadia", ("hanna",))


def test_a_name_by_hand_that_was_somebodys_is_told_with_what_it_is_called_now() -> None:
    snapshot = snapshot_of(
        an_agent("nadia", previously=("riley",)), an_agent("riley"), a_task("CI-0002", assignee="clara")
    )
    without = Records.of(r for r in snapshot.by_key.values() if r.id != "riley")
    named = Records.of([*without.by_key.values(), a_task()])

    assert "riley is called nadia by now" in {finding.hint for finding in findings(named)}
    assert any(
        f.where == "previously[0]" and "which is a member's now" in f.message for f in findings(snapshot)
    )


def test_what_an_agent_made_under_its_old_name_is_its_own() -> None:
    made = a_task("CI-0002", assignee="hugo", created_by="riley")
    after = rename(snapshot_of(made, an_agent("hugo")))
    task = after.get(Task, "CI-0002")
    assert task is not None

    assert Relation.CREATOR in relations(after, "nadia", task)
    assert Relation.CREATOR not in relations(after, "hugo", task)
