"""Every kind of finding, with its message and its hint."""

from collections.abc import Iterable
from typing import Any

import pytest

from gitcp.core.approvals import content_hash
from gitcp.core.checks import Finding, Reader, findings
from gitcp.errors import WorkspaceError
from gitcp.model.base import Record
from gitcp.model.guards import Decision
from gitcp.model.memory import Records
from gitcp.model.problem import Problem, Severity
from gitcp.model.tasks import Document
from tests.helpers import (
    NOW,
    a_block,
    a_budget,
    a_comment,
    a_company,
    a_counter,
    a_goal,
    a_heartbeat,
    a_new_task,
    a_person,
    a_problem,
    a_project,
    a_routine,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    snapshot_of,
)

ROLE = "You look at what other teams publish each week, and write down what is new for us.\nBe brief."
COPIED = "You look at what other teams publish each week,  and write down what is new for us."


def _found(*records: Record, read: Reader | None = None, problems: Iterable[Problem] = ()) -> list[Finding]:
    return list(findings(snapshot_of(*records, problems=problems), read))


def _said(*records: Record, **circumstances: Any) -> list[tuple[str, str, str, str, str]]:
    return [(f.kind, f.id, f.where, f.message, f.hint) for f in _found(*records, **circumstances)]


def _missing(kind: str, name: str) -> str:
    return f"expected a {kind} that exists, found {name}"


def _create(kind: str) -> str:
    return f"create the {kind} or name another one"


