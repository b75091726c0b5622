import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gitcp.core import views
from gitcp.core.approvals import content_hash
from gitcp.core.documents import revision_of
from gitcp.model.amounts import BudgetLimits, Usage
from gitcp.model.base import Record
from gitcp.model.guards import (
    Access,
    Approval,
    ApprovalStatus,
    Budget,
    Decision,
    Gate,
    Period,
    Policy,
    Verdict,
)
from gitcp.model.members import Agent, AgentStatus, Heartbeat, Member, Person, WakeReason
from gitcp.model.memory import Records
from gitcp.model.planning import Goal, GoalLevel, Project, Routine, RoutineStatus, TaskTemplate
from gitcp.model.runs import Cause, Declared, Run
from gitcp.model.runtimes import CodexRuntime, ProcessRuntime
from gitcp.model.tasks import Comment, Document, Origin, Task, TaskStatus
from tests.api.company import (
    NOW,
    RUN,
    a_comment,
    a_person,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    the_company,
)


def with_(*records: Record) -> Records:
    return Records.of([*the_company().by_key.values(), *records])


def task(records: Records, name: str) -> Task:
    found = records.get(Task, name)
    assert found is not None
    return found


def member(records: Records, name: str) -> Member:
    found = records.member(name)
    assert found is not None
    return found


def test_a_task_is_shown_with_all_that_stands_around_it() -> None:
    records = with_(
        a_task("CI-0009", status=TaskStatus.DONE, closed=NOW),
        a_task("CI-0010", parent="CI-0001", assignee="nadia"),
        a_task("CI-0011", blocked_by=("CI-0001",)),
        a_comment("CI-0001", "oscar", NOW - timedelta(hours=1), "@riley, how is it?"),
        Document(id="CI-0001/plan", text="First, …"),
        Document(id="CI-0002/plan", text="Other"),
        a_task("CI-0001", title="Enforce", blocked_by=("CI-0009", "CI-0404"), assignee="riley"),
    )

    view = views.task_view(records, task(records, "CI-0001"))

    assert view["project_name"] == "Continuous improvement"
    assert [goal["id"] for goal in view["goals"]] == ["quality", "trust"]
    assert view["blockers"] == [
        {"id": "CI-0009", "title": "Title of CI-0009", "status": "done"},
        {"id": "CI-0404", "title": None, "status": None},
    ]
    assert (view["ready"], view["open_blockers"]) == (False, ["CI-0404"])
    assert view["dependents"] == ["CI-0011"]
    assert [child["id"] for child in view["children"]] == ["CI-0010"]
    assert [(c["author"], c["at"], c["mentions"]) for c in view["comments"]] == [
        ("oscar", "2026-11-22T22:30:00Z", ["riley"])
    ]
    assert view["documents"] == ["plan"]
    assert [run["id"] for run in view["runs"]] == [RUN]


def test_a_task_keeps_every_field_of_its_file() -> None:
    view = views.task_view(the_company(), task(the_company(), "CI-0001"))

    assert set(Task.model_fields) <= set(view)


@pytest.mark.parametrize("name", ["CI-0001", "CI-0002", "CI-0003"])
def test_a_row_of_a_task_is_a_part_of_its_view(name: str) -> None:
    records = the_company()

    assert (
        views.task_row(records, task(records, name)).items()
        <= views.task_view(records, task(records, name)).items()
    )


def test_a_task_of_an_unreadable_project_is_shown_all_the_same() -> None:
    view = views.task_view(Records.of([a_task("XY-0001")]), a_task("XY-0001"))

    assert (view["project"], view["project_name"], view["goals"]) == ("XY", None, [])


def test_a_comment_whose_name_tells_no_time_has_none() -> None:
    odd = Comment(id="CI-0001/20261399T999999999Z-clara-0000", body="When?")

    assert views.comment_view(odd)["at"] is None


def test_a_document_is_shown_with_its_text() -> None:
    document = Document(id="CI-0001/plan", text="First")

    assert views.document_view(with_(document), document) == {
        "id": "CI-0001/plan",
        "task": "CI-0001",
        "document": "plan",
        "revision": revision_of("First"),
        "approval": None,
        "approved": False,
        "text": "First",
    }


