from gitcp.store.memo import Memo
from tests.store.steps import a_task


def test_a_memo_holds_what_was_validated_last_and_no_more_than_it_may() -> None:
    memo = Memo(most=2)
    tasks = [a_task(f"CI-000{number}") for number in range(3)]
    for number, task in enumerate(tasks):
        memo.keep(task.id, "blob", task)

        assert memo.get(task.id, "blob") is task
        assert sum(memo.get(each.id, "blob") is not None for each in tasks) <= memo.most, number
    assert memo.get(tasks[2].id, "another blob") is None
