"""What must not slip through: a hold that an agent undoes, a cancel that a hold swallows, a pause that an agent's word breaks."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from gitcp.core.operations.cancel_run import CancelRun
from gitcp.core.operations.edit_task import EditTask
from gitcp.errors import NotAllowedError
from gitcp.model.company import SchedulerSettings
from gitcp.model.operation import Put
from gitcp.model.planning import TaskTemplate
from gitcp.model.runs import Cancel, Run
from gitcp.model.tasks import Paused
from tests.helpers import NOW, a_call, a_goal, a_run, a_task, agent, an_agent, person, snapshot_of

HELD = Paused(by="clara", at=NOW)


def test_an_agent_does_not_take_a_task_out_from_below_a_paused_goal() -> None:
    snapshot = snapshot_of(
        an_agent("boss"),
        an_agent("riley", reports_to="boss"),
        a_goal("stop", paused=HELD),
        a_goal("go"),
        a_task(goal="stop", created_by="boss"),
    )
    moved = EditTask(task="CI-0001", fields={"goal": "go"})

    with pytest.raises(NotAllowedError, match="paused by clara"):
        moved.decide(snapshot, a_call(agent("boss")))
    assert moved.decide(snapshot, a_call(person())).changes


def test_a_cancel_counts_although_a_hold_asked_for_the_end_before() -> None:
    run = a_run(cancel=Cancel(by="clara", at=NOW, hold=True))

    edit = CancelRun(run=run.id, reason="never do this").decide(snapshot_of(a_task(), run), a_call(person()))

    records = [change.record for change in edit.changes if isinstance(change, Put)]
    [after] = [record for record in records if isinstance(record, Run)]
    assert after.cancel is not None
    assert not after.cancel.hold


@pytest.mark.parametrize(
    "fields",
    [{"aging_hours": 10**11}, {"retries": 10**19}, {"attempts": 10**19}, {"grace_minutes": Decimal(10**9)}],
)
def test_a_setting_that_no_clock_can_follow_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SchedulerSettings.model_validate(fields)


def test_a_task_is_not_due_in_ten_thousand_years() -> None:
    with pytest.raises(ValidationError):
        TaskTemplate.model_validate({"project": "CI", "title": "x", "due_days": 10**7})
