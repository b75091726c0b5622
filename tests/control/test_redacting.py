from pathlib import Path

import pytest

from gitcp.control.redacting import Redacting, settled_without
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.finish_run import FinishRun
from gitcp.errors import NotAllowedError
from gitcp.model.runs import Outcome, Verification
from gitcp.model.tasks import Blocked
from gitcp.runtimes.redaction import Redactor
from tests.stories.company import a_company

REDACTOR = Redactor({"KEY": "hunter2-4711"})


def test_what_an_agent_writes_goes_in_without_secrets(tmp_path: Path) -> None:
    company = a_company(tmp_path)

    with company.plane() as plane:
        call = plane.call(plane.person())
        door = Redacting(plane.store, REDACTOR)
        operation = CreateTask(
            project="CI", title="Use hunter2-4711", verify=(("echo", "hunter2-4711"), ("true",))
        )
        door.apply(lambda _: [(operation, call)])

        assert door.snapshot().revision == plane.snapshot().revision
    task = company.task("CI-0001")
    assert task.title == "Use [secret KEY]"
    assert task.verify == (("echo", "[secret KEY]"), ("true",))


def test_a_secret_in_the_place_of_a_name_is_refused(tmp_path: Path) -> None:
    company = a_company(tmp_path)

    with company.plane() as plane:
        door, call = Redacting(plane.store, REDACTOR), plane.call(plane.person())
        operation = CreateTask(project="CI", title="Use it", assignee="hunter2-4711")
        with pytest.raises(NotAllowedError, match="a secret of the run stands where a name"):
            door.apply(lambda _: [(operation, call)])


def test_a_settlement_says_all_but_the_secrets() -> None:
    text = "see hunter2-4711"
    before = FinishRun(
        run="20261122T090000Z-riley",
        outcome=Outcome.FAILED,
        reason=text,
        summary=text,
        undelivered=text,
        blocked=Blocked(by="riley", reason=text),
        verification=Verification(passed=False, command=("x",), tail=text),
    )

    after = settled_without(before, REDACTOR)

    assert "hunter2" not in after.model_dump_json()
    assert after == settled_without(after, REDACTOR)
    assert after.blocked == Blocked(by="riley", reason="see [secret KEY]")
    assert after.verification == Verification(passed=False, command=("x",), tail="see [secret KEY]")
