from decimal import Decimal
from typing import Any, Final

import pytest

from gitcp.core.hypotheses import ByTable, Hypothesis, asked_by, by_table, who_named
from gitcp.core.identity import Who, as_who
from gitcp.core.policies import Asked
from gitcp.errors import UnknownRecordError
from gitcp.model.amounts import RunLimits
from gitcp.model.memory import Records
from gitcp.model.operation import ActorKind
from tests.helpers import a_company, a_person, a_task, an_agent

TASK: Final = a_task(priority="high", labels=("scan",), created_by="hugo")
KNOWN: Final = Records.of(
    [
        a_company(),
        a_person(),
        an_agent(limits=RunLimits(usd=Decimal(3))),
        an_agent("hugo"),
        TASK,
        a_task("CI-0002", assignee=None),
        a_task("CI-0003", assignee="clara"),
    ]
)
RILEY: Final = Who(ActorKind.AGENT, "riley")
CLARA: Final = as_who(a_person())


def test_what_a_task_says_holds_where_nothing_else_is_given() -> None:
    plain = asked_by(KNOWN, Hypothesis.of("task.edit", {"by": "clara", "task": "CI-0001"}))
    given = {
        "by": "clara",
        "task": "CI-0001",
        "project": "RD",
        "priority": "low",
        "labels": ["a"],
        "usd": "2.5",
    }
    other = asked_by(KNOWN, Hypothesis.of("task.edit", given | {"paths": ["org/riley.yaml"]}))

    assert plain == Asked("task.edit", CLARA, project="CI", priority="high", labels=("scan",))
    assert other == Asked(
        "task.edit",
        CLARA,
        paths=("org/riley.yaml",),
        project="RD",
        priority="low",
        labels=("a",),
        usd=Decimal("2.5"),
    )


@pytest.mark.parametrize(
    ("task", "usd"), [("CI-0001", 3), ("CI-0002", None), ("CI-0003", None), (None, None)]
)
def test_a_start_costs_what_a_run_of_the_assignee_may_cost(task: str | None, usd: Any) -> None:
    assert asked_by(KNOWN, Hypothesis("task.start", "riley", task)).usd == usd


def test_who_acts_is_a_member_the_scheduler_or_a_stranger() -> None:
    assert who_named(KNOWN, "clara") == CLARA
    assert who_named(KNOWN, "riley") == RILEY
    assert who_named(KNOWN, "scheduler").kind is ActorKind.SCHEDULER
    assert who_named(KNOWN, "strangers") == Who(None, "a stranger")
    with pytest.raises(UnknownRecordError, match="member nobody does not exist"):
        who_named(KNOWN, "nobody")


def test_an_operation_that_does_not_exist_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownRecordError, match=r"there is no operation agent\.hier") as raised:
        asked_by(KNOWN, Hypothesis("agent.hier", "clara"))
    assert raised.value.hint == "did you mean agent.hire?"
    with pytest.raises(UnknownRecordError) as raised:
        asked_by(KNOWN, Hypothesis("zzz", "clara"))
    assert str(raised.value.hint).startswith("there are agent.adopt, ")


@pytest.mark.parametrize(
    ("who", "operation", "task", "expected"),
    [
        (CLARA, "budget.edit", None, None),
        (CLARA, "run.claim", None, ByTable(False, "the scheduler alone does that")),
        (Who(ActorKind.SCHEDULER, "scheduler"), "run.claim", None, None),
        (RILEY, "budget.edit", None, ByTable(False, "no agent may budget.edit")),
        (RILEY, "task.create", None, ByTable(True, "any agent may task.create")),
        (RILEY, "task.start", None, ByTable(None, "an agent may if it is its assignee")),
        (RILEY, "task.start", TASK, ByTable(True, "riley is its assignee of CI-0001")),
        (RILEY, "task.cancel", TASK, ByTable(False, "riley is not above its assignee or its creator of CI-0001")),
        (Who(ActorKind.AGENT, "hugo"), "task.cancel", TASK, ByTable(True, "hugo is its creator of CI-0001")),
    ],
)  # fmt: skip
def test_tables_say_what_agents_may(who: Who, operation: str, task: Any, expected: ByTable | None) -> None:
    assert by_table(KNOWN, who, operation, task) == expected
