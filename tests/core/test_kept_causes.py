"""Whatever happens to a run, what it was asked is done, tried again or told."""

from collections.abc import Iterable

from hypothesis import given, settings

from gitcp.core.actions import Claim, Plan, Waiting
from gitcp.core.causes.failures import RETRIED
from gitcp.core.plan import plan
from gitcp.model.members import Agent, AgentStatus, WakeReason
from gitcp.model.memory import Records
from gitcp.model.runs import Cause, Run, Wake
from tests.core.companies import World, worlds

ASKED = {WakeReason.MENTION, WakeReason.MANUAL, WakeReason.APPROVAL}


@settings(max_examples=40)
@given(worlds(steps=10))
def test_nothing_that_was_asked_of_an_agent_is_lost_to_a_run_that_failed(world: World) -> None:
    told = plan(world.snapshot, world.observed, world.now)

    for run in _failed(world.snapshot):
        again = Cause(reason=WakeReason.RETRY, record=run.id, digest=run.id)
        if not world.snapshot.answered(run.agent, [again]):
            assert run.id in {wake.again for wake in world.snapshot.all(Wake)}
            assert _is_told(told, run, again)


def _failed(snapshot: Records) -> Iterable[Run]:
    for run in snapshot.runs(active=False):
        agent = snapshot.get(Agent, run.agent)
        employed = agent is not None and agent.status is not AgentStatus.TERMINATED
        asked = run.task is None or any(cause.reason in ASKED for cause in run.answers)
        # What a blocked task was asked waits with it; what waits for a file comes with its result.
        waits = run.blocked is not None or run.pending
        if run.outcome in RETRIED and employed and asked and not waits:
            yield run


def _is_told(told: Plan, run: Run, again: Cause) -> bool:
    claims = (action for action in told.actions if isinstance(action, Claim))
    waiting = (action for action in told.actions if isinstance(action, Waiting))
    started = any(again in claim.run.answers for claim in claims)
    return started or any(w.agent == run.agent and "retry" in w.causes for w in waiting)
