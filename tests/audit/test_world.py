"""The world that an audit moves along a history answers as a snapshot does, at every commit."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from gitcp.audit.world import World
from gitcp.model.memory import Records
from gitcp.model.operation import Change
from gitcp.store.git_store import GitStore
from gitcp.store.passages import Passages
from tests.contracts.companies import changes
from tests.contracts.test_snapshot_contract import QUESTIONS, after
from tests.store.repositories import begin_anew, new_bare

# What it does not promise: why something is wrong, which the audit says in findings.
ASKED = {name: ask for name, ask in QUESTIONS.items() if name != "problems"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_bare(tmp_path_factory.mktemp("worlds") / "bare.git")


def opened(bare: Path, passages: Passages) -> tuple[World, list[str]]:
    commits = list(passages.line(None, passages.resolve("main")).commits)
    return World(passages.opening(commits[0]), passages.read), commits


@given(first=changes, second=changes, third=changes)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_world_that_is_moved_on_answers_as_records_in_memory_do(
    bare: Path, first: list[Change], second: list[Change], third: list[Change]
) -> None:
    begin_anew(bare)
    with GitStore.open(bare) as store:
        stages = [after(store, Records.of(()), first)]
        for edits in (second, third):
            stages.append(after(store, stages[-1], edits))

    with Passages.open(bare) as passages:
        world, commits = opened(bare, passages)
        for commit, known in zip(commits, stages, strict=True):
            if commit != commits[0]:
                touched = passages.passage(commit).touched
                world.move([(each.before, each.after) for each in touched])
            for name, ask in ASKED.items():
                assert ask(world) == ask(known), name


@given(first=changes, second=changes)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_world_opened_at_a_commit_is_the_one_that_was_moved_there(
    bare: Path, first: list[Change], second: list[Change]
) -> None:
    begin_anew(bare)
    with GitStore.open(bare) as store:
        after(store, after(store, Records.of(()), first), second)

    with Passages.open(bare) as passages:
        moved, commits = opened(bare, passages)
        for commit in commits[1:]:
            moved.move([(each.before, each.after) for each in passages.passage(commit).touched])
        fresh = World(passages.opening(commits[-1]), passages.read)
        for name, ask in ASKED.items():
            assert ask(moved) == ask(fresh), name