def test_an_inbox_keeps_its_order_and_says_why() -> None:
    view = views.inbox_view(the_company(), "riley")

    assert view["member"] == "riley"
    assert [(item["task"]["id"], item["reason"]) for item in view["items"]] == [
        ("CI-0001", "assigned"),
        ("CI-0003", "review"),
    ]


def test_an_agent_is_shown_with_its_place_its_limits_and_its_work() -> None:
    beat = Heartbeat(cron="0 9 * * MON", timezone="Europe/Madrid", since=NOW)
    records = with_(an_agent("riley", reports_to="clara", heartbeat=beat))

    view = views.member_view(records, member(records, "riley"), NOW)

    assert (view["id"], view["kind"]) == ("riley", "agent")
    assert view["chain_of_command"] == ["clara", "oscar", "alex"]
    assert (view["reports"], view["subtree"]) == (["nadia"], ["nadia"])
    assert view["next_heartbeat"] == "2026-11-23T08:00:00Z"
    assert view["run_limits"]["tokens"] == 200_000
    assert [row["id"] for row in view["tasks"]] == ["CI-0001"]
    assert view["active_runs"] == [RUN]


def test_the_values_of_a_runtimes_environment_are_not_told() -> None:
    runtime = ProcessRuntime(type="process", command=("x",), environment={"B_KEY": "s3cret", "A": "1"})
    agent = an_agent("riley", runtime=runtime)

    view = views.member_view(Records.of([agent]), agent, NOW)

    assert view["runtime"]["environment"] == ["A", "B_KEY"]
    assert "s3cret" not in json.dumps(view)


def test_a_runtime_is_told_by_what_its_record_says_of_it() -> None:
    agent = an_agent("riley", runtime=CodexRuntime(type="codex", model="m", config={"effort": "low"}))

    runtime = views.member_view(Records.of([agent]), agent, NOW)["runtime"]

    assert runtime == {"type": "codex", "model": "m", "config": {"effort": "low"}}


def test_a_person_has_nothing_that_only_agents_have() -> None:
    records = the_company()

    row = views.member_row(records, member(records, "alex"))
    view = views.member_view(records, member(records, "alex"), NOW)

    assert (row["kind"], row["status"], row["runtime"], row["active_runs"]) == ("person", None, None, [])
    assert view["subtree"] == ["clara", "hugo", "nadia", "oscar", "riley"]
    assert "runtime" not in view


def test_the_org_chart_is_told_depth_first() -> None:
    rows = views.org_rows(the_company())

    assert [(row["id"], row["depth"]) for row in rows] == [
        ("alex", 0), ("oscar", 1), ("clara", 2), ("riley", 3), ("nadia", 4), ("hugo", 2),
    ]  # fmt: skip


def test_members_that_report_in_a_circle_are_in_the_chart_once() -> None:
    records = Records.of([
        an_agent("a", reports_to="b"),
        an_agent("b", reports_to="a"),
        an_agent("c", reports_to="ghost", status=AgentStatus.PAUSED, heartbeat=Heartbeat(cron="@daily")),
    ])  # fmt: skip

    rows = [(row["id"], row["depth"], row["status"], row["heartbeat"]) for row in views.org_rows(records)]

    assert rows == [("c", 0, "paused", "@daily"), ("a", 0, "active", None), ("b", 1, "active", None)]


def test_a_live_run_shows_what_it_reserved_and_an_ended_one_what_it_used() -> None:
    usage = Usage(usd=Decimal("0.123456"), tokens=900, runs=1)
    ended = an_ended_run("riley", NOW - timedelta(hours=2), usage=usage, declared=Declared.FINISH)

    live, done = views.run_row(a_run()), views.run_row(ended)

    assert (live["usd"], live["tokens"], live["minutes"], live["outcome"]) == (2.0, 400_000, None, None)
    assert (done["usd"], done["tokens"], done["minutes"]) == (0.123456, 900, 6.0)
    assert (done["outcome"], done["declared"], done["reasons"]) == ("succeeded", "finish", ["assignment"])


def test_a_run_is_shown_with_every_field_and_its_tasks_title() -> None:
    records = the_company()
    run = records.get(Run, RUN)
    assert run is not None

    view = views.run_view(records, run)

    assert set(Run.model_fields) <= set(view)
    assert view["task_title"] == "Enforce the scan cadence"
    assert views.run_view(Records.of([]), a_run(task=None))["task_title"] is None


