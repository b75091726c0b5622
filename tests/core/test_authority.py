"""Who may do what: the table, and what an agent can never do."""

from typing import Any, Final

import pytest

from gitcp.core.authority import AGENT_MAY, ASSIGNEE_MAY_EDIT, SCHEDULER_ONLY, Relation, authorise, relations
from gitcp.core.operation_names import OPERATION_NAMES
from gitcp.core.operations.edit_task import EDITABLE
from gitcp.core.operations.registry import OPERATIONS
from gitcp.errors import NotAllowedError
from gitcp.model.guards import Policy
from gitcp.model.memory import Records
from gitcp.model.tasks import Task
from tests.helpers import (
    NOW,
    SCHEDULER,
    a_budget,
    a_call,
    a_counter,
    a_goal,
    a_heartbeat,
    a_new_task,
    a_person,
    a_routine,
    a_run,
    a_task,
    agent,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    edit_of,
    person,
    snapshot_of,
)

# oscar is above riley; ada created the task; zoe reviews it; hugo has nothing to do with it.
AGENTS: Final = {"riley": Relation.ASSIGNEE, "oscar": Relation.ABOVE, "ada": Relation.CREATOR, "zoe": Relation.REVIEWER, "hugo": None}  # fmt: skip
RUN: Final = "20261123T090000Z-riley"


def _company(**task: Any) -> Records:
    fields = {"created_by": "ada", "review": ("zoe",)} | task
    return snapshot_of(
        *(an_agent(name) for name in ("oscar", "ada", "zoe", "hugo")),
        an_agent("riley", reports_to="oscar", heartbeat=a_heartbeat(since=None)),
        a_task(**fields),
        a_task("CI-0050", assignee="hugo"),
        a_run(),
        a_counter(),
        a_goal(),
        a_budget(usd=1),
        a_routine(),
        a_new_task(),
        a_person("alex"),
        an_approval(),
        Policy(id="rules", title="Rules"),
        an_approval("AP-9", status="applied"),
    )


