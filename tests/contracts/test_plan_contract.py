"""A plan over the cache is the plan over records in memory, and what a tick carries out is what the plan starts."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from gitcp.core.actions import Action, Expire, Observed, Stalled, Waiting
from gitcp.core.operations.registry import EditTask
from gitcp.core.plan import plan, to_do
from gitcp.model.ids import run_id
from gitcp.model.members import WakeReason
from gitcp.model.memory import Records
from gitcp.model.operation import Actor
from gitcp.model.runs import Run
from gitcp.model.tasks import Origin, Task
from gitcp.store import codec
from gitcp.store.git_store import GitStore
from gitcp.store.layout import archive_path_of, path_of
from tests.core.companies import World, worlds
from tests.helpers import (
    NOW,
    a_heartbeat,
    a_run,
    a_task,
    agent,
    an_agent,
    an_approval,
    carry_out,
    later,
    person,
    snapshot_of,
)
from tests.store.repositories import begin_anew, commit_files, new_bare


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitStore]:
    with GitStore.open(new_bare(tmp_path_factory.mktemp("plans") / "bare.git")) as opened:
        yield opened


def kept(store: GitStore, records: Records) -> None:
    """Let a store hold these records and no other."""
    begin_anew(store.root)
    live = {path_of(type(r), r.id): codec.write(r) for r in records.by_key.values()}
    put_away = {
        archive_path_of(type(r), r.id, r.task if isinstance(r, Run) else None): codec.write(r)
        for r in records.put_away.values()
    }
    commit_files(store.root, live | put_away)


def acts(actions: tuple[Action, ...]) -> list[Action]:
    """Return what is done, without what is said."""
    return [action for action in actions if not isinstance(action, Waiting | Stalled)]


def hold_the_contract(store: GitStore, world: World) -> None:
    records = Records.of(world.snapshot.by_key.values(), archived=world.snapshot.put_away.values())
    kept(store, records)

    whole = plan(store.snapshot(), world.observed, world.now)

    assert whole == plan(records, world.observed, world.now)
    for snapshot in (store.snapshot(), records):
        assert acts(to_do(snapshot, world.observed, world.now).actions) == acts(whole.actions)


@given(world=worlds())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plan_over_the_cache_is_the_plan_over_records_in_memory(store: GitStore, world: World) -> None:
    hold_the_contract(store, world)


@pytest.mark.slow
@given(world=worlds(steps=15))
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_plans_are_the_same_in_many_worlds(store: GitStore, world: World) -> None:
    hold_the_contract(store, world)


def test_whom_only_its_heartbeat_wakes_is_not_looked_at_between_its_slots(store: GitStore) -> None:
    agent = an_agent(wake_on=("heartbeat",), heartbeat=a_heartbeat("0 12 * * *", window_minutes=60))
    kept(store, snapshot_of(agent, a_task()))

    told = to_do(store.snapshot(), Observed(), NOW)

    assert (told.actions, told.next_look) == ((), later(180))
    assert len(plan(store.snapshot(), Observed(), NOW).waiting) == 1
    assert len(to_do(store.snapshot(), Observed(), later(180)).claims) == 1


@pytest.mark.parametrize(
    ("status", "reasons"),
    [
        ("pending", []),
        ("approved", ["approval", "continue"]),
        ("expired", ["approval", "continue"]),
        ("withdrawn", ["approval", "continue"]),
    ],
)
def test_a_task_waits_for_what_its_agent_asked_about_it(
    store: GitStore, status: str, reasons: list[str]
) -> None:
    (claim,) = plan(snapshot_of(an_agent(), a_task()), Observed(), NOW).claims
    run = claim.run.evolve(
        status="ended", outcome="succeeded", declared="continue", ended_at=later(5), progress=True
    )
    kept(
        store,
        snapshot_of(
            an_agent(), a_task(status="in_progress"), run, an_approval(status=status, task="CI-0001")
        ),
    )

    told = to_do(store.snapshot(), Observed(), later(60))
    whole = plan(store.snapshot(), Observed(), later(60))

    assert [sorted(c.reason.value for c in claim.run.answers) for claim in told.claims] == [reasons] * bool(
        reasons
    )
    assert acts(whole.actions) == acts(told.actions)
    assert [waiting.reason for waiting in whole.waiting] == ["waits for AP-1 to be decided by clara"] * (
        not reasons
    )


def test_a_question_expires_and_the_next_look_is_when_it_does(store: GitStore) -> None:
    kept(store, snapshot_of(an_approval(expires=later(30))))

    assert to_do(store.snapshot(), Observed(), NOW).next_look == later(30)
    assert to_do(store.snapshot(), Observed(), later(30)).actions == (Expire("AP-1"),)


def test_what_a_hidden_second_file_of_a_run_answers_is_unanswered(store: GitStore) -> None:
    world = snapshot_of(an_agent(), a_task())
    (claim,) = plan(world, Observed(), NOW).claims
    run = claim.run.evolve(status="ended", outcome="succeeded", task=None, ended_at=later(5))
    records = [*world.by_key.values(), run.evolve(answers=())]
    kept(store, Records.of(records))
    commit_files(store.root, {f"runs/2020/01/01/{run.id}.yaml": codec.write(run)})

    told = to_do(store.snapshot(), Observed(), later(60))

    assert [claim.reason for claim in told.claims] == [WakeReason.ASSIGNMENT]


MADE = Origin(routine="scan", slot=later(-60), number=1)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [(MADE, None, WakeReason.ASSIGNMENT), (None, MADE, WakeReason.ROUTINE)],
)
def test_a_task_that_is_a_routines_no_more_or_only_now_is_new_work(
    store: GitStore, before: Origin | None, after: Origin | None, reason: WakeReason
) -> None:
    task = a_task(routine=before)
    (claim,) = plan(snapshot_of(an_agent(), task), Observed(), NOW).claims
    run = claim.run.evolve(status="ended", outcome="succeeded", task=None, ended_at=later(5))
    by_hand = snapshot_of(an_agent(), task.evolve(routine=after), run)

    hold_the_contract(store, World(by_hand, later(60), Observed()))
    told = to_do(store.snapshot(), Observed(), later(60))

    assert [claim.reason for claim in told.claims] == [reason]


@pytest.mark.parametrize(
    ("task", "other", "reason"),
    [
        (a_task(), a_task("CI-0002", parent="CI-0001"), WakeReason.CHILDREN_DONE),
        (a_task(blocked_by=("CI-0002",)), a_task("CI-0002"), WakeReason.UNBLOCKED),
    ],
)
def test_what_became_of_other_tasks_is_found(
    store: GitStore, task: Task, other: Task, reason: WakeReason
) -> None:
    (claim,) = plan(snapshot_of(an_agent(), task.evolve(blocked_by=())), Observed(), NOW).claims
    run = claim.run.evolve(status="ended", outcome="succeeded", task=None, ended_at=later(5))
    kept(store, snapshot_of(an_agent(), task, other.evolve(status="done", closed=later(10)), run))

    told = to_do(store.snapshot(), Observed(), later(60))

    assert [claim.reason for claim in told.claims] == [reason]


def test_a_reviewer_is_asked_once_more_though_a_part_is_open(store: GitStore) -> None:
    oscar, part = an_agent("oscar"), a_task("CI-0002", parent="CI-0001", assignee="clara")
    task = a_task(status="in_review", submitted=later(-60), review=("oscar",))
    (claim,) = plan(snapshot_of(oscar, task, part), Observed(), NOW).claims
    run = claim.run.evolve(status="ended", outcome="succeeded", ended_at=later(5))

    hold_the_contract(store, World(snapshot_of(oscar, task, part, run), later(60), Observed()))
    told = to_do(store.snapshot(), Observed(), later(60))

    assert [(claim.run.agent, claim.reason) for claim in told.claims] == [("oscar", WakeReason.CONTINUE)]


@pytest.mark.parametrize(("by", "starts"), [(person(), True), (agent("boss", run_id("boss", NOW)), False)])
def test_a_tick_sees_who_asks_anew_while_an_agent_waits_out_a_pause(
    store: GitStore, by: Actor, starts: bool
) -> None:
    boss, riley = an_agent("boss"), an_agent(reports_to="boss")
    begun = snapshot_of(boss, riley, a_task(), a_run("boss", None))
    (claim,) = plan(begun, Observed(), NOW).claims
    told = {"outcome": "succeeded", "declared": "continue", "ended_at": later(5), "progress": False}
    idle = Records.of([*begun.by_key.values(), claim.run.evolve(status="ended", **told)])
    edited = carry_out(idle, EditTask(task="CI-0001", fields={"title": "Another"}), by, later(6))

    for snapshot, expected in ((idle, []), (edited, [WakeReason.CONTINUE] if starts else [])):
        hold_the_contract(store, World(snapshot, later(6), Observed()))
        claims = to_do(store.snapshot(), Observed(), later(6)).claims
        assert [claim.reason for claim in claims] == expected