_ORIGIN = Origin(routine="scan", slot=NOW - timedelta(minutes=90), number=1)


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        ([("heartbeat", "2026-11-22T23:27:30Z")], ("2026-11-22T23:27:30Z", 2.5)),
        ([("assignment", "0"), ("heartbeat", "2026-11-22T23:30:00Z")], ("2026-11-22T23:30:00Z", 0.0)),
        ([("routine", "0"), ("heartbeat", "2026-11-22T23:30:00Z")], ("2026-11-22T22:00:00Z", 90.0)),
        ([("assignment", "0")], (None, None)),
        ([("heartbeat", "whenever"), ("heartbeat", "2026-11-23T08:00:00")], (None, None)),
    ],
)
def test_a_run_tells_the_slot_that_it_was_for_and_how_late_it_was(
    causes: list[tuple[str, str]], expected: tuple[str | None, float | None]
) -> None:
    answers = tuple(
        Cause(reason=WakeReason(reason), record="CI-0009", digest=digest) for reason, digest in causes
    )
    run = an_ended_run("riley", NOW, task="CI-0009", answers=answers)
    view = views.run_view(Records.of([a_task("CI-0009", routine=_ORIGIN), run]), run)

    assert (view["slot"], view["late_minutes"]) == expected


def test_goals_are_told_depth_first_with_their_own_tasks() -> None:
    rows = views.goal_rows(with_(a_task("CI-0020", goal="trust", status=TaskStatus.DONE)))

    assert [(row["id"], row["depth"]) for row in rows] == [("trust", 0), ("quality", 1)]
    assert rows[0]["tasks"]["done"] == 1
    assert {status: count for status, count in rows[1]["tasks"].items() if count} == {
        "todo": 1,
        "in_progress": 1,
        "in_review": 1,
    }


def test_a_goal_is_shown_with_those_above_and_below_it() -> None:
    records = the_company()
    trust, quality = records.get(Goal, "trust"), records.get(Goal, "quality")
    assert trust is not None
    assert quality is not None

    above, below = views.goal_view(records, trust), views.goal_view(records, quality)

    assert [goal["id"] for goal in above["children"]] == ["quality"]
    assert (above["projects"], above["tasks"]) == ([], [])
    assert [goal["id"] for goal in below["ancestry"]] == ["trust"]
    assert below["projects"] == ["CI"]
    assert [row["id"] for row in below["tasks"]] == ["CI-0001", "CI-0002", "CI-0003"]


def test_goals_in_a_circle_are_each_told_once() -> None:
    goals = [Goal(id=name, title=name, level=GoalLevel.TEAM, parent=up) for name, up in ("ab", "ba")]

    assert [row["id"] for row in views.goal_rows(Records.of(goals))] == ["a", "b"]


def test_a_project_is_shown_with_its_open_tasks() -> None:
    records = with_(a_task("CI-0020", status=TaskStatus.DONE))
    project = records.get(Project, "CI")
    assert project is not None

    (row,) = views.project_rows(records)
    view = views.project_view(records, project)

    assert "description" not in row
    assert (row["tasks"]["done"], view["counts"]["done"]) == (1, 1)
    assert [task["id"] for task in view["tasks"]] == ["CI-0001", "CI-0002", "CI-0003"]
    assert [goal["id"] for goal in view["goals"]] == ["quality", "trust"]


@pytest.mark.parametrize(
    ("fields", "following"),
    [
        ({}, "2026-11-23T07:00:00Z"),
        ({"timezone": "UTC"}, "2026-11-23T08:00:00Z"),
        ({"status": RoutineStatus.PAUSED}, None),
        ({"cron": "whenever"}, None),
        ({"timezone": "Europe/Nowhere"}, None),
        ({"since": NOW + timedelta(days=7)}, "2026-11-30T07:00:00Z"),
    ],
)
def test_a_routine_says_when_it_fires_next(fields: dict[str, Any], following: str | None) -> None:
    template = TaskTemplate(project="CI", title="Scan", assignee="riley")
    routine = Routine(
        **({"id": "scan", "title": "Weekly scan", "cron": "0 8 * * 1", "task": template} | fields)
    )

    row, view = (
        views.routine_row(the_company(), routine, NOW),
        views.routine_view(the_company(), routine, NOW),
    )

    assert row["next"] == view["next"] == following
    assert view["next_slots"][:1] == ([following] if following else [])
    assert len(view["next_slots"]) == (10 if following else 0)
    assert (row["assignee"], view["task"]["title"]) == ("riley", "Scan")


