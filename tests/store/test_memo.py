import pytest

from gitcp.store.memo import NOTHING, Ahead, Answers, Memo
from tests.helpers import a_comment, an_ended_run
from tests.store.steps import a_task


def test_a_memo_holds_what_was_validated_last_and_no_more_than_it_may() -> None:
    memo = Memo(most=2)
    tasks = [a_task(f"CI-000{number}") for number in range(3)]
    for number, task in enumerate(tasks):
        memo.keep(task.id, "blob", task)

        assert memo.get(task.id, "blob") is task
        assert sum(memo.get(each.id, "blob") is not None for each in tasks) <= memo.most, number
    assert memo.get(tasks[2].id, "another blob") is None


def test_answers_hold_what_was_asked_for_last_and_that_something_is_not_there() -> None:
    answers = Answers(most=2)
    tasks = [a_task(f"CI-000{number}") for number in range(3)]
    for task in tasks:
        found = f"tasks/{task.id}.yaml", task

        assert answers.keep(("task", task.id), found) is found
        assert answers.get(("task", task.id)) is found
    answers.keep(("run", "CI-0002"), NOTHING)

    assert [answers.get(("task", task.id)) is None for task in tasks] == [True, True, False]
    assert answers.get(("run", "CI-0002")) is NOTHING


RECORDS = [
    a_task("CI-0001"),
    an_ended_run(),
    a_comment(body="done"),
    a_task("CI-0002"),
    a_task("CI-0003"),
    a_task("CI-0004"),
]
FOUND = {(record.kind, record.id): (f"{record.id}.yaml", record) for record in RECORDS}
KEYS = list(FOUND)


@pytest.mark.parametrize("plain", [0, 2, 3, 4, 9])
def test_what_was_read_ahead_comes_back_whole_packed_or_not_and_no_more_is_held_than_may_be(
    plain: int,
) -> None:
    ahead = Ahead(most=4, plain=plain)
    for some in (KEYS[:2], KEYS[2:4], KEYS[4:]):
        ahead.keep({key: FOUND[key] for key in some})

    for key in KEYS[:4]:
        path, record = ahead.get(key) or NOTHING
        assert (path, record) == FOUND[key]
        assert record is not None
        assert record.model_fields_set == FOUND[key][1].model_fields_set
    assert [ahead.get(key) for key in KEYS[4:]] == [None, None]
    assert ahead.get(("task", "CI-0009")) is None


def test_the_first_that_are_read_are_held_as_they_are() -> None:
    ahead = Ahead(most=100, plain=2)
    ahead.keep({key: FOUND[key] for key in KEYS[:2]})
    ahead.keep({key: FOUND[key] for key in KEYS[2:]})

    assert [(ahead.get(key) or NOTHING)[1] is FOUND[key][1] for key in KEYS[:4]] == [True, True, False, False]


def test_packs_are_opened_again_however_many_there_are() -> None:
    ahead = Ahead(most=100, plain=0)
    tasks = [a_task(f"CI-{number:04d}") for number in range(30)]
    for task in tasks:
        ahead.keep({("task", task.id): ("", task)})

    for _ in range(2):
        assert [ahead.get(("task", task.id)) for task in tasks] == [("", task) for task in tasks]
