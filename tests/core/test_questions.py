from decimal import Decimal
from typing import Any

import pytest

from gitcp.core.identity import Who, as_who
from gitcp.core.implied import Implied, implied
from gitcp.core.policies import Asked
from gitcp.core.questions import asked, asked_of_task
from gitcp.model.base import Record
from gitcp.model.change import RecordChange
from gitcp.model.memory import Records
from gitcp.model.tasks import Document
from tests.helpers import (
    a_budget,
    a_comment,
    a_company,
    a_new_task,
    a_person,
    a_project,
    a_routine,
    a_task,
    a_wake,
    an_approval,
)

CLARA: Who = as_who(a_person())
TASK = a_task(labels=("scan",), priority="high")
KNOWN = Records.of([a_company(), TASK])


def _asked(before: Record | None, after: Record | None) -> Asked:
    record = after or before
    assert record is not None
    change = RecordChange("a/file.yaml", record.kind, record.id, before, after, KNOWN)
    operation, *_ = implied([change])
    return asked(operation, CLARA)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (TASK, ("CI", "high", ("scan",))),
        (a_new_task(priority="low"), ("CI", "low", ())),
        (a_comment("Well."), ("CI", "high", ("scan",))),
        (a_comment("Well.", task="CI-0099"), ("CI", None, ())),
        (Document(id="CI-0001/plan", text="Read."), ("CI", "high", ("scan",))),
        (a_wake(task="CI-0001"), ("CI", "high", ("scan",))),
        (a_wake(), (None, None, ())),
        (an_approval(task="CI-0001"), ("CI", "high", ("scan",))),
        (a_routine(task={"labels": ("weekly",)}), ("CI", "medium", ("weekly",))),
        (a_budget("project/CI", usd=1), ("CI", None, ())),
        (a_budget("task/CI-0001", usd=1), ("CI", "high", ("scan",))),
        (a_budget("agent/riley", usd=1), (None, None, ())),
        (a_project("RD"), ("RD", None, ())),
        (a_person("oscar"), (None, None, ())),
    ],
)
def test_a_record_is_of_a_project_and_has_the_labels_of_its_task(record: Any, expected: Any) -> None:
    found = _asked(None, record)

    assert (found.project, found.priority, found.labels) == expected
    assert (found.who, found.paths, found.before) == (CLARA, ("a/file.yaml",), None)


def test_what_a_task_was_is_asked_about_too() -> None:
    found = _asked(TASK, a_task(labels=(), priority="low"))

    assert (found.labels, found.priority) == ((), "low")
    assert found.before is not None
    assert (found.before.labels, found.before.priority) == (("scan",), "high")


def test_what_stays_for_rules_as_it_was_is_asked_about_once() -> None:
    assert _asked(TASK, TASK.evolve(title="Other")).before is None
    assert _asked(TASK.evolve(status="done"), None).labels == ("scan",)


def test_what_it_costs_is_asked_about() -> None:
    assert _asked(None, a_budget(usd=40)).usd == Decimal(40)


def test_a_task_is_asked_about_without_a_change() -> None:
    assert asked_of_task("task.start", CLARA, TASK) == Asked(
        "task.start", CLARA, project="CI", priority="high", labels=("scan",)
    )


def test_a_file_that_moves_is_asked_about_where_it_was_as_well() -> None:
    change = RecordChange("new/file.yaml", TASK.kind, TASK.id, TASK, TASK, KNOWN, left="old/file.yaml")

    assert asked(Implied("task.edit", change), CLARA).paths == ("new/file.yaml", "old/file.yaml")