_FIELDS: Final[dict[str, Any]] = {"fields": {"title": "Other"}}
REQUEST: Final[dict[str, Any]] = {
    "budget": "company",
    "limits": {"usd": 2},
    "agent": "riley",
    "approval": "AP-10",
    "file": {"path": "budgets/company.yaml", "text": "period: month\n"},
}
_GATE: Final[dict[str, Any]] = {"operations": ["budget.edit"], "verdict": "approval"}
_T: Final[dict[str, Any]] = {"task": "CI-0001"}
# For each operation: what is asked, and the status in which the task allows it.
ASKED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "task.create": ({"project": "CI", "title": "New"}, "todo"),
    "task.number": ({"new_task": "CI/scan"}, "todo"),
    "task.edit": (_T | {"fields": {"labels": ["x"]}}, "todo"),
    "task.assign": (_T | {"assignee": None}, "todo"),
    "task.queue": (_T, "backlog"),
    "task.shelve": (_T, "todo"),
    "task.start": (_T, "todo"),
    "task.block": (_T | {"reason": "no key"}, "todo"),
    "task.unblock": (_T, "blocked"),
    "task.submit": (_T, "todo"),
    "task.review": (_T | {"verdict": "approve", "comment": "fine"}, "in_review"),
    "task.finish": (_T, "todo"),
    "task.cancel": (_T, "todo"),
    "task.reopen": (_T, "done"),
    "task.pause": (_T, "todo"),
    "task.resume": (_T, "todo"),
    "comment.create": (_T | {"body": "hello"}, "todo"),
    "document.write": (_T | {"document": "plan", "text": "x"}, "todo"),
    "agent.hire": ({"agent": "bo", "fields": {"name": "Bo", "runtime": {"type": "codex"}}}, "todo"),
    "agent.edit": ({"id": "riley", "fields": {"title": "Scout"}}, "todo"),
    "agent.pause": ({"agent": "riley"}, "todo"),
    "agent.resume": ({"agent": "riley"}, "todo"),
    "agent.terminate": ({"agent": "riley"}, "todo"),
    "agent.rename": ({"agent": "zoe", "to": "zora"}, "todo"),
    "person.create": ({"person": "dora", "fields": {"name": "Dora"}}, "todo"),
    "person.edit": ({"id": "alex", "fields": {"title": "Owner"}}, "todo"),
    "person.remove": ({"person": "alex"}, "todo"),
    "agent.adopt": ({"agent": "riley"}, "todo"),
    "company.pause": ({}, "todo"),
    "company.resume": ({}, "todo"),
    "goal.pause": ({"goal": "quality"}, "todo"),
    "goal.resume": ({"goal": "quality"}, "todo"),
    "project.pause": ({"project": "CI"}, "todo"),
    "project.resume": ({"project": "CI"}, "todo"),
    "goal.create": ({"id": "speed", "fields": {"title": "Fast", "level": "team"}}, "todo"),
    "goal.edit": ({"id": "quality"} | _FIELDS, "todo"),
    "project.create": ({"id": "QA", "fields": {"name": "Q", "repository": "factory"}}, "todo"),
    "project.edit": ({"id": "CI", "fields": {"name": "Other"}}, "todo"),
    "budget.create": ({"id": "agent/riley", "fields": {"period": "day", "limits": {}}}, "todo"),
    "budget.edit": ({"id": "company", "fields": {"limits": {"usd": 1000}}}, "todo"),
    "policy.create": ({"id": "more", "fields": {"title": "More"}}, "todo"),
    "policy.edit": ({"id": "rules", "fields": {"title": "Other"}}, "todo"),
    "policy.remove": ({"id": "rules"}, "todo"),
    "budget.raise": ({"budget": "company", "limits": {"usd": 1}}, "todo"),
    "budget.ask": (REQUEST, "todo"),
    "routine.create": ({"id": "scan", "fields": {"title": "S", "cron": "@daily", "task": {"project": "CI", "title": "S"}}}, "todo"),
    "routine.edit": ({"id": "weekly-scan"} | _FIELDS, "todo"),
    "routine.pause": ({"routine": "weekly-scan"}, "todo"),
    "routine.resume": ({"routine": "weekly-scan"}, "todo"),
    "routine.adopt": ({"routine": "weekly-scan"}, "todo"),
    "routine.fire": ({"routine": "weekly-scan", "slot": NOW}, "todo"),
    "approval.request": (_T | {"title": "May I?"}, "in_review"),
    "approval.decide": ({"approval": "AP-1", "verdict": "approve"}, "todo"),
    "approval.withdraw": ({"approval": "AP-1"}, "todo"),
    "approval.expire": ({"approval": "AP-1"}, "todo"),
    "approval.conclude": ({"approval": "AP-1"}, "todo"),
    "approval.apply": ({"approval": "AP-9"}, "todo"),
    "approval.void": ({"approval": "AP-1", "reason": "it was changed"}, "todo"),
    "approval.follow": ({"approval": "AP-1"}, "todo"),
    "delivery.integrate": (_T | {"commit": "5f3a" * 10}, "in_review"),
    "approval.ask": (_T | {"for_operation": "task.start", "content": "0", "gate": _GATE}, "todo"),
    "approval.propose": (
        {"title": "More", "for_operation": "budget.edit", "change": [{"path": "budgets/company.yaml"}], "gates": [_GATE]},
        "todo",
    ),
    "wake.request": ({"agent": "riley"}, "todo"),
    "run.claim": ({"run": a_run("hugo", "CI-0050")}, "todo"),
    "run.cancel": ({"run": RUN}, "todo"),
    "run.finish": ({"run": RUN, "outcome": "succeeded"}, "todo"),
    "run.reap": ({"run": RUN}, "todo"),
    "run.resolve": ({"run": RUN}, "todo"),
    "record.archive": ({"days": 90}, "todo"),
}  # fmt: skip


