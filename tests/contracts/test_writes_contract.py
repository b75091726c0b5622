"""What a store promises of files that are written byte for byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.errors import ConflictError, GitcpError, NotAllowedError, RecordError
from gitcp.model.change import blob_of
from gitcp.model.guards import Budget
from gitcp.model.tasks import Task
from tests.contracts.worlds import WORLDS, World
from tests.store.steps import (
    SCHEDULER,
    WriteFiles,
    a_call,
    a_task,
    asking,
    put,
    receipt,
    refusal,
    title,
)

PATH = "budgets/company.yaml"
FIRST = "# by hand\nperiod:   month   # of the year\nlimits: {usd: 5}\n"
SECOND = "period: month\nlimits: {  usd: 10 }  # more\n"


@pytest.fixture(params=sorted(WORLDS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with WORLDS[request.param](tmp_path) as opened:
        put(opened.store, 1, a_task())
        yield opened


def write(
    world: World, number: int, *files: tuple[str, str | None, str | None], refuses: tuple[str, ...] = ()
) -> str:
    call = a_call(number, actor=SCHEDULER)
    return receipt(world.store.apply(asking((WriteFiles(files=files, refuses=refuses), call)))).revision


def refused(
    world: World, *files: tuple[str, str | None, str | None], refuses: tuple[str, ...] = ()
) -> GitcpError:
    before = world.store.snapshot().revision
    call = a_call(99, actor=SCHEDULER)
    error = refusal(world.store.apply(asking((WriteFiles(files=files, refuses=refuses), call)))).error
    assert world.store.snapshot().revision == before
    return error


def limit(world: World) -> int | None:
    budget = world.store.snapshot().get(Budget, "company")
    return int(budget.limits.usd or 0) if budget else None


def test_a_file_is_written_byte_for_byte_changed_and_removed(world: World) -> None:
    first = write(world, 2, (PATH, None, FIRST))
    assert limit(world) == 5
    second = write(world, 3, (PATH, blob_of(FIRST), SECOND))
    assert limit(world) == 10
    write(world, 4, (PATH, blob_of(SECOND), None))

    assert limit(world) is None
    assert [world.history.text_at(revision, PATH) for revision in (first, second)] == [FIRST, SECOND]


def test_a_file_that_is_not_what_it_was_is_not_written(world: World) -> None:
    write(world, 2, (PATH, None, FIRST))

    for base in (None, blob_of(SECOND)):
        assert isinstance(refused(world, (PATH, base, SECOND + "\n")), ConflictError)
    assert limit(world) == 5


def test_a_file_that_is_there_already_is_no_change(world: World) -> None:
    revision = write(world, 2, (PATH, None, FIRST))

    assert write(world, 3, (PATH, None, FIRST)) == revision


def test_what_would_be_no_record_is_not_written(world: World) -> None:
    assert isinstance(refused(world, (PATH, None, "period: sometimes\n")), RecordError)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        ".github/workflows/tick.yml",
        "../budgets/company.yaml",
        "budgets/../gitcp.yaml",
        "archive/tasks/CI/CI-0001.yaml",
        ".git/config",
    ],
)
def test_nothing_but_the_place_of_a_record_is_written(world: World, path: str) -> None:
    assert isinstance(refused(world, (path, None, FIRST)), RecordError)


def test_what_it_comes_to_is_asked_about_before_it_is_written(world: World) -> None:
    error = refused(world, (PATH, None, FIRST), refuses=("budget",))

    assert isinstance(error, NotAllowedError)
    assert "no budget company" in error.message


def test_a_step_sees_what_a_step_before_it_wrote(world: World) -> None:
    title(world.store, 2, "CI-0001", "Second")
    steps = (
        (WriteFiles(files=((PATH, None, FIRST),)), a_call(3, actor=SCHEDULER)),
        (WriteFiles(files=((PATH, blob_of(FIRST), SECOND),)), a_call(4, actor=SCHEDULER)),
    )

    world.store.apply(asking(*steps))

    assert limit(world) == 10
    assert [task.title for task in world.store.snapshot().all(Task)] == ["Second"]
