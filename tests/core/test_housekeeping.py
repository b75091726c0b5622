from typing import Any

import pytest

from gitcp.core.actions import Adopt, Number, Observed, Reap, Resolve
from gitcp.core.plan import plan
from gitcp.model.memory import Records
from gitcp.model.runs import Cancel, Outcome
from tests.core.waking import planned
from tests.helpers import (
    NOW,
    a_cause,
    a_company,
    a_heartbeat,
    a_new_task,
    a_problem,
    a_run,
    a_task,
    an_agent,
    an_ended_run,
    edited,
    later,
    run_in,
    snapshot_of,
    task_in,
    ticked,
)

RUN = "20261123T090000Z-riley"
CANCEL = Cancel(by="clara", at=NOW)


def test_filed_tasks_are_numbered_and_then_worked_on() -> None:
    snapshot = snapshot_of(a_new_task("CI/scan", priority="high"), a_new_task("NO/scan"))
    assert [action for action in plan(snapshot, Observed(), NOW).actions if isinstance(action, Number)] == [
        Number("CI/scan")
    ]

    after = ticked(ticked(snapshot))

    assert (task_in(after).title, task_in(after).priority) == ("Do CI/scan", "high")
    assert [run.task for run in after.runs()] == ["CI-0001"]


@pytest.mark.parametrize(("kind", "name"), [("new-task", "CI/scan"), ("counter", "CI")])
def test_what_cannot_be_read_is_not_numbered(kind: str, name: str) -> None:
    told = planned(a_new_task("CI/scan"), problems=[a_problem(kind, name)])

    assert told.actions == ()


def test_a_heartbeat_written_by_hand_is_dated_and_does_not_fire_for_the_past() -> None:
    hand = an_agent(heartbeat=a_heartbeat("0 8 * * *", since=None, prompt="/x"))
    snapshot = snapshot_of(hand)
    assert plan(snapshot, Observed(), NOW).actions == (Adopt("agent", "riley"),)

    after = ticked(snapshot)

    assert plan(after, Observed(), NOW).actions == ()
    assert plan(after, Observed(), NOW).next_look == later(23 * 60)
    assert len(plan(after, Observed(), later(23 * 60)).claims) == 1


@pytest.mark.parametrize("status", ["paused", "terminated"])
def test_the_heartbeat_of_an_agent_that_does_not_work_is_not_dated(status: str) -> None:
    assert planned(an_agent(status=status, heartbeat=a_heartbeat(since=None))).actions == ()


@pytest.mark.parametrize(
    ("fields", "heartbeat"),
    [
        ({}, {"cron": "0 8 * * *", "dated": "0 7 * * * UTC"}),
        ({}, {"cron": "0 8 * * *", "since": None, "dated": None}),
        ({}, {"cron": "0 8 * * *", "timezone": "UTC", "dated": "0 8 * * * Asia/Tokyo"}),
        ({"status": "paused"}, {"cron": "0 8 * * *"}),
    ],
)
def test_what_was_scheduled_or_paused_by_hand_is_adopted_once(
    fields: dict[str, Any], heartbeat: dict[str, Any]
) -> None:
    hand = an_agent(heartbeat=a_heartbeat(prompt="/x", **heartbeat), **fields)
    assert Adopt("agent", "riley") in planned(hand).actions

    after = ticked(snapshot_of(hand))

    assert plan(after, Observed(), NOW).is_idle


def test_a_date_that_does_not_say_what_it_is_for_is_kept() -> None:
    of_an_earlier_version = an_agent(heartbeat=a_heartbeat("0 8 * * *", prompt="/x", dated=None))
    ahead = an_agent(heartbeat=a_heartbeat("0 8 * * *", prompt="/x", since=later(60 * 24 * 60), dated=None))

    assert [run.agent for run in ticked(ticked(snapshot_of(of_an_earlier_version))).runs()] == ["riley"]
    assert ticked(ticked(snapshot_of(ahead))).runs() == []


def test_nothing_is_dated_while_the_company_cannot_be_read() -> None:
    hand = an_agent(heartbeat=a_heartbeat("0 8 * * *", prompt="/x", since=None, dated=None))

    assert plan(Records.of([hand]), Observed(), NOW).actions == ()


def test_a_cron_or_a_status_that_was_edited_by_hand_does_not_fire_for_the_past() -> None:
    running = an_agent(heartbeat=a_heartbeat("0 12 * * *", prompt="/x"))
    earlier = {"heartbeat": a_heartbeat("0 8 * * *", prompt="/x", dated="0 12 * * * UTC")}
    assert ticked(ticked(snapshot_of(edited(running, earlier)))).runs() == []

    paused = ticked(snapshot_of(edited(running, {"status": "paused"})), later(-120))
    went_on = edited(paused.members()[1], {"status": "active"})
    resumed = ticked(Records.of([*paused.by_key.values(), went_on]), later(181))

    assert plan(resumed, Observed(), later(182)).claims == ()
    assert len(plan(resumed, Observed(), later(181 + 24 * 60)).claims) == 1


def test_a_heartbeat_follows_its_companys_zone_without_firing_for_the_past() -> None:
    moved = planned(a_company(timezone="Asia/Tokyo"), an_agent(heartbeat=a_heartbeat(prompt="/x")))

    assert Adopt("agent", "riley") in moved.actions


