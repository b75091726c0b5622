"""What goes into the archive, what stays and why, and that nobody who asks can tell the difference."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.core.archiving import Selection, days_of, select
from gitcp.core.budgets import use
from gitcp.core.inbox import inbox
from gitcp.core.operations.registry import OPERATIONS, ArchiveRecords
from gitcp.core.plan import plan
from gitcp.core.readiness import open_blockers
from gitcp.core.views import goal_rows, project_rows, task_view
from gitcp.errors import GitcpError
from gitcp.model.base import Record
from gitcp.model.company import ArchiveSettings
from gitcp.model.guards import Budget, Period
from gitcp.model.memory import Records
from gitcp.model.runs import Run
from gitcp.model.snapshot import ever, runs_ever
from gitcp.model.tasks import Document, Task
from tests.core.companies import TASKS, Dice, World, worlds
from tests.helpers import (
    NOW,
    a_budget,
    a_cause,
    a_comment,
    a_company,
    a_heartbeat,
    a_new_task,
    a_problem,
    a_run,
    a_task,
    a_wake,
    an_agent,
    an_approval,
    an_ended_run,
    carry_out,
    person,
    snapshot_of,
)

LONG_AGO: Final = NOW - timedelta(days=200)
RUN: Final = "20260507T090000Z-riley"


def an_old_task(task: str = "CI-0001", **fields: Any) -> Task:
    created, closed = LONG_AGO - timedelta(days=1), LONG_AGO
    return a_task(task, **({"status": "done", "created": created, "closed": closed} | fields))


def an_old_run(agent: str = "riley", task: str | None = "CI-0001", **fields: Any) -> Run:
    return an_ended_run(agent, task, **({"claimed_at": LONG_AGO} | fields))


def selected(*records: Record, now: datetime = NOW, days: int = 90, **given: Any) -> Selection:
    return select(snapshot_of(*records, problems=given.pop("problems", ())), now, days, **given)


def why(selection: Selection) -> dict[str, str]:
    return {kept.id: kept.reason for kept in selection.kept}


def test_a_task_that_was_closed_long_ago_goes_with_all_that_was_said_and_done_about_it() -> None:
    comment = a_comment("done", when=LONG_AGO)
    document = Document(id="CI-0001/plan", text="first")
    found = selected(an_old_task(), comment, document, an_old_run())

    assert (found.tasks, found.comments, found.documents) == (("CI-0001",), (comment.id,), (document.id,))
    assert [run.id for run in found.runs] == [RUN]
    assert found.kept == ()


def test_an_open_task_is_not_even_spoken_of() -> None:
    found = selected(a_task(created=LONG_AGO))

    assert (found.tasks, found.kept) == ((), ())


YOUNG: Final = "less than 90 days old"
RECENT: Final = NOW - timedelta(days=60)
TASKS_THAT_STAY: Final[list[tuple[list[Record], str]]] = [
    ([an_old_task(closed=RECENT)], YOUNG),
    ([an_old_task(closed=None, created=RECENT)], YOUNG),
    ([an_old_task(), a_comment("still right?", when=RECENT)], YOUNG),
    ([an_old_task(), an_old_run(ended_at=RECENT)], YOUNG),
    ([an_old_task(), a_run(claimed_at=LONG_AGO)], f"run {RUN} is not settled"),
    ([an_old_task(), an_old_run(pending=True)], f"run {RUN} is not settled"),
    ([an_old_task(), a_task("CI-0002", blocked_by=("CI-0001",))], "CI-0002, which is open, names it"),
    ([an_old_task(), a_task("CI-0002", parent="CI-0001")], "CI-0002, which is open, names it"),
    ([an_old_task(parent="CI-0002"), a_task("CI-0002")], "part of CI-0002, which stays"),
    ([an_old_task(), a_new_task(blocked_by=("CI-0001",))], "CI/scan, which is open, names it"),
    ([an_old_task(), a_comment("@riley?", when=LONG_AGO)], "riley has not answered a mention"),
    ([an_old_task(), an_approval(task="CI-0001")], "AP-1 is not decided"),
]


@pytest.mark.parametrize(("records", "reason"), TASKS_THAT_STAY)
def test_a_closed_task_stays_where_something_still_needs_it(records: list[Record], reason: str) -> None:
    found = selected(*records)

    assert "CI-0001" not in found.tasks
    assert why(found)["CI-0001"] == reason
    assert (found.comments, found.runs) == ((), ())


def test_what_a_terminated_agent_never_answered_does_not_keep_a_task() -> None:
    gone = an_agent(status="terminated")

    assert selected(gone, an_old_task(), a_comment("@riley?", when=LONG_AGO)).tasks == ("CI-0001",)


def test_parts_go_with_the_whole_and_stay_with_it() -> None:
    whole, part, piece = an_old_task(), an_old_task("CI-0002", parent="CI-0001"), an_old_task("CI-0003", parent="CI-0002")  # fmt: skip

    assert selected(whole, part, piece).tasks == ("CI-0001", "CI-0002", "CI-0003")
    young = selected(whole.evolve(closed=RECENT), part, piece)
    assert young.tasks == ()
    assert why(young)["CI-0003"] == "part of CI-0002, which stays"


@pytest.mark.parametrize("kind", ["task", "comment", "document"])
def test_a_task_of_which_a_file_has_a_problem_stays_as_a_whole(kind: str) -> None:
    name = "CI-0001" if kind == "task" else "CI-0001/plan"
    found = selected(an_old_task(), an_old_run(), problems=[a_problem(kind, name)])

    assert why(found) == {"CI-0001": "a file of it has a problem, see `gitcp check`", RUN: "CI-0001 stays"}


@pytest.mark.parametrize("edited", [("task", "CI-0001"), ("document", "CI-0001/plan")])
def test_a_task_of_which_somebody_edits_a_file_stays(edited: tuple[str, str]) -> None:
    found = selected(an_old_task(), edited=[edited])

    assert why(found) == {"CI-0001": "a file of it has uncommitted edits"}


ASKED: Final = an_old_task("CI-0009")
RUNS_THAT_STAY: Final[list[tuple[list[Record], str]]] = [
    ([an_old_run(ended_at=RECENT)], YOUNG),
    ([a_task(), an_old_run()], "CI-0001 stays"),
    ([an_old_run(pending=True)], "its result has not reached CI-0001"),
    ([a_task("CI-0002"), an_old_run(answers=(a_cause(record="CI-0002"),))], "answers CI-0002, which stays"),
    ([an_approval(), an_old_run(answers=(a_cause("approval", "AP-1"),))], "answers AP-1, which stays"),
    ([a_wake(), an_old_run(answers=(a_cause("manual", "riley/1f3a"),))], "answers riley/1f3a, which stays"),
    (
        [
            a_task("CI-0002"),
            a_comment("@riley", task="CI-0002", when=LONG_AGO),
            an_old_run(answers=(a_cause("mention", "CI-0002/20260507T090000000Z-clara-1f3a"),)),
        ],
        "answers CI-0002/20260507T090000000Z-clara-1f3a, which stays",
    ),
]


@pytest.mark.parametrize(("records", "reason"), RUNS_THAT_STAY)
def test_an_ended_run_stays_where_something_still_needs_it(records: list[Record], reason: str) -> None:
    found = selected(*records)

    assert (found.runs, why(found)[RUN]) == ((), reason)


def test_a_run_whose_answers_nobody_asks_for_any_more_goes() -> None:
    beat = a_cause("heartbeat", "riley", "2026-05-07T09:00:00Z")
    run = an_old_run(task=None, answers=(beat, a_cause("approval", "AP-7"), a_cause("manual", "riley/1f3a")))

    assert selected(run, an_agent(heartbeat=a_heartbeat())).runs == (run,)


def test_a_run_that_answers_a_heartbeat_that_is_still_open_stays() -> None:
    now = NOW + timedelta(hours=23)
    beat = a_cause("heartbeat", "riley", "2026-11-23T09:00:00Z")
    run = an_ended_run(task=None, claimed_at=NOW - timedelta(days=40), answers=(beat,))

    found = selected(run, an_agent(heartbeat=a_heartbeat()), now=now, days=1)

    assert why(found)[run.id] == "answers riley, which stays"


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-16", "2026-11-20"])
def test_no_run_of_an_open_budget_period_goes_however_old_it_is(day: str) -> None:
    run = an_ended_run(task=None, claimed_at=datetime.fromisoformat(f"{day}T00:00:00+00:00"))
    before = an_ended_run(task=None, claimed_at=datetime.fromisoformat("2026-10-31T23:59:59+00:00"))

    found = selected(run, before, days=1)

    assert found.runs == (before,)
    assert why(found) == {run.id: "counts in a budget period that is open"}


@pytest.mark.parametrize(("kind", "name"), [("run", RUN), ("ledger", "2026-05")])
def test_a_run_stays_while_its_file_or_its_ledger_cannot_be_read_or_is_edited(kind: str, name: str) -> None:
    faulty = selected(an_old_run(), problems=[a_problem(kind, name)])
    edited = selected(an_old_run(), edited=[(kind, name)])

    file = "its file" if kind == "run" else "its ledger"
    assert why(faulty) == {RUN: f"{file} has a problem, see `gitcp check`"}
    assert why(edited) == {RUN: f"{file} has uncommitted edits"}


def test_what_was_said_about_an_archived_task_by_hand_follows_it_when_it_is_old() -> None:
    old, young = a_comment("so be it", when=LONG_AGO), a_comment("hm", when=RECENT)
    archived = Records.of(snapshot_of(old).by_key.values(), archived=[an_old_task()])

    assert select(archived, NOW, 90).comments == (old.id,)
    assert select(archived.edited([]), NOW, 210).comments == ()
    both = Records.of(snapshot_of(old, young).by_key.values(), archived=[an_old_task()])
    assert select(both, NOW, 90).comments == ()


def test_the_days_are_the_companys_and_ninety_if_it_says_nothing() -> None:
    assert days_of(snapshot_of()) == 90
    assert days_of(snapshot_of(a_company(archive=ArchiveSettings(after_days=7)))) == 7
    assert days_of(Records.of(())) == 90


def archived(snapshot: Records, now: datetime, days: int = 1) -> Records:
    return carry_out(snapshot, ArchiveRecords(days=days), now=now)


def a_view(snapshot: Records, task: Task) -> dict[str, Any]:
    """Show a task; the archived ones that once waited for a live one are told by themselves alone."""
    waiting = {other.id for other in ever(snapshot, Task) if other.is_open and task.id in other.blocked_by}
    return {**task_view(snapshot, task), "archived": None, "dependents": waiting}


# Whoever asks one of these must not be able to tell whether somebody archived.
LOOKS: Final[dict[str, Callable[[World], Any]]] = {
    "plan": lambda w: plan(w.snapshot, w.observed, w.now),
    "plan later": lambda w: plan(w.snapshot, w.observed, w.now + timedelta(hours=5)),
    "totals": lambda w: [
        use(w.snapshot, a_budget(scope, period, usd=10, tokens=10, runs=10, minutes=10, backfill=backfill), w.now)
        for scope in ("company", "agent/riley", "subtree/clara", "project/CI", "goal/growth", "task/CI-0001")
        for period in Period
        for backfill in (False, True)
    ],
    "budgets": lambda w: [use(w.snapshot, budget, w.now) for budget in w.snapshot.all(Budget)],
    "readiness": lambda w: {task.id: open_blockers(w.snapshot, task) for task in ever(w.snapshot, Task)},
    "tasks": lambda w: [a_view(w.snapshot, task) for task in ever(w.snapshot, Task)],
    "runs": lambda w: runs_ever(w.snapshot),
    "counts": lambda w: (goal_rows(w.snapshot), project_rows(w.snapshot)),
    "inboxes": lambda w: [inbox(w.snapshot, member.id) for member in w.snapshot.members()],
}  # fmt: skip


def lived_on(world: World, seed: int, days: int) -> World:
    """Let time pass: much is closed, and has been for long; what still runs was ended."""
    dice = Dice(Random(seed))
    snapshot, now = world.snapshot, world.now
    for run in snapshot.runs(active=True):
        snapshot = carry_out(snapshot, dice.an_ending(run), now=now)
    for task in TASKS:
        name = dice.one_of("task.cancel", "task.finish", "task.finish", "comment.create")
        fields = {"task.finish": {"without_checks": "seen"}, "comment.create": {"body": "so be it"}}
        try:
            operation = OPERATIONS[name].model_validate({"task": task, **fields.get(name, {})})
            snapshot = carry_out(snapshot, operation, person(), now)
        except GitcpError:
            continue
    return replace(world, snapshot=snapshot, now=now + timedelta(days=days))


@settings(max_examples=50)
@given(worlds(steps=10), st.integers(0, 2**32), st.integers(2, 80))
def test_nobody_who_asks_can_tell_whether_it_was_archived(world: World, seed: int, days: int) -> None:
    before = lived_on(world, seed, days)
    after = replace(before, snapshot=archived(before.snapshot, before.now))

    for name, look in LOOKS.items():
        assert look(after) == look(before), name
    assert archived(after.snapshot, after.now) == after.snapshot


@pytest.mark.slow
@settings(max_examples=2000)
@given(worlds(steps=20), st.integers(0, 2**32), st.integers(2, 80))
def test_nobody_can_tell_in_many_worlds(world: World, seed: int, days: int) -> None:
    before = lived_on(world, seed, days)
    after = replace(before, snapshot=archived(before.snapshot, before.now))

    for name, look in LOOKS.items():
        assert look(after) == look(before), name


def test_the_worlds_of_these_tests_do_archive_something() -> None:
    seen: set[str] = set()

    @settings(max_examples=30, database=None, derandomize=True)
    @given(worlds(steps=10), st.integers(0, 2**32))
    def look(world: World, seed: int) -> None:
        before = lived_on(world, seed, 80)
        seen.update(kind for kind, _ in archived(before.snapshot, before.now).put_away)

    look()
    assert seen == {"task", "comment", "run"}


def test_a_total_is_the_same_to_the_last_digit() -> None:
    runs = [
        an_old_run(
            name, claimed_at=LONG_AGO + timedelta(minutes=minute), charges=("company", f"agent/{name}")
        )
        for name in ("riley", "oscar")
        for minute in range(3)
    ]
    total = a_budget("company", "total", usd=10, runs=100)
    snapshot = snapshot_of(an_old_task(), *runs)
    after = archived(snapshot, NOW)

    assert after.runs() == []
    assert use(after, total, NOW) == use(snapshot, total, NOW)
    assert use(after, total, NOW).lines[0].settled == Decimal("3.0")
