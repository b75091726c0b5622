from gitcp.store.memo import NOTHING, Answers, Memo
from tests.store.steps import a_task


def test_a_memo_holds_what_was_validated_last_and_no_more_than_it_may() -> None:
    memo = Memo(most=2)
    tasks = [a_task(f"CI-000{number}") for number in range(3)]
    for number, task in enumerate(tasks):
        memo.keep(task.id, "blob", task)

        assert memo.get(task.id, "blob") is task
        assert sum(memo.get(each.id, "blob") is not None for each in tasks) <= memo.most, number
    assert memo.get(tasks[2].id, "another blob") is None


def test_answers_hold_what_was_asked_for_last_and_what_was_read_first() -> None:
    answers = Answers(most=2, ahead=1)
    tasks = [a_task(f"CI-000{number}") for number in range(4)]
    found = [(f"tasks/{task.id}.yaml", task) for task in tasks]

    answers.hold("task", "CI-0000", found[0])
    answers.hold("task", "CI-0001", found[1])
    for number in (1, 2, 3):
        assert answers.keep("task", tasks[number].id, found[number]) is found[number]

    assert [answers.get("task", task.id) for task in tasks] == [found[0], None, None, found[3]]
    assert answers.get("run", "CI-0000") is None


def test_it_is_known_of_a_record_that_it_is_not_there() -> None:
    answers = Answers(most=1, ahead=0)
    answers.keep("task", "CI-0001", NOTHING)

    assert answers.get("task", "CI-0001") is NOTHING