def test_an_expression_as_long_as_a_line_may_be_is_dated_as_well() -> None:
    numbers = ",".join(str(number) for number in range(60))
    cron = f"{numbers} {','.join(str(n) for n in range(24))} {','.join(str(n) for n in range(1, 25))} * *"
    assert 290 < len(cron) <= 300

    after = ticked(snapshot_of(an_agent(heartbeat=a_heartbeat(cron, since=None))))

    assert plan(after, Observed(), NOW).is_idle


_CANCEL = Cancel(by="clara", at=NOW)


@pytest.mark.parametrize(
    ("run", "observed", "expected"),
    [
        (a_run(deadline=later(1)), Observed(), None),
        (a_run(deadline=NOW), Observed(), ("abandoned", "its deadline passed", True)),
        (a_run(deadline=NOW, cancel=_CANCEL), Observed(), ("cancelled", "its deadline passed", True)),
        (a_run(), Observed(dead=frozenset({"20261123T090000Z-riley"})), ("abandoned", "its runner is gone", True)),
        (a_run(cancel=_CANCEL), Observed(dead=frozenset({"20261123T090000Z-riley"})), ("cancelled", "its runner is gone", True)),
        (
            a_run(cancel=_CANCEL),
            Observed(dead=frozenset({"20261123T090000Z-riley"}), never_started=frozenset({"20261123T090000Z-riley"})),
            ("cancelled", "cancelled before it started", False),
        ),
        (a_run(), Observed(dead=frozenset({"20261123T090000Z-oscar"})), None),
        (a_run(), Observed(silent=frozenset({"20261123T090000Z-riley"})), ("abandoned", "its lease did not move", True)),
        (a_run(cancel=_CANCEL), Observed(silent=frozenset({"20261123T090000Z-riley"})), ("cancelled", "its lease did not move", True)),
        (a_run(), Observed(silent=frozenset({"20261123T090000Z-oscar"})), None),
        (an_ended_run(deadline=NOW), Observed(dead=frozenset({"20261123T090000Z-riley"})), None),
    ],
)  # fmt: skip
def test_a_run_is_reaped_past_its_deadline_or_when_its_runner_is_dead_or_silent(
    run: Any, observed: Observed, expected: tuple[str, str, bool] | None
) -> None:
    reaps = [action for action in planned(run, observed=observed).actions if isinstance(action, Reap)]

    assert reaps == ([Reap(run.id, Outcome(expected[0]), expected[1], expected[2])] if expected else [])


def test_what_a_reaped_run_frees_is_taken_at_the_next_look() -> None:
    snapshot = snapshot_of(a_task(status="in_progress"), a_run(deadline=NOW, claimed_at=later(-35)))
    told = plan(snapshot, Observed(), NOW)
    assert told.claims == ()

    after = ticked(snapshot)

    assert run_in(after, "20261123T082500Z-riley").outcome == "abandoned"
    (waiting,) = plan(after, Observed(), NOW).waiting
    assert waiting.reason == "backs off after runs that failed or got nowhere"


def test_a_result_that_waited_is_brought_home_when_the_file_is_free() -> None:
    run = an_ended_run(declared="finish", pending=True, answers=(a_cause(),))
    snapshot = snapshot_of(a_task(status="in_progress"), run)
    edited = Observed(edited=frozenset({"CI-0001"}))

    assert not [a for a in plan(snapshot, edited, NOW).actions if isinstance(a, Resolve)]
    assert [a for a in plan(snapshot, Observed(), NOW).actions if isinstance(a, Resolve)] == [Resolve(run.id)]
    broken = snapshot_of(a_task(status="in_progress"), run, problems=[a_problem("task", "CI-0001")])
    assert not [a for a in plan(broken, Observed(), NOW).actions if isinstance(a, Resolve)]


@pytest.mark.parametrize(
    ("observed", "run", "reason"),
    [
        ({"dead": [RUN]}, {}, "its runner is gone"),
        ({"dead": [RUN], "never_started": [RUN]}, {}, "it never started"),
        ({"dead": [RUN], "never_started": [RUN]}, {"cancel": CANCEL}, "cancelled before it started"),
        ({"silent": [RUN]}, {}, "its lease did not move"),
        ({"silent": [RUN]}, {"cancel": CANCEL}, "its lease did not move"),
        ({"silent": [RUN]}, {"deadline": NOW}, "its deadline passed"),
        ({"silent": ["20261123T090000Z-oscar"]}, {}, None),
    ],
)
def test_a_run_is_given_up_for_what_was_seen_of_it(
    observed: dict[str, list[str]], run: dict[str, Any], reason: str | None
) -> None:
    seen = Observed(**{name: frozenset(runs) for name, runs in observed.items()})
    reaps = [
        action
        for action in plan(snapshot_of(a_task(), a_run(**run)), seen, NOW).actions
        if isinstance(action, Reap)
    ]

    assert [(reap.outcome, reap.reason) for reap in reaps] == (
        [(Outcome.CANCELLED if "cancel" in run else Outcome.ABANDONED, reason)] if reason else []
    )
    assert all(reap.started is ("never_started" not in observed) for reap in reaps)
