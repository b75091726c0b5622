"""A person's word holds against pauses and queues, an agent's does not."""

from datetime import timedelta

import pytest

from gitcp.model.memory import Records
from tests.core.looping import Loop, nothing
from tests.core.waking import at_rest, claims_of
from tests.helpers import a_comment, a_task, a_wake, an_agent, later, snapshot_of


@pytest.mark.parametrize("failure", ["platform", "agent"])
@pytest.mark.parametrize("by", ["oscar", "clara"])
def test_a_persons_word_breaks_a_back_off_of_a_task_and_an_agents_does_not(by: str, failure: str) -> None:
    rests = at_rest(outcome="failed", failure=failure, declared=None, ended_at=later(-1))

    for word in (a_comment("@riley now", by=by), a_wake(task="CI-0001", by=by)):
        snapshot = Records.of([*rests.by_key.values(), an_agent("oscar"), word])
        assert bool(claims_of(snapshot)) is (by == "clara")
        assert len(claims_of(snapshot, later(2))) == 1


@pytest.mark.parametrize("by", ["oscar", "clara"])
def test_a_persons_word_breaks_a_back_off_of_what_has_no_task_and_an_agents_does_not(by: str) -> None:
    asked = snapshot_of(a_task(status="done"), a_wake(prompt="count the stars"))
    loop = Loop(asked, nothing, lambda _: {"outcome": "failed"}).goes_on(1, timedelta(minutes=2))
    word = a_comment("@riley now", by=by)
    mentioned = Records.of([*loop.snapshot.by_key.values(), an_agent("oscar"), word])

    at_once = [] if by == "oscar" else [("riley", None, ["mention", "retry"])]
    assert claims_of(mentioned, loop.now) == at_once
    assert claims_of(mentioned, later(60)) == [("riley", None, ["mention", "retry"])]


@pytest.mark.parametrize(("by", "first"), [("oscar", "CI-0001"), ("clara", "CI-0002")])
def test_what_a_person_asks_by_hand_comes_before_what_is_urgent_and_what_an_agent_asks_does_not(
    by: str, first: str
) -> None:
    tasks = [a_task(priority="critical"), a_task("CI-0002", priority="low")]

    ((_, task, _),) = claims_of(snapshot_of(an_agent("oscar"), *tasks, a_wake(task="CI-0002", by=by)))
    assert task == first