def _ask(name: str, actor: Any, **task: Any) -> Records:
    fields, status = ASKED[name]
    return carry_out(_company(status=status, **task), OPERATIONS[name].model_validate(fields), actor)


def test_the_names_of_operations_are_those_of_the_registry() -> None:
    assert set(OPERATIONS) == OPERATION_NAMES


def test_every_operation_is_asked_in_these_tests() -> None:
    assert set(ASKED) == set(OPERATIONS)


def test_the_tables_name_operations_that_exist_and_do_not_overlap() -> None:
    assert not set(AGENT_MAY) & SCHEDULER_ONLY
    assert set(AGENT_MAY) | SCHEDULER_ONLY <= set(OPERATIONS)
    assert set(AGENT_MAY) == {
        "task.create", "task.edit", "task.assign", "task.queue", "task.shelve", "task.start", "task.block",
        "task.unblock", "task.review", "task.cancel", "task.reopen", "comment.create", "document.write",
        "task.pause", "task.resume", "wake.request", "run.cancel", "approval.request", "approval.withdraw",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - SCHEDULER_ONLY))
def test_a_person_may_do_all_but_what_is_the_schedulers(name: str) -> None:
    reviewer = {"review": ("clara",)} if name in {"task.review", "task.submit"} else {"review": ()}

    assert isinstance(_ask(name, person(), **reviewer), Records)


@pytest.mark.parametrize("name", sorted(SCHEDULER_ONLY))
def test_what_is_the_schedulers_nobody_else_may_do(name: str) -> None:
    assert isinstance(_ask(name, SCHEDULER), Records)
    for actor in (person(), agent("riley"), agent("oscar")):
        with pytest.raises(NotAllowedError, match=f"{actor.id} may not {name}: the scheduler alone does"):
            _ask(name, actor)


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - set(AGENT_MAY) - SCHEDULER_ONLY))
def test_what_no_table_names_no_agent_may_do(name: str) -> None:
    for who in AGENTS:
        with pytest.raises(NotAllowedError, match=f"agent {who} may not {name}") as refused:
            _ask(name, agent(who))
        assert refused.value.hint == "ask a person, or comment on your task"


@pytest.mark.parametrize("name", sorted(set(AGENT_MAY) - {"wake.request", "run.cancel", "approval.withdraw"}))
def test_an_agent_may_do_what_its_relation_to_the_task_allows(name: str) -> None:
    for who, relation in AGENTS.items():
        if {Relation.ANYBODY, relation} & AGENT_MAY[name]:
            assert isinstance(_ask(name, agent(who)), Records)
            continue
        with pytest.raises(
            NotAllowedError, match=f"agent {who} may not {name} CI-0001: expected "
        ) as refused:
            _ask(name, agent(who))
        assert all(allowed in refused.value.message for allowed in AGENT_MAY[name])


@pytest.mark.parametrize("name", ["wake.request", "run.cancel"])
def test_an_agent_acts_on_another_only_from_above(name: str) -> None:
    assert isinstance(_ask(name, agent("oscar")), Records)
    for who in set(AGENTS) - {"oscar"}:
        with pytest.raises(
            NotAllowedError, match=f"agent {who} may not {name} for riley: it is not above it"
        ):
            _ask(name, agent(who))


@pytest.mark.parametrize(
    ("task", "who", "expected"),
    [
        (a_task(), "riley", {Relation.ANYBODY, Relation.ASSIGNEE}),
        (a_task(created_by="riley"), "riley", {Relation.ANYBODY, Relation.ASSIGNEE}),
        (a_task(created_by="oscar"), "oscar", {Relation.ANYBODY, Relation.CREATOR, Relation.ABOVE}),
        (a_task(assignee=None, created_by="riley"), "riley", {Relation.ANYBODY, Relation.CREATOR}),
        (a_task(assignee=None), "oscar", {Relation.ANYBODY}),
        (a_task(status="in_review", review=("zoe",)), "zoe", {Relation.ANYBODY, Relation.REVIEWER}),
        (a_task(status="todo", review=("zoe",)), "zoe", {Relation.ANYBODY}),
        (None, "riley", {Relation.ANYBODY}),
        (a_new_task(), "riley", {Relation.ANYBODY, Relation.ASSIGNEE}),
    ],
)
def test_what_an_agent_is_to_a_task(task: Task | None, who: str, expected: set[Relation]) -> None:
    assert relations(_company(), who, task) == expected