def test_a_routine_tells_its_last_task_how_late_it_was_and_why_there_is_no_other() -> None:
    template, since = TaskTemplate(project="CI", title="Scan"), NOW - timedelta(hours=3)
    routine = Routine(id="scan", title="Scan", cron="0 * * * *", task=template, since=since, dated="0 * * * * Europe/Madrid", fired=_ORIGIN.slot, made=1, last="CI-0009")  # fmt: skip
    made = a_task("CI-0009", routine=_ORIGIN, created=NOW - timedelta(minutes=60))

    view = views.routine_view(with_(routine, made), routine, NOW)

    assert view["last_task"] == {
        "id": "CI-0009",
        "title": "Title of CI-0009",
        "status": "todo",
        "slot": "2026-11-22T22:00:00Z",
        "created": "2026-11-22T22:30:00Z",
        "late_minutes": 30.0,
    }
    assert view["held"] == "skips its slot of 2026-11-22T23:00:00Z: CI-0009 was open at it"
    assert views.routine_row(with_(routine, made), routine, NOW)["last"] == "CI-0009"
    by_hand = a_task("CI-0009", routine=None)
    assert views.routine_view(with_(routine, by_hand), routine, NOW)["last_task"]["late_minutes"] is None
    assert views.routine_view(with_(), routine, NOW)["last_task"] is None


@pytest.mark.parametrize(
    ("limit", "share", "dry_at", "state"),
    [
        ("100", 0.03, None, "ok"),
        ("3.5", 0.857143, "2026-11-23T03:30:00Z", "warning"),
        ("3", 1.0, "2026-11-22T23:30:00Z", "exhausted"),
        ("0", 1.0, "2026-11-22T23:30:00Z", "exhausted"),
    ],
)
def test_a_budget_says_what_is_used_and_left(
    limit: str, share: float, dry_at: str | None, state: str
) -> None:
    budget = Budget(id="agent/riley", period=Period.MONTH, limits=BudgetLimits(usd=Decimal(limit)))
    used = Usage(usd=Decimal(1), runs=1)
    records = Records.of([
        a_run(charges=("agent/riley",)),
        an_ended_run("riley", NOW - timedelta(hours=2), charges=("agent/riley",), usage=used),
    ])  # fmt: skip

    view = views.budget_view(records, budget, NOW)

    assert (view["scope"], view["target"]) == ("agent", "riley")
    assert (view["since"], view["until"]) == ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z")
    assert view["use"] == [
        {
            "metric": "usd",
            "limit": float(limit),
            "extra": 0.0,
            "settled": 1.0,
            "reserved": 2.0,
            "available": float(limit) - 3,
            "share": share,
            "per_day": 3.0,
            "dry_at": dry_at,
            "state": state,
        }
    ]


def test_a_budget_that_allows_nothing_is_exhausted_before_anything_is_spent() -> None:
    budget = Budget(id="company", period=Period.TOTAL, limits=BudgetLimits(runs=0))

    view = views.budget_view(Records.of([]), budget, NOW)

    assert (view["target"], view["since"], view["until"]) == (None, None, None)
    assert (view["use"][0]["share"], view["use"][0]["state"]) == (0.0, "exhausted")


def test_an_approval_says_how_many_are_missing_and_whom_it_waits_for() -> None:
    asked = Approval(id="AP-1", title="Hire", requested_by="clara", requested_at=NOW, quorum=2)
    decision = Decision(by="alex", at=NOW, verdict="approve", content=content_hash(asked))
    other = decision.evolve(by="bea", content="sha256:0")
    people = [Person(id=name, name=name) for name in ("alex", "bea", "clara")]
    approval = asked.evolve(decisions=(decision, other))
    records = Records.of([*people, approval])

    row, view = views.approval_row(records, approval), views.approval_view(records, approval)

    assert (row["missing"], row["waits_for"]) == (view["missing"], view["waits_for"]) == (1, ["bea"])
    assert [(made["by"], made["counts"]) for made in view["decisions"]] == [("alex", True), ("bea", False)]
    assert view["content_hash"] == content_hash(asked)
    closed = views.approval_row(records, approval.evolve(status=ApprovalStatus.REJECTED))
    assert (closed["missing"], closed["waits_for"]) == (0, [])


