from pathlib import Path

import pytest

from gitcp.api.declarations import Declaration
from gitcp.control.redacting import Redacting, without_secrets
from gitcp.control.result import Delivery, Worked
from gitcp.core.operations.create_task import CreateTask
from gitcp.errors import NotAllowedError
from gitcp.model.runs import Declared, Verification
from gitcp.runtimes.base import Ending
from gitcp.runtimes.redaction import Redactor
from tests.helpers import NOW
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


def test_what_is_known_of_a_run_holds_all_but_the_secrets() -> None:
    text = "see hunter2-4711"
    checked = Verification(passed=False, command=("x",), tail=text)
    worked = Worked(
        NOW,
        NOW,
        Ending(exit_code=1, error=text, final_text=text),
        Delivery(undelivered=text, verification=checked),
        Declaration(declared=Declared.BLOCK, reason=text, summary=text),
    )

    after = without_secrets(worked, REDACTOR)

    assert "hunter2" not in repr(after)
    assert after == without_secrets(after, REDACTOR)
    assert after.said is not None
    assert (after.said.declared, after.said.reason) == (Declared.BLOCK, "see [secret KEY]")
    assert after.delivery.verification == checked.evolve(tail="see [secret KEY]")


def test_a_run_of_which_nothing_was_said_is_what_it_was() -> None:
    worked = Worked(NOW, NOW, Ending(exit_code=0))

    assert without_secrets(worked, REDACTOR) == worked