def test_what_is_refused_without_a_task_names_none() -> None:
    with pytest.raises(
        NotAllowedError, match=r"agent riley may not task\.cancel: expected above its assignee, its creator"
    ):
        authorise(_company(), a_call(agent("riley")), "task.cancel")


# what an assignee can never do


@pytest.mark.parametrize("field", sorted(EDITABLE))
def test_an_assignee_edits_what_it_is_about_and_never_who_checks_it_what_checks_it_or_what_it_is_worth(
    field: str,
) -> None:
    values: dict[str, Any] = {
        "title": "Other", "description": "More", "labels": ["x"], "blocked_by": ["CI-0050"], "priority": "critical",
        "assignee": None, "goal": "quality", "parent": "CI-0050", "due": "2026-12-01T00:00:00Z", "verify": [], "review": [],
    }  # fmt: skip
    snapshot = _company(verify=(("make",),))
    operation = OPERATIONS["task.edit"].model_validate(_T | {"fields": {field: values[field]}})

    if field in ASSIGNEE_MAY_EDIT:
        assert isinstance(carry_out(snapshot, operation, agent("riley")), Records)
        return
    with pytest.raises(
        NotAllowedError, match=f"agent riley may not edit {field} of CI-0001: it is its assignee"
    ):
        carry_out(snapshot, operation, agent("riley"))


def test_an_agent_that_created_its_own_task_is_its_assignee_and_no_more() -> None:
    snapshot = _company(created_by="riley", verify=(("make",),))
    edits: list[dict[str, Any]] = [
        {"verify": []},
        {"review": []},
        {"priority": "critical"},
        {"goal": "quality"},
        {"assignee": "hugo"},
    ]
    for fields in edits:
        with pytest.raises(NotAllowedError):
            carry_out(
                snapshot, OPERATIONS["task.edit"].model_validate(_T | {"fields": fields}), agent("riley")
            )
    for name in ("task.assign", "task.cancel", "task.queue", "task.shelve", "task.unblock", "task.reopen"):
        with pytest.raises(NotAllowedError):
            _ask(name, agent("riley"), created_by="riley")


def test_no_agent_reviews_its_own_work() -> None:
    with pytest.raises(NotAllowedError):
        _ask("task.review", agent("riley"), review=("riley", "zoe"))
    with pytest.raises(NotAllowedError):
        _ask("task.review", agent("oscar"))


def test_no_agent_touches_budgets_limits_and_the_org_chart() -> None:
    untouchable = {"budget", "agent", "project", "goal", "routine", "policy"}

    assert not {name for name in AGENT_MAY if name.partition(".")[0] in untouchable}


def test_an_agent_asks_and_takes_back_and_never_decides() -> None:
    assert {name for name in AGENT_MAY if name.startswith("approval.")} == {
        "approval.request",
        "approval.withdraw",
    }


def test_an_agent_does_not_start_what_is_parked() -> None:
    snapshot = _company(status="backlog")

    with pytest.raises(NotAllowedError, match="agent riley may not start CI-0001: it is in the backlog"):
        carry_out(snapshot, OPERATIONS["task.start"].model_validate(_T), agent("riley"))
    assert isinstance(carry_out(snapshot, OPERATIONS["task.start"].model_validate(_T), person()), Records)


# delegation


