import pytest

from gitcp.core.lifecycle import TRANSITIONS, TaskEvent, advance, reachable_by_hand
from gitcp.errors import IllegalTransitionError
from gitcp.model.tasks import CLOSED, TaskStatus
from tests.helpers import a_task


@pytest.mark.parametrize("status", list(TaskStatus))
def test_every_event_leads_where_the_table_says_or_is_refused_with_what_is_possible(
    status: TaskStatus,
) -> None:
    task = a_task(status=status)
    for event in TaskEvent:
        if event in TRANSITIONS[status]:
            assert advance(task, event) is TRANSITIONS[status][event]
            continue
        with pytest.raises(IllegalTransitionError) as refused:
            advance(task, event)
        assert refused.value.message == f"task CI-0001 is {status}: {event} is not possible"
        assert refused.value.hint == f"possible from {status}: {', '.join(TRANSITIONS[status])}"


def test_every_status_has_a_row_and_a_way_out() -> None:
    assert set(TRANSITIONS) == set(TaskStatus)
    assert all(set(TRANSITIONS[status].values()) - {status} for status in TaskStatus)


@pytest.mark.parametrize("start", list(TaskStatus))
def test_every_status_can_be_reached_from_every_other(
    start: TaskStatus,
) -> None:
    reached, waiting = {start}, [start]
    while waiting:
        for status in TRANSITIONS[waiting.pop()].values():
            if status not in reached:
                reached.add(status)
                waiting.append(status)

    assert reached == set(TaskStatus)


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_a_closed_task_is_left_by_reopening_alone(status: TaskStatus) -> None:
    assert TRANSITIONS[status] == {TaskEvent.REOPEN: TaskStatus.TODO}


@pytest.mark.parametrize(
    "event", [TaskEvent.REQUEST_CHANGES, TaskEvent.REOPEN, TaskEvent.UNBLOCK, TaskEvent.RELEASE]
)
def test_what_hands_a_task_back_leads_to_todo(event: TaskEvent) -> None:
    assert {row[event] for row in TRANSITIONS.values() if event in row} == {TaskStatus.TODO}


@pytest.mark.parametrize("before", list(TaskStatus))
def test_a_hand_may_write_what_one_event_could(before: TaskStatus) -> None:
    reachable = {after for after in TaskStatus if reachable_by_hand(before, after)}

    assert reachable == {before, *TRANSITIONS[before].values()}
