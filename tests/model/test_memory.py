from datetime import timedelta

import pytest

from gitcp.model.company import Company
from gitcp.model.kinds import KINDS
from gitcp.model.memory import Records
from gitcp.model.operation import Put, Remove
from gitcp.model.problem import Problem, Severity
from gitcp.model.runs import charged_by
from gitcp.model.snapshot import agents, persons
from gitcp.model.tasks import Task, TaskStatus
from tests.helpers import (
    NOW,
    a_cause,
    a_comment,
    a_company,
    a_person,
    a_problem,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    later,
)


def test_a_record_is_found_by_its_kind_and_id() -> None:
    records = Records.of([a_task("CI-0001"), a_person("ci")])

    assert records.get(Task, "CI-0001") == a_task("CI-0001")
    assert records.get(Task, "CI-0002") is None
    assert records.get(Company, "CI-0001") is None


def test_the_last_of_two_records_with_one_id_counts() -> None:
    assert Records.of([a_task(title="Old"), a_task(title="New")]).get(Task, "CI-0001") == a_task(title="New")


def test_answers_are_sorted_by_id() -> None:
    records = Records.of(
        [a_task("CI-0002"), an_agent("zoe"), a_task("CI-0001"), a_person("clara"), an_agent("ada")]
    )

    assert [task.id for task in records.all(Task)] == ["CI-0001", "CI-0002"]
    assert [member.id for member in records.members()] == ["ada", "clara", "zoe"]
    assert [agent.id for agent in agents(records)] == ["ada", "zoe"]
    assert [one.id for one in persons(records)] == ["clara"]


def test_a_member_is_an_agent_or_a_person() -> None:
    records = Records.of([an_agent("riley"), a_person("clara")])

    assert records.member("riley") == an_agent("riley")
    assert records.member("clara") == a_person("clara")
    assert records.member("ghost") is None


def test_the_company_may_be_missing() -> None:
    assert Records.of([]).company is None
    assert Records.of([a_company()]).company == a_company()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["CI-0001", "CI-0002", "QA-0001"]),
        ({"statuses": {TaskStatus.DONE}}, ["CI-0002"]),
        ({"statuses": set()}, []),
        ({"assignee": "oscar"}, ["QA-0001"]),
        ({"project": "CI"}, ["CI-0001", "CI-0002"]),
        ({"parent": "CI-0001"}, ["QA-0001"]),
        ({"project": "CI", "assignee": "oscar"}, []),
    ],
)
def test_tasks_fit_every_given_condition(asked: dict[str, object], expected: list[str]) -> None:
    records = Records.of(
        [
            a_task("CI-0001"),
            a_task("CI-0002", status="done"),
            a_task("QA-0001", assignee="oscar", parent="CI-0001"),
        ]
    )

    assert [task.id for task in records.tasks(**asked)] == expected  # type: ignore[arg-type]


def test_dependents_name_a_task_as_blocker() -> None:
    records = Records.of([a_task("CI-0001"), a_task("CI-0002", blocked_by=("CI-0001",))])

    assert [task.id for task in records.dependents("CI-0001")] == ["CI-0002"]


def test_comments_are_those_of_the_task_and_the_oldest_comes_first() -> None:
    new, old = a_comment("new", when=later(1)), a_comment("old", by="zoe")
    other = a_comment("other", task="CI-0010")

    assert [c.body for c in Records.of([new, other, old]).comments("CI-0001")] == ["old", "new"]


def test_mentions_are_unanswered_and_in_order_of_time_across_tasks() -> None:
    first = a_comment("@riley 1", task="CI-0009", when=later(-9))
    second = a_comment("@riley 2", task="CI-0001", when=later(-5))
    answered = a_comment("@riley 3", task="CI-0001", when=later(-4))
    run = an_ended_run(answers=(a_cause("mention", answered.id), a_cause("heartbeat", second.id)))
    of_other = an_ended_run("oscar", answers=(a_cause("mention", first.id),))
    records = Records.of([second, first, answered, run, of_other, a_comment("nobody", when=later(-1))])

    assert [comment.body for comment in records.mentions("riley")] == ["@riley 1", "@riley 2"]