@pytest.mark.parametrize(
    ("who", "assignee", "allowed"),
    [
        ("oscar", "riley", True),
        ("oscar", "oscar", True),
        ("oscar", None, True),
        ("oscar", "hugo", False),
        ("oscar", "clara", False),
        ("riley", "oscar", False),
    ],
)
def test_an_agent_gives_work_to_itself_and_its_subtree_only(
    who: str, assignee: str | None, allowed: bool
) -> None:
    asked = {"project": "CI", "title": "New", "assignee": assignee}
    operations = [
        (OPERATIONS["task.create"].model_validate(asked), _company()),
        (OPERATIONS["task.assign"].model_validate(_T | {"assignee": assignee}), _company(created_by=who, assignee=None)),
        (OPERATIONS["task.edit"].model_validate(_T | {"fields": {"assignee": assignee}}), _company(created_by=who, assignee="ada" if assignee is None else None)),
    ]  # fmt: skip

    for operation, snapshot in operations:
        if allowed:
            assert isinstance(carry_out(snapshot, operation, agent(who)), Records)
        else:
            with pytest.raises(NotAllowedError, match=f"agent {who} may not assign work to {assignee}"):
                carry_out(snapshot, operation, agent(who))


@pytest.mark.parametrize(
    ("who", "parent", "allowed"),
    [("riley", "CI-0001", True), ("oscar", "CI-0001", True), ("ada", "CI-0001", True), ("zoe", "CI-0001", False), ("riley", "CI-0050", False)],
)  # fmt: skip
def test_an_agent_puts_work_below_its_own_tasks_and_those_of_its_subtree_only(
    who: str, parent: str, allowed: bool
) -> None:
    create = OPERATIONS["task.create"].model_validate({"project": "CI", "title": "New", "parent": parent})
    edit = OPERATIONS["task.edit"].model_validate({"task": "CI-0060", "fields": {"parent": parent}})
    snapshot = Records.of(
        [*_company(status="in_review").by_key.values(), a_task("CI-0060", assignee=None, created_by=who)]
    )

    for operation in (create, edit):
        if allowed:
            assert isinstance(carry_out(snapshot, operation, agent(who)), Records)
        else:
            with pytest.raises(NotAllowedError, match=f"agent {who} may not put a task below {parent}"):
                carry_out(snapshot, operation, agent(who))


# the run that it speaks from


@pytest.mark.parametrize("run", [an_ended_run(), a_run("oscar")])
@pytest.mark.parametrize("name", ["task.create", "comment.create", "task.edit", "wake.request", "run.cancel"])
def test_an_agent_whose_run_has_ended_or_is_anothers_may_do_nothing(name: str, run: Any) -> None:
    snapshot = Records.of([*_company().by_key.values(), run])
    actor = agent("oscar" if run.agent == "riley" else "riley", run.id) if name in {"wake.request"} else agent("riley", run.id)  # fmt: skip
    operation = OPERATIONS[name].model_validate(ASKED[name][0])

    with pytest.raises(NotAllowedError, match=f"run {run.id} has ended or is not its own"):
        carry_out(snapshot, operation, actor)


def test_an_agent_in_its_live_run_may() -> None:
    assert isinstance(_ask("comment.create", agent("riley", RUN)), Records)


def test_people_are_not_bound_to_the_org_chart() -> None:
    snapshot = Records.of([*_company().by_key.values(), a_person("zara")])

    for name in ("wake.request", "run.cancel", "task.assign", "comment.create"):
        assert isinstance(
            carry_out(snapshot, OPERATIONS[name].model_validate(ASKED[name][0]), person("zara")), Records
        )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_subjects_begin_with_a_verb_a_kind_and_an_id_and_are_one_line(name: str) -> None:
    fields, status = ASKED[name]
    review = ("clara",) if name in {"task.review", "task.submit"} else ()
    snapshot = _company(status=status, review=review)
    actor = SCHEDULER if name in SCHEDULER_ONLY else person()
    subject = edit_of(snapshot, OPERATIONS[name].model_validate(fields), actor).subject

    verb, *rest = subject.split()
    assert verb.islower()
    assert len(rest) >= 2
    assert len(subject) <= 72
    assert "\n" not in subject