def test_a_sound_company_has_no_findings() -> None:
    records = [
        a_goal(),
        a_goal("growth", parent="quality", owner="clara"),
        a_project(goal="quality"),
        an_agent("oscar", repository="factory", heartbeat=a_heartbeat(timezone="Europe/Madrid")),
        a_task(goal="growth", review=("clara",)),
        a_task("CI-0002", parent="CI-0001", blocked_by=("CI-0001",), status="blocked", blocked=a_block(waits_for="clara")),
        a_counter(),
        a_new_task(),
        a_routine(timezone="UTC"),
        *(a_budget(name) for name in ("company", "agent/riley", "subtree/clara", "project/CI", "goal/quality", "task/CI-0001")),
        a_comment("hello"),
        Document(id="CI-0001/plan", text="x"),
        a_wake(task="CI-0001"),
    ]  # fmt: skip

    assert _found(*records, read=lambda _repository, _path: "role") == []


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (an_agent(reports_to="ghost"), ("agent", "riley", "reports_to", _missing("member", "ghost"), _create("member"))),
        (an_agent(reports_to="clar"), ("agent", "riley", "reports_to", _missing("member", "clar"), "did you mean clara?")),
        (a_person("zoe", reports_to="ghost"), ("person", "zoe", "reports_to", _missing("member", "ghost"), _create("member"))),
        (an_agent(repository="mill"), ("agent", "riley", "repository", _missing("repository", "mill"), _create("repository"))),
        (a_goal(parent="gone"), ("goal", "quality", "parent", _missing("goal", "gone"), _create("goal"))),
        (a_goal(owner="ghost"), ("goal", "quality", "owner", _missing("member", "ghost"), _create("member"))),
        (a_project(repository="mill"), ("project", "CI", "repository", _missing("repository", "mill"), _create("repository"))),
        (a_project(lead="ghost"), ("project", "CI", "lead", _missing("member", "ghost"), _create("member"))),
        (a_project(goal="gone"), ("project", "CI", "goal", _missing("goal", "gone"), _create("goal"))),
        (a_task("QA-0001"), ("task", "QA-0001", "", _missing("project", "QA"), _create("project"))),
        (a_new_task("QA/scan"), ("new-task", "QA/scan", "", _missing("project", "QA"), _create("project"))),
        (a_new_task(assignee="ghost"), ("new-task", "CI/scan", "assignee", _missing("member", "ghost"), _create("member"))),
        (a_routine(task={"project": "QA", "title": "x"}), ("routine", "weekly-scan", "task.project", _missing("project", "QA"), _create("project"))),
        (a_routine(task={"project": "CI", "title": "x", "assignee": "ghost"}), ("routine", "weekly-scan", "task.assignee", _missing("member", "ghost"), _create("member"))),
        (a_routine(task={"project": "CI", "title": "x", "goal": "gone"}), ("routine", "weekly-scan", "task.goal", _missing("goal", "gone"), _create("goal"))),
        (a_routine(task={"project": "CI", "title": "x", "review": ["clara", "ghost"]}), ("routine", "weekly-scan", "task.review[1]", _missing("member", "ghost"), _create("member"))),
        (a_budget("agent/ghost"), ("budget", "agent/ghost", "", _missing("member", "ghost"), _create("member"))),
        (a_budget("subtree/ghost"), ("budget", "subtree/ghost", "", _missing("member", "ghost"), _create("member"))),
        (a_budget("project/QA"), ("budget", "project/QA", "", _missing("project", "QA"), _create("project"))),
        (a_budget("goal/gone"), ("budget", "goal/gone", "", _missing("goal", "gone"), _create("goal"))),
        (a_budget("task/QA-0001"), ("budget", "task/QA-0001", "", _missing("task", "QA-0001"), _create("task"))),
        (a_comment("hello", task="QA-0001"), ("comment", a_comment("hello", task="QA-0001").id, "", _missing("task", "QA-0001"), _create("task"))),
        (Document(id="QA-0001/plan", text="x"), ("document", "QA-0001/plan", "", _missing("task", "QA-0001"), _create("task"))),
        (a_wake("ghost"), ("wake", "ghost/1f3a", "", _missing("member", "ghost"), _create("member"))),
        (a_wake(task="QA-0001"), ("wake", "riley/1f3a", "task", _missing("task", "QA-0001"), _create("task"))),
        (a_company(timezone="Nowhere/At-All"), ("company", "gitcp", "timezone", "expected a time zone, found 'Nowhere/At-All'", "an IANA name such as Europe/Madrid or UTC")),
        (an_agent(heartbeat=a_heartbeat(timezone="X/Y")), ("agent", "riley", "heartbeat.timezone", "expected a time zone, found 'X/Y'", "an IANA name such as Europe/Madrid or UTC")),
        (an_agent(heartbeat=a_heartbeat("5 *")), ("agent", "riley", "heartbeat.cron", "expected a cron expression, found '5 *'", "five fields, e.g. '0 9 * * 1-5', or @daily, @weekly, @monthly")),
        (an_agent(heartbeat=a_heartbeat("R 9 * * *")), ("agent", "riley", "heartbeat.cron", "expected a cron expression, found 'R 9 * * *'", "five fields, e.g. '0 9 * * 1-5', or @daily, @weekly, @monthly")),
        (an_agent(heartbeat=a_heartbeat("0 0 30 2 *")), ("agent", "riley", "heartbeat.cron", "expected a cron expression that fires, '0 0 30 2 *' never does", "check day and month")),
        (a_routine(task={"parent": "CI-0404"}), ("routine", "weekly-scan", "task.parent", _missing("task", "CI-0404"), _create("task"))),
        (a_routine(task={"assignee": "riley", "review": ["riley"]}), ("routine", "weekly-scan", "task.review[0]", "expected somebody else than the assignee, found riley", "")),
        (a_routine(cron="nonsense"), ("routine", "weekly-scan", "cron", "expected a cron expression, found 'nonsense'", "five fields, e.g. '0 9 * * 1-5', or @daily, @weekly, @monthly")),
        (a_routine(timezone="X/Y"), ("routine", "weekly-scan", "timezone", "expected a time zone, found 'X/Y'", "an IANA name such as Europe/Madrid or UTC")),
        (an_agent("scheduler"), ("agent", "scheduler", "", "the id scheduler is gitcp's own", "rename the file")),
        (a_person("zoe", emails=()), ("person", "zoe", "emails", "expected at least one e-mail address, found none: no commit can be theirs", "emails: [what `git config user.email` prints]")),
        (a_person("zoe", emails=("CLARA@example.org",)), ("person", "zoe", "emails", "CLARA@example.org is clara's already", "")),
    ],
)  # fmt: skip
def test_what_is_wrong_between_records_is_told_with_the_next_step(
    record: Record, expected: tuple[str, ...]
) -> None:
    assert _said(record) == [expected]
    assert {finding.severity for finding in _found(record)} == {Severity.ERROR}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"assignee": "ghost"}, ("assignee", _missing("member", "ghost"), _create("member"))),
        ({"goal": "gone"}, ("goal", _missing("goal", "gone"), _create("goal"))),
        ({"parent": "QA-0009"}, ("parent", _missing("task", "QA-0009"), _create("task"))),
        ({"blocked_by": ("CI-0002", "QA-0009")}, ("blocked_by[1]", _missing("task", "QA-0009"), _create("task"))),
        ({"review": ("clara", "ghost")}, ("review[1]", _missing("member", "ghost"), _create("member"))),
        ({"review": ("riley",)}, ("review[0]", "expected somebody else than the assignee, found riley", "")),
        ({"status": "blocked", "blocked": a_block(waits_for="ghost")}, ("blocked.waits_for", _missing("member", "ghost"), _create("member"))),
        ({"parent": "CI-0001"}, ("parent", "expected no cycle, found CI-0001 → CI-0001", "remove one of these links")),
    ],
)  # fmt: skip
def test_what_a_task_names_must_exist_and_make_sense(
    fields: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert _said(a_task(**fields), a_task("CI-0002"), a_counter()) == [("task", "CI-0001", *expected)]


@pytest.mark.parametrize(
    ("task", "count"),
    [
        (a_task(assignee="gone"), 1),
        (a_task(assignee="gone", status="done"), 0),
        (a_new_task(assignee="gone"), 1),
    ],
)
def test_open_work_of_a_terminated_agent_deserves_a_look(task: Any, count: int) -> None:
    found = _found(task, an_agent("gone", status="terminated"), a_counter())

    assert [(f.where, f.message, f.hint, f.severity) for f in found] == [
        ("assignee", "gone is terminated", f"gitcp task assign {task.id} MEMBER", Severity.WARNING)
    ] * count


def test_what_a_broken_file_holds_exists() -> None:
    broken = [
        a_problem("member", "ghost"),
        a_problem("goal", "gone"),
        a_problem("project", "QA"),
        a_problem("task", "QA-0009"),
    ]
    records = [
        an_agent(reports_to="ghost"),
        a_project(goal="gone"),
        a_task("QA-0001", blocked_by=("QA-0009",)),
    ]

    assert _found(*records, problems=[*broken, Problem(path="README")]) == []


def test_without_a_company_nobody_knows_which_repositories_there_are() -> None:
    without = Records.of([a_person(), an_agent(repository="mill")])

    assert list(findings(without)) == []


# cycles


def test_every_record_on_a_cycle_is_named_with_the_way_round() -> None:
    members = [an_agent("riley", reports_to="oscar"), an_agent("oscar", reports_to="riley"), an_agent("ada", reports_to="riley")]  # fmt: skip
    goals = [a_goal("a", parent="b"), a_goal("b", parent="a"), a_goal("c", parent="a")]
    tasks = [a_task("CI-0001", blocked_by=("CI-0002", "CI-0003")), a_task("CI-0002", blocked_by=("CI-0001",)), a_task("CI-0003")]  # fmt: skip

    assert [(f.kind, f.id, f.where, f.message) for f in _found(*members, *goals, *tasks, a_counter())] == [
        ("agent", "oscar", "reports_to", "expected no cycle, found oscar → riley → oscar"),
        ("agent", "riley", "reports_to", "expected no cycle, found riley → oscar → riley"),
        ("goal", "a", "parent", "expected no cycle, found a → b → a"),
        ("goal", "b", "parent", "expected no cycle, found b → a → b"),
        ("task", "CI-0001", "blocked_by", "expected no cycle, found CI-0001 → CI-0002 → CI-0001"),
        ("task", "CI-0002", "blocked_by", "expected no cycle, found CI-0002 → CI-0001 → CI-0002"),
    ]


def test_what_lies_between_two_cycles_is_on_none() -> None:
    links = {"1": "2", "2": "13", "3": "4", "4": "5", "5": "4"}
    tasks = [a_task(f"CI-000{name}", blocked_by=tuple(f"CI-000{to}" for to in links[name])) for name in links]

    assert [f.id for f in _found(*tasks, a_counter())] == ["CI-0001", "CI-0002", "CI-0004", "CI-0005"]


# numbers


def test_a_number_that_is_still_to_be_given_is_taken() -> None:
    assert _said(a_task("CI-0005"), a_task("CI-0004"), a_counter("CI", 5)) == [
        (
            "task",
            "CI-0005",
            "",
            "expected a number below 5, the next to be given",
            "file new tasks in tasks/CI/new/; the next tick numbers them",
        )
    ]


def test_a_project_with_tasks_needs_its_counter() -> None:
    assert _said(a_task("CI-0005"), a_project("QA")) == [
        ("project", "CI", "", "expected tasks/CI/next, found none", "write 6 into tasks/CI/next")
    ]


# instructions


def test_instructions_are_files_of_the_execution_repository() -> None:
    asked: list[tuple[str, str]] = []

    def read(repository: str, path: str) -> str | None:
        asked.append((repository, path))
        return None

    agents = [an_agent(instructions="roles/riley.md", repository="factory"), an_agent("ada", instructions="x.md"), an_agent("bo", repository="factory")]  # fmt: skip

    assert _said(*agents, read=read) == [
        (
            "agent",
            "riley",
            "instructions",
            "expected a file of repository factory, found no roles/riley.md",
            "write the role there, or correct the path",
        )
    ]
    assert asked == [("factory", "roles/riley.md")]
    assert _found(*agents) == []


@pytest.mark.parametrize(
    ("description", "copied"),
    [
        (COPIED, True),
        (f"Our scout. {COPIED} Thanks.", True),
        (f"Our scout.\n\n{COPIED}", True),
        ("You look at what other teams do.", False),
        ("Be brief.", False),
        (None, False),
    ],
)
def test_role_text_has_one_home(description: str | None, copied: bool) -> None:
    riley = an_agent(instructions="riley.md", repository="factory", description=description)
    found = _found(riley, read=lambda _repository, _path: ROLE)

    assert [(f.where, f.message, f.hint, f.severity) for f in found] == [
        (
            "description",
            "repeats riley.md: the role has one home, the execution repository",
            "remove the description",
            Severity.WARNING,
        )
    ] * copied


def test_a_repository_that_cannot_be_read_is_told_once() -> None:
    def read(_repository: str, _path: str) -> str | None:
        raise WorkspaceError("../factory cannot be cloned", hint="check its url")

    agents = [an_agent(name, instructions="x.md", repository="factory") for name in ("riley", "ada")]
    found = _found(*agents, read=read)

    assert [(f.kind, f.id, f.where, f.message, f.hint, f.severity) for f in found] == [
        (
            "company",
            "gitcp",
            "repositories.factory",
            "../factory cannot be cloned",
            "check its url",
            Severity.WARNING,
        )
    ]


def test_what_is_archived_and_not_over_is_told() -> None:
    over = [a_task("CI-0002", status="done"), an_ended_run("oscar", "CI-0002")]
    snapshot = Records.of(snapshot_of().by_key.values(), archived=[a_task(), a_run(), *over])

    assert [(f.kind, f.id, f.message) for f in findings(snapshot) if f.where == "status"] == [
        ("task", "CI-0001", "expected a closed task in the archive, found todo: nobody is woken for it"),
        (
            "run",
            "20261123T090000Z-riley",
            "expected a run that has ended in the archive, found active: its money is held nowhere",
        ),
    ]


def test_an_archived_task_exists_for_those_that_name_it_and_its_number_is_taken() -> None:
    old = a_task("CI-0007", status="done", assignee="nobody")
    live = snapshot_of(a_task(blocked_by=("CI-0007",), parent="CI-0007"), a_budget("task/CI-0007", usd=1))

    found = list(findings(Records.of(live.by_key.values(), archived=[old])))

    assert [(f.kind, f.id, f.hint) for f in found] == [("project", "CI", "write 8 into tasks/CI/next")]


@pytest.mark.parametrize(
    ("task", "where", "name"),
    [
        ({"title": "{day} {{x}} {date} {day}"}, "task.title", "day"),
        ({"description": '{"a": 1} {hour}'}, "task.description", "hour"),
        ({"labels": ["{week}", "{w}"]}, "task.labels[1]", "w"),
    ],
)
def test_a_name_in_braces_that_stands_for_nothing_is_told(
    task: dict[str, Any], where: str, name: str
) -> None:
    message = f"expected one of {{date}}, {{week}}, {{number}}, found {{{name}}}"
    hint = f"it stays as it is; write {{{{{name}}}}} if that is meant"

    assert _found(a_routine(task=task)) == [
        Finding("routine", "weekly-scan", where, message, hint, Severity.WARNING)
    ]


# approvals


def _approval(*decisions: Decision, **fields: Any) -> list[tuple[str, str]]:
    people = [a_person("alex"), a_person("dora"), an_agent("oscar")]
    approval = an_approval(**({"requested_by": "clara", "decisions": decisions} | fields))
    found = _found(*people, approval)
    assert {(f.kind, f.id) for f in found} <= {("approval", "AP-1")}
    return [(f.where, f.message) for f in found]


def _decision(by: str = "alex", verdict: Any = "approve", **fields: Any) -> Decision:
    content = content_hash(an_approval(requested_by="clara"))
    return Decision(**({"by": by, "at": NOW, "verdict": verdict, "content": content} | fields))


@pytest.mark.parametrize(
    ("decisions", "fields"),
    [
        ((), {}),
        ((_decision(),), {"quorum": 2}),
        ((_decision(),), {"status": "approved"}),
        ((_decision(content=None),), {"status": "approved"}),
        ((_decision(), _decision("dora")), {"status": "approved", "quorum": 2}),
        ((_decision(verdict="reject", comment="No."),), {"status": "rejected"}),
        ((), {"status": "expired"}),
        ((), {"status": "withdrawn"}),
    ],
)
def test_an_approval_that_says_what_happened_is_sound(
    decisions: tuple[Decision, ...], fields: dict[str, Any]
) -> None:
    assert _approval(*decisions, **fields) == []


@pytest.mark.parametrize(
    ("decisions", "fields", "where", "message"),
    [
        ((), {"status": "approved"}, "status", "expected a quorum of 1, found 0 who approved what is asked"),
        ((_decision(),), {"status": "approved", "quorum": 2}, "status", "expected a quorum of 2, found 1 who approved what is asked"),
        ((_decision(), _decision()), {"status": "approved", "quorum": 2}, "status", "expected a quorum of 2, found 1 who approved what is asked"),
        ((_decision(), _decision("dora", "reject")), {"status": "approved"}, "status", "expected rejected: somebody rejected it, found approved"),
        ((_decision(),), {"status": "rejected"}, "status", "expected somebody who rejected it, found nobody"),
        ((_decision("oscar"),), {}, "decisions[0].by", "expected a person, found the agent oscar"),
        ((_decision("clara"),), {}, "decisions[0].by", "expected somebody else than who asked, found clara"),
        ((_decision("ghost"),), {}, "decisions[0].by", "expected a person that exists, found ghost"),
        ((_decision(option="red"),), {}, "decisions[0].option", "expected none, there are no options, found red"),
        ((_decision(content=None),), {}, "decisions[0].content", "expected the hash of what was decided about, found none: the decision does not count"),
        ((), {"quorum": 3}, "quorum", "expected at most as many as may decide (alex, dora), found 3: it cannot be approved"),
        ((), {"approvers": ("oscar",)}, "quorum", "expected at most as many as may decide (nobody), found 1: it cannot be approved"),
        ((), {"requested_by": "ghost"}, "requested_by", "expected a member that exists, found ghost"),
        ((), {"task": "CI-0099"}, "task", "expected a task that exists, found CI-0099"),
    ],
)  # fmt: skip
def test_an_approval_that_contradicts_itself_is_told(
    decisions: tuple[Decision, ...], fields: dict[str, Any], where: str, message: str
) -> None:
    assert _approval(*decisions, **fields) == [(where, message)]


def test_what_was_decided_stays_decided_when_who_decided_has_left() -> None:
    assert _approval(_decision("ghost"), status="approved") == []
    assert _approval(_decision("ghost"), status="applied") == []


def test_a_decision_about_another_content_is_told_and_does_not_count() -> None:
    other = _decision(content="sha256:0")

    (found,) = _approval(other)
    assert (found[0], found[1].endswith("found sha256:0: it was decided about another content")) == (
        "decisions[0].content",
        True,
    )
    assert [where for where, _ in _approval(other, status="approved")] == ["status", "decisions[0].content"]


def test_approvers_who_asked_or_are_agents_do_not_make_a_quorum() -> None:
    found = _approval(_decision("clara"), status="approved")

    assert [where for where, _ in found] == ["status", "decisions[0].by"]
    forged = _approval(_decision("oscar"), status="approved")
    assert [where for where, _ in forged] == ["status", "decisions[0].by"]
