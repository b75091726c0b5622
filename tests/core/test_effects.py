"""The effect of a change: what the company does otherwise, told by the parts that decide it."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from gitcp.core.differences import Pair, differences
from gitcp.core.effects import Effect, Halt, Step, effect
from gitcp.core.effects.collisions import Collision, meetings
from gitcp.core.effects.rulings import judged
from gitcp.model.amounts import Metric, RunLimits
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.guards import Gate, Policy, ProposedFile, Verdict
from gitcp.model.history import Entry
from gitcp.model.memory import Records
from tests.helpers import (
    NOW,
    a_budget,
    a_company,
    a_heartbeat,
    a_person,
    a_problem,
    a_project,
    a_routine,
    a_run,
    a_task,
    an_agent,
    an_approval,
    an_ended_run,
)

CLARA = a_person()
RILEY = an_agent()
HOURLY = a_heartbeat("0 * * * *", prompt="go")
COMPANY = (a_company(), CLARA, RILEY, a_project(), a_task())


def changed(before: Iterable[Record], after: Iterable[Record], **fields: Any) -> Effect:
    """Return the effect of going from these records to those; `problems` are those of after."""
    old, new = Records.of(before), Records.of(after, problems=fields.get("problems", ()))
    keys = sorted({*old.by_key, *new.by_key})
    pairs = [
        Pair(*key, f"{key[0]}/{key[1]}", old.by_key.get(key), new.by_key.get(key))
        for key in keys
        if old.by_key.get(key) != new.by_key.get(key)
    ]
    return effect(old, new, pairs, differences(pairs), NOW)


def with_(*records: Record, without: tuple[str, ...] = ()) -> list[Record]:
    """Return the company with some records added or replaced."""
    known = {(r.kind, r.id): r for r in (*COMPANY, *records)}
    return [record for record in known.values() if record.id not in without]


def test_where_nothing_differs_there_is_no_effect() -> None:
    assert changed(COMPANY, COMPANY).is_none


def test_who_is_hired_paused_or_gone_is_told_with_whom_it_answers_to() -> None:
    before = with_(an_agent("hugo"), an_agent("ada", reports_to="hugo"), an_agent("kim"))
    after = with_(an_agent("ada", reports_to="hugo"), an_agent("kim", status="paused"), an_agent("nora"))

    org = {change.member: change for change in changed(before, after).org}

    assert {member: change.step for member, change in org.items()} == {
        "hugo": Step.REMOVED,
        "kim": Step.PAUSED,
        "nora": Step.HIRED,
        "ada": Step.MOVED,
    }
    assert org["nora"].manager == "clara"
    assert (org["ada"].was, org["ada"].manager) == ("hugo", None)
    assert org["ada"].words == "ada answers to nobody instead of hugo"


def test_open_tasks_that_change_hands_are_told_and_closed_ones_are_not() -> None:
    before = with_(a_task("CI-0002", status="done", closed=NOW), an_agent("nora"))
    after = with_(
        a_task(assignee="nora"),
        a_task("CI-0002", status="done", closed=NOW, assignee="nora"),
        an_agent("nora"),
    )

    found = changed(before, after)

    assert [(one.task, one.was, one.now) for one in found.reassigned] == [("CI-0001", "riley", "nora")]
    assert [(start.agent, start.task) for start in found.starts] == [("nora", "CI-0001")]
    assert [(start.agent, start.task) for start in found.spared] == [("riley", "CI-0001")]


def test_a_heartbeat_is_counted_for_a_week_and_for_thirty_days_with_what_it_costs_at_most() -> None:
    beating = RILEY.evolve(heartbeat=HOURLY, limits=RunLimits(usd=Decimal("0.50")))

    found = changed(COMPANY, with_(beating))

    (clock,) = found.rescheduled
    assert clock.before is None
    assert clock.after is not None
    assert (clock.after.week, clock.after.month) == (168, 720)
    (cost,) = found.costs
    assert cost.after is not None
    assert (cost.before, cost.after.runs) == (None, 720)
    assert cost.after.at_most[Metric.USD] == 360
    assert cost.after.expected is None


def test_a_clock_too_dense_to_count_goes_on_as_it_began() -> None:
    found = changed(COMPANY, with_(RILEY.evolve(heartbeat=a_heartbeat("* * * * *", prompt="go"))))

    (clock,) = found.rescheduled
    assert clock.after is not None
    assert (clock.after.week, clock.after.month) == (7 * 24 * 60, 30 * 24 * 60)


def test_what_is_expected_comes_from_what_past_runs_took() -> None:
    runs = [
        an_ended_run(claimed_at=NOW.replace(hour=hour), usage={"usd": "0.10", "runs": 1}) for hour in (1, 2)
    ]

    found = changed([*COMPANY, *runs], [*with_(RILEY.evolve(heartbeat=HOURLY)), *runs])

    assert found.costs[0].after is not None
    assert found.costs[0].after.expected is not None
    assert found.costs[0].after.expected[Metric.USD] == 72


def test_the_budgets_that_cover_a_clock_are_told_before_and_after_each_for_its_own_period() -> None:
    budgets = (
        a_budget("company", usd=100),
        a_budget("agent/riley", "day", usd=40),
        a_budget("agent/clara", usd=1),
        a_budget("project/CI", "week", runs=2),
    )
    daily = RILEY.evolve(heartbeat=a_heartbeat("0 9 * * *", prompt="go"), limits=RunLimits(usd=Decimal(5)))
    routine = a_routine(cron="0 8 * * *", task={"assignee": "riley"})

    found = changed(with_(*budgets), with_(*budgets, daily, routine))

    told = {(one.budget, one.metric.value): one for one in found.budgets}
    assert set(told) == {("company", "usd"), ("agent/riley", "usd"), ("project/CI", "runs")}
    taken = {budget: one.after.at_most for (budget, _), one in told.items() if one.after is not None}
    assert taken == {
        "company": 300,  # thirty runs of 5 by riley's own clock, thirty of the routine's
        "agent/riley": 10,
        "project/CI": 7,
    }
    assert told["company", "usd"].after is not None
    assert told["company", "usd"].after.is_over


def test_a_limit_that_is_raised_is_told_though_no_clock_takes_from_it() -> None:
    found = changed(with_(a_budget("agent/riley", usd=40)), with_(a_budget("agent/riley", usd=60)))

    (raised,) = found.budgets
    assert raised.before is not None
    assert raised.after is not None
    assert raised.before.limit == 40
    assert raised.after.limit == 60
    assert raised.after.at_most == 0


def halted(found: Effect) -> dict[str, tuple[Halt, str]]:
    """Return what is held up."""
    return {one.about: (one.halt, one.reason) for one in found.hindrances}


def test_an_agent_that_is_let_go_leaves_tasks_and_a_live_run() -> None:
    before = with_(a_run(task=None))

    told = halted(changed(before, [*with_(a_run(task=None), RILEY.evolve(status="terminated"))]))

    assert told["CI-0001"] == (Halt.STALLED, "its assignee riley is terminated")
    assert told["riley"] == (Halt.WAITING, "is terminated; open tasks that it leaves: 1 (CI-0001)")
    assert told[f"run {a_run().id}"][0] is Halt.LIVE_RUN


def test_a_task_that_waits_for_another_one_from_now_on_is_told() -> None:
    before = with_(a_task("CI-0002"))

    told = halted(changed(before, with_(a_task("CI-0002"), a_task(blocked_by=("CI-0002",)))))

    assert told == {"CI-0001": (Halt.WAITING, "waits for CI-0002")}


def test_a_task_whose_blocker_is_removed_is_told() -> None:
    tasks = a_task("CI-0002"), a_task(blocked_by=("CI-0002",))

    told = halted(changed(with_(*tasks), with_(tasks[1])))

    assert told["CI-0001"][0] is Halt.STALLED


def test_who_is_left_without_anybody_above_is_told() -> None:
    before = with_(an_agent("nora", reports_to="riley"))

    told = halted(changed(before, with_(an_agent("nora", reports_to=None))))

    assert told["nora"][0] is Halt.NO_MANAGER


def test_a_pause_of_all_below_is_told_once() -> None:
    paused = a_project(paused={"by": "clara", "at": NOW, "reason": "audit"})

    told = halted(changed(COMPANY, with_(paused)))

    assert told["project CI"][1] == "project CI is paused by clara: audit: nothing starts below it"


def test_a_budget_that_has_nothing_left_is_told() -> None:
    run = an_ended_run(usage={"usd": 5, "runs": 1}, charges=("company",))

    told = halted(changed(with_(a_budget(usd=10), run), with_(a_budget(usd=4), run)))

    assert told["budget company"] == (Halt.BUDGET, "5 of 4 usd are used: nothing more starts")


def test_a_file_that_cannot_be_read_any_more_is_told() -> None:
    problem = a_problem("agent", "riley")

    told = halted(changed(COMPANY, with_(without=("riley",)), problems=[problem]))

    assert told["agent riley"][0] is Halt.INERT


def test_a_budget_that_is_removed_or_counted_over_another_period_is_told() -> None:
    before = with_(a_budget("company", usd=10), a_budget("agent/riley", usd=5))

    found = changed(before, with_(a_budget("company", "week", usd=10)))

    told = {one.budget: one for one in found.budgets}
    assert (told["agent/riley"].before is None, told["agent/riley"].after) == (False, None)
    assert told["company"].period == "week"


def test_a_routine_for_an_agent_that_is_let_go_costs_nothing_any_more() -> None:
    routine = a_routine(task={"assignee": "riley"})

    found = changed(with_(routine), with_(routine, RILEY.evolve(status="terminated")))

    (cost,) = found.costs
    assert (cost.before is None, cost.after) == (False, None)


def test_a_request_about_the_same_file_is_told() -> None:
    asked = an_approval(change=(ProposedFile(path="agent/riley", text="x"),))

    told = halted(changed(with_(asked), with_(asked, RILEY.evolve(title="Scout"))))

    assert told["approval AP-1"][0] is Halt.APPROVAL


def entry(email: str) -> Entry:
    """Return a commit by somebody."""
    return Entry("0" * 40, NOW, "Somebody", email, "Somebody", email, "change")


def test_the_strictest_verdict_of_all_authors_counts_and_says_who_may_agree() -> None:
    gate = Gate(
        operations=("budget.*",), verdict=Verdict.APPROVAL, approvers=("owner",), reason="it is money"
    )
    policy = Policy(id="money", title="Money", gates=(gate,))
    persons = [a_person(name, roles=("owner",)) for name in ("clara", "bea")]
    known = Records.of([*COMPANY, *persons, policy])
    change = RecordChange(
        "budgets/company.yaml", "budget", "company", a_budget(usd=1), a_budget(usd=2), known
    )

    found = judged([entry("clara@example.org"), entry("Clara@example.org")], [change])

    (ruled,) = found.needed
    assert (ruled.operation, ruled.id, ruled.by) == ("budget.edit", "company", "clara")
    assert [(need.quorum, need.approvers, need.persons) for need in ruled.needs] == [
        (1, ("owner",), ("bea",))
    ]
    assert found.refusals == ()


def test_what_is_denied_and_what_no_policy_is_about_are_told_apart() -> None:
    gate = Gate(operations=("agent.*",), verdict=Verdict.DENY, reason="no")
    known = Records.of([*COMPANY, Policy(id="org", title="Org", gates=(gate,))])
    changes = [
        RecordChange("org/riley.yaml", "agent", "riley", RILEY, RILEY.evolve(title="x"), known),
        RecordChange("runs/x.yaml", "run", "x", a_run(), None, known),
    ]

    found = judged([entry("clara@example.org")], changes)

    assert [ruled.reason for ruled in found.denied] == ["gates[0] of policy org denies it: no"]
    assert [problem.path for problem in found.refusals] == ["runs/x.yaml"]


def test_what_the_tables_refuse_is_told_beside_what_a_gate_wants() -> None:
    gate = Gate(operations=("task.*",), verdict=Verdict.APPROVAL)
    known = Records.of([*COMPANY, Policy(id="work", title="Work", gates=(gate,))])
    done = a_task(status="done", closed=NOW, priority="low")
    change = RecordChange("tasks/CI/CI-0001.yaml", "task", "CI-0001", a_task(status="backlog"), done, known)

    found = judged([entry("clara@example.org")], [change])

    assert {ruled.operation for ruled in found.needed} >= {"task.edit"}
    assert [problem.where for problem in found.refusals] == ["status"]


def test_records_that_both_sides_changed_meet() -> None:
    base = Pair("task", "CI-0001", "a", a_task(), a_task(priority="low"))
    here = [
        base,
        Pair("task", "CI-0002", "b", None, a_task("CI-0002")),
        Pair("task", "CI-0003", "c", a_task("CI-0003"), a_task("CI-0003", title="x")),
        Pair("task", "CI-0004", "d", a_task("CI-0004"), None),
    ]
    meanwhile = [
        replace(base, after=a_task(assignee=None)),
        Pair("task", "CI-0002", "b", None, a_task("CI-0002", title="Other")),
        Pair("task", "CI-0003", "c", a_task("CI-0003"), a_task("CI-0003", title="y")),
        Pair("task", "CI-0004", "d", a_task("CI-0004"), None),
    ]

    found = {one.id: one for one in meetings(here, meanwhile, ["b", "c", "README.md"])}

    assert {name: one.collision for name, one in found.items()} == {
        "CI-0001": Collision.BOTH,
        "CI-0002": Collision.TAKEN,
        "CI-0003": Collision.CONFLICT,
        "README.md": Collision.CONFLICT,
    }
    same = Pair("task", "CI-0005", "e", a_task("CI-0005"), a_task("CI-0005"))
    broken = replace(same, after=None, is_broken=True)
    (reworded,) = meetings([same], [broken], ["e"])
    assert reworded.here == "only the wording of the file of Do CI-0005 differs"
    assert reworded.meanwhile == "cannot be read"
    assert (found["CI-0003"].here, found["CI-0003"].meanwhile) == (
        "title Do CI-0003 → x",
        "title Do CI-0003 → y",
    )
    assert not found["CI-0001"].stops
