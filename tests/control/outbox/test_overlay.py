import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gitcp.control.outbox.box import Outbox, read_outbox
from gitcp.control.outbox.form import Opening
from gitcp.control.outbox.overlay import KEPT, Overlay
from gitcp.core.operations.assign_task import AssignTask
from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_task import EditTask
from gitcp.errors import ConflictError, GitcpError, NotAllowedError
from gitcp.model.actors import as_agent
from gitcp.model.memory import Records
from gitcp.model.operation import Applied, Call, Operation, Receipt, Refusal
from gitcp.model.problem import Problem, Severity
from gitcp.model.tasks import Task
from tests.helpers import NOW, SHA, a_company, a_counter, a_person, a_project, a_run, a_task, an_agent

RILEY = an_agent()
RUN = a_run()
RECORDS = [a_company(), a_person(), RILEY, a_project(), a_counter(following=29), a_task(), RUN]
OPENING = Opening(format=1, run=RUN.id, revision=SHA, begun_at=NOW, machine="here")
NEW = CreateTask(project="CI", title="Look again", assignee="riley")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox.begin(tmp_path / "outbox", OPENING)
    yield opened
    opened.close()


@pytest.fixture
def overlay(box: Outbox) -> Overlay:
    return Overlay(Records.of(RECORDS, revision=SHA), box)


def call(number: int = 1) -> Call:
    return Call(as_agent(RILEY, RUN.id), NOW, f"{number:016x}")


def ask(overlay: Overlay, operation: Operation, number: int = 1) -> Applied:
    return overlay.apply(lambda _: [(operation, call(number))])


def receipt(applied: Applied) -> Receipt:
    [result] = applied.results
    assert isinstance(result, Receipt), result
    return result


def refusal(applied: Applied) -> GitcpError:
    [result] = applied.results
    assert isinstance(result, Refusal)
    return result.error


def intents(box: Outbox) -> list[Any]:
    path = box.folder / "intents.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_an_agent_sees_its_own_writes_at_once(overlay: Overlay) -> None:
    task = receipt(ask(overlay, NEW)).edit.task
    assert task is not None
    receipt(ask(overlay, CreateComment(task=task, body="Soon."), 2))

    found = overlay.snapshot().get(Task, task)

    assert found is not None
    assert (found.title, found.created_by) == ("Look again", "riley")
    assert [comment.body for comment in overlay.snapshot().comments(task)] == ["Soon."]


def test_a_task_is_lent_an_id_that_no_real_one_has_and_is_told_so(overlay: Overlay, box: Outbox) -> None:
    applied = ask(overlay, NEW)

    assert receipt(applied).edit.task == "CI-900000001"
    assert applied.notes[0] == KEPT
    assert applied.notes[1].startswith("CI-900000001 is a provisional id")
    assert intents(box)[0]["made"] == [{"kind": "task", "id": "CI-900000001"}]
    assert receipt(ask(overlay, NEW, 2)).edit.task == "CI-900000002"


def test_a_write_is_kept_as_it_was_asked_for(overlay: Overlay, box: Outbox) -> None:
    ask(overlay, CreateComment(task="CI-0001", body="é\n"), 7)

    assert intents(box) == [
        {
            "request": f"{7:016x}",
            "operation": "comment.create",
            "fields": {"task": "CI-0001", "body": "é\n"},
            "at": "2026-11-23T09:00:00Z",
            "made": [],
        }
    ]


def test_a_request_that_is_sent_again_is_answered_and_not_kept_twice(overlay: Overlay, box: Outbox) -> None:
    first, again = ask(overlay, NEW), ask(overlay, NEW)

    assert (receipt(first).repeated, receipt(again).repeated) == (False, True)
    assert receipt(again).edit.task == "CI-900000001"
    assert len(intents(box)) == 1
    assert isinstance(refusal(ask(overlay, CreateComment(task="CI-0001", body="x"))), ConflictError)


def test_what_is_not_allowed_is_refused_as_anywhere_and_not_kept(overlay: Overlay, box: Outbox) -> None:
    before = overlay.snapshot()

    assert isinstance(refusal(ask(overlay, AssignTask(task="CI-0001", assignee="clara"))), NotAllowedError)
    assert isinstance(refusal(ask(overlay, EditTask(task="CI-0001", fields={"verify": []}))), NotAllowedError)
    assert intents(box) == []
    assert overlay.snapshot() is before


def test_what_changes_nothing_is_not_kept(overlay: Overlay, box: Outbox) -> None:
    done = receipt(ask(overlay, EditTask(task="CI-0001", fields={"title": "Do CI-0001"})))

    assert (done.revision, intents(box)) == (SHA, [])


def test_a_write_that_the_disk_does_not_take_has_not_happened(overlay: Overlay, box: Outbox) -> None:
    (box.folder / "intents.jsonl").mkdir()

    assert "cannot be written" in refusal(ask(overlay, NEW)).message
    assert overlay.snapshot().get(Task, "CI-900000001") is None


def test_a_write_that_was_torn_off_spoils_none_that_follows(overlay: Overlay, box: Outbox) -> None:
    ask(overlay, NEW)
    with (box.folder / "intents.jsonl").open("ab") as file:
        file.write(b'{"request": "half of i')

    receipt(ask(overlay, NEW, 2))

    assert [intent["request"] for intent in intents(box)] == [f"{1:016x}", f"{2:016x}"]


def test_an_outbox_takes_so_many_writes_and_no_more(
    overlay: Overlay, box: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.control.outbox.box.MOST_INTENTS", 2)
    for number in (1, 2):
        receipt(ask(overlay, NEW, number))

    assert isinstance(refusal(ask(overlay, NEW, 3)), ConflictError)
    assert len(intents(box)) == 2


def test_an_outbox_takes_so_many_bytes_and_no_more(
    overlay: Overlay, box: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.control.outbox.box.INTENTS_BYTES", 1_000)

    assert "takes no more" in refusal(ask(overlay, CreateComment(task="CI-0001", body="x" * 1_000))).message
    assert intents(box) == []


def test_a_counter_that_cannot_be_read_is_an_error_here_too(box: Outbox) -> None:
    broken = Problem(
        path="tasks/CI/next",
        line=1,
        where="",
        message="broken",
        severity=Severity.ERROR,
        record=("counter", "CI"),
    )
    records = [record for record in RECORDS if record.kind != "counter"]
    overlay = Overlay(Records.of(records, problems=[broken], revision=SHA), box)

    assert "tasks/CI/next" in refusal(ask(overlay, NEW)).message


def test_an_outbox_that_a_runner_is_at_work_in_is_not_read(box: Outbox) -> None:
    with pytest.raises(ConflictError, match="still at work"):
        read_outbox(box.folder, RUN.id)

    box.close()
    assert read_outbox(box.folder, RUN.id).result is None