def test_approvals_that_wait_are_listed_first_with_how_long_they_have_waited() -> None:
    def asked(number: int, hours: int, status: ApprovalStatus = ApprovalStatus.PENDING) -> Approval:
        at = NOW - timedelta(hours=hours)
        return Approval(id=f"AP-{number}", title="x", requested_by="riley", requested_at=at, status=status)

    records = Records.of(
        [
            asked(1, 9, ApprovalStatus.APPROVED),
            asked(2, 1),
            asked(3, 5),
            asked(4, 2, ApprovalStatus.REJECTED),
            asked(5, -1),
        ]
    )

    assert [(row["id"], row["waited_minutes"]) for row in views.approval_rows(records, NOW)] == [
        ("AP-3", 300),
        ("AP-2", 60),
        ("AP-5", 0),
        ("AP-4", None),
        ("AP-1", None),
    ]


def test_an_inbox_and_a_task_name_the_approvals_that_wait() -> None:
    asked = Approval(id="AP-1", title="Hire", requested_by="riley", requested_at=NOW, task="CI-0001")
    task = a_task("CI-0001", assignee="riley")
    records = Records.of([Person(id="alex", name="Alex"), asked, task])

    (question,) = views.inbox_view(records, "alex")["approvals"]

    assert question["reason"] == "riley asks for your decision, and CI-0001 waits for it"
    assert question["approval"]["title"] == "Hire"
    assert views.inbox_view(records, "riley")["approvals"] == []
    assert [row["id"] for row in views.task_view(records, task)["approvals"]] == ["AP-1"]


def test_a_policy_is_shown_with_its_gates() -> None:
    gate = Gate(operations=("agent.hire",), verdict=Verdict.APPROVAL, above_usd=Decimal("1.5"))
    access = Access(who=("owner",), operations=("*",))
    policy = Policy(id="hiring", title="Hiring", gates=(gate,), access=(access,))

    assert views.policy_row(policy) == {"id": "hiring", "title": "Hiring", "gates": 1, "access": 1}
    assert views.policy_view(policy)["gates"][0]["above_usd"] == 1.5
    assert views.policy_view(policy)["gates"][0]["says"] == (
        "agent.hire above 1.5 USD: needs the approval of another person"
    )
    assert views.policy_view(policy)["access"][0]["says"] == "owner may do everything"


def every_view(records: Records, now: datetime) -> Any:
    return [
        [views.task_view(records, each) for each in records.tasks()],
        [views.member_view(records, each, now) for each in records.members()],
        [views.run_view(records, each) for each in records.runs()],
        [views.inbox_view(records, each.id) for each in records.members()],
        [views.project_view(records, each) for each in records.all(Project)],
        views.org_rows(records),
        views.goal_rows(records),
    ]


def test_every_view_is_json_and_the_same_whenever_it_is_asked_for() -> None:
    once, again = every_view(the_company(), NOW), every_view(the_company(), NOW)

    assert json.dumps(once, allow_nan=False) == json.dumps(again, allow_nan=False)


def test_a_record_can_be_shown_without_some_of_its_fields() -> None:
    person = a_person("ada", emails=("ada@example.org",))

    view = views.record_view(person, without=("emails",))

    assert list(view)[:3] == ["id", "kind", "name"]
    assert "emails" not in view


def test_amounts_are_numbers_with_at_most_six_places() -> None:
    assert views.plain({"usd": Decimal("0.1234567"), "list": (Decimal(2), NOW, None, True)}) == {
        "usd": 0.123457,
        "list": [2.0, "2026-11-22T23:30:00Z", None, True],
    }


def test_an_agent_type_is_told_as_its_file_does() -> None:
    assert views.record_view(an_agent())["kind"] == "agent"
    assert "type" not in views.record_view(an_agent())
    assert isinstance(an_agent(), Agent)


def test_a_task_leads_to_where_the_forge_compares_what_was_delivered() -> None:
    page = "https://github.com/acme/factory/compare/main...riley/CI-0009?expand=1"
    run = an_ended_run("riley", NOW, compare_url=page)
    delivery = {"commit": "a" * 40, "branch": "riley/CI-0009", "run": run.id}
    records = with_(run, a_task("CI-0009", delivery=delivery), a_task("CI-0010"))

    assert views.task_view(records, task(records, "CI-0009"))["compare_url"] == page
    assert views.task_view(records, task(records, "CI-0010"))["compare_url"] is None
