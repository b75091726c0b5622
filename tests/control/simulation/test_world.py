"""A world that changes answers what records in memory answer after the same changes."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gitcp.control.simulation.world import World
from gitcp.model.memory import Records
from gitcp.model.operation import Archive, Change, Put, Remove, Write
from gitcp.model.runs import Run
from tests.contracts.companies import BUDGETS, MEMBERS, causes, changes
from tests.contracts.test_snapshot_contract import QUESTIONS
from tests.helpers import NOW, a_comment, a_run, a_task, a_wake, an_ended_run, later, snapshot_of


def _kept(edits: Sequence[Change]) -> list[Change]:
    return [edit for edit in edits if not isinstance(edit, Archive)]


def _assert_equal(world: World, known: Records, wanted: list[Any]) -> None:
    for name, ask in QUESTIONS.items():
        assert ask(world) == ask(known), name
    for agent in MEMBERS:
        assert world.answered(agent, wanted) == known.answered(agent, wanted)


@given(first=changes, second=changes, wanted=st.lists(causes, max_size=5))
@settings(max_examples=20)
def test_a_world_that_is_built_up_answers_as_records_in_memory_do(
    first: list[Change], second: list[Change], wanted: list[Any]
) -> None:
    known = Records.of(())
    world = World(known)
    for edits in (_kept(first), _kept(second)):
        known = known.edited(edits)
        world.apply(edits)

        _assert_equal(world, known, wanted)


@given(first=changes, second=changes, wanted=st.lists(causes, max_size=5))
@settings(max_examples=20)
def test_a_world_goes_on_from_what_there_was(
    first: list[Change], second: list[Change], wanted: list[Any]
) -> None:
    before = Records.of(()).edited(first)
    runs = {run.id for run in before.all(Run)}
    edits = [e for e in _kept(second) if not _is_about(e, runs)]  # what was answered stays answered
    world = World(before)
    _assert_equal(world, before, wanted)

    world.apply(edits)

    _assert_equal(world, before.edited(edits), wanted)


def _is_about(edit: Change, runs: set[str]) -> bool:
    match edit:
        case Put(record):
            return isinstance(record, Run) and record.id in runs
        case Remove(kind, record_id) | Archive(kind, record_id):
            return kind is Run and record_id in runs
        case Write():
            return False


def test_what_a_budget_lost_is_known_after_every_change_of_a_run() -> None:
    live = a_run(charges=("company", "company", "agent/riley"))
    world = World(snapshot_of(an_ended_run(claimed_at=later(-60), charges=("company",))))
    known = Records.of(world.all(Run))
    for run in (live, an_ended_run(charges=live.charges), live.evolve(charges=())):
        for budget in ("company", "agent/riley"):
            world.charged(budget, later(-90))
        known = known.edited([Put(run)])
        world.apply([Put(run)])

        for since in (later(-90), NOW, later(1), None):
            for budget in ("company", "agent/riley", *BUDGETS):
                assert world.charged(budget, since) == known.charged(budget, since)


def test_an_answered_comment_names_its_member_no_more() -> None:
    comment = a_comment("@riley?")
    world = World(snapshot_of(a_task(), comment))
    assert list(world.mentions("riley")) == [comment]

    cause = {"reason": "mention", "record": comment.id, "digest": "x"}
    world.apply([Put(a_run(answers=(cause,)))])

    assert list(world.mentions("riley")) == []


def test_a_wake_that_is_removed_is_gone() -> None:
    wake = a_wake()
    world = World(snapshot_of(wake))

    world.apply([Remove(type(wake), wake.id)])

    assert (world.get(type(wake), wake.id), list(world.all(type(wake)))) == (None, [])