def test_runs_are_sorted_by_their_claim_newest_first() -> None:
    old, new = an_ended_run(claimed_at=later(-60), pending=True), a_run(claimed_at=NOW)
    other = an_ended_run("oscar", None, claimed_at=later(-30))
    records = Records.of([old, new, other])

    assert records.runs() == [new, other, old]
    assert records.runs(limit=1) == [new]
    assert records.runs(active=True) == [new]
    assert records.runs(active=False) == [other, old]
    assert records.runs(pending=True) == [old]
    assert records.runs(pending=False) == [new, other]
    assert records.runs(agent="riley") == [new, old]
    assert records.runs(task="CI-0001") == [new, old]
    assert records.runs(claimed_from=later(-30)) == [new, other]


def test_a_budget_is_charged_by_the_runs_whose_claim_did() -> None:
    here = an_ended_run(charges=("company", "agent/riley"), claimed_at=later(-60))
    elsewhere = an_ended_run("oscar", charges=("company",))
    records = Records.of([here, elsewhere])

    assert records.charged("agent/riley", None) == charged_by([here])
    assert records.charged("company", NOW) == charged_by([elsewhere])
    assert records.charged("company", None) == charged_by([here, elsewhere])
    assert records.charged("company", NOW + timedelta(seconds=1)) == charged_by([])


def test_a_cause_is_answered_by_runs_of_the_same_agent_only() -> None:
    mine, other = a_cause(digest="1"), a_cause(digest="2")
    records = Records.of([an_ended_run("riley", answers=(mine,)), an_ended_run("oscar", answers=(other,))])

    assert records.answered("riley", [mine, other]) == {mine}
    assert records.answered("zoe", [mine]) == frozenset()


def test_a_record_is_inert_if_an_error_stands_against_it() -> None:
    records = Records.of(
        [], problems=[a_problem("task", "CI-0001"), a_problem("task", "CI-0002", severity=Severity.WARNING)]
    )

    assert records.is_inert("task", "CI-0001")
    assert not records.is_inert("task", "CI-0002")
    assert not records.is_inert("agent", "CI-0001")


def test_problems_are_sorted_by_place_also_when_one_names_no_record() -> None:
    one, two = Problem(path="a", message="m", record=("task", "a")), Problem(path="a", message="m")

    assert [p.path for p in Records.of([], problems=[Problem(path="b"), one, two]).problems()] == [
        "a",
        "a",
        "b",
    ]


def test_an_edit_leaves_the_snapshot_as_it_was() -> None:
    before = Records.of([a_task("CI-0001"), a_task("CI-0002")], revision="1" * 40)
    after = before.edited(
        [Put(a_task("CI-0001", title="New")), Remove(Task, "CI-0002"), Remove(Task, "CI-0009")]
    )

    assert [task.title for task in before.all(Task)] == ["Do CI-0001", "Do CI-0002"]
    assert [task.title for task in after.all(Task)] == ["New"]
    assert after.revision == before.revision
    assert before.edited([], revision="2" * 40).revision == "2" * 40


def test_every_kind_is_listed_under_its_own_name() -> None:
    assert all(kind.kind == name for name, kind in KINDS.items())
    assert len({kind.plural for kind in KINDS.values()}) == len(KINDS) - 1  # agents and persons share org/


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem(path="org/riley.yaml", line=7, where="heartbeat.cron", message="no"), "org/riley.yaml:7: heartbeat.cron: no"),
        (Problem(path="gitcp.yaml", message="no"), "gitcp.yaml: no"),
    ],
)  # fmt: skip
def test_a_problem_reads_as_one_line(problem: Problem, expected: str) -> None:
    assert str(problem) == expected
