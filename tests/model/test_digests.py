"""What tells whether somebody has answered what a task asks: the same in every version, so that an upgrade asks nobody anew."""

from gitcp.model.digests import asked_of_assignee
from gitcp.model.tasks import Origin
from tests.helpers import NOW, a_task, later

MADE = Origin(routine="scan", slot=NOW, number=1)


def test_what_a_task_asks_is_told_as_it_always_was() -> None:
    reworded = a_task(description="x", priority="high", reopened=2)

    assert asked_of_assignee(a_task()) == "2cd077f3af880637"
    assert asked_of_assignee(reworded, is_ready=False) == "26bb15c37f804f13"


def test_what_a_routine_asks_is_another_thing_whichever_of_its_times_it_was() -> None:
    other = Origin(routine="look", slot=later(60), number=2)

    assert asked_of_assignee(a_task(routine=MADE)) != asked_of_assignee(a_task())
    assert asked_of_assignee(a_task(routine=MADE)) == asked_of_assignee(a_task(routine=other))
