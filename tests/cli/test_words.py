"""The words that help knows without the model are the model's."""

from collections.abc import Iterable
from typing import get_args

import pytest

from gitcp.cli import words
from gitcp.model.guards import OnExceed, Period, Verdict
from gitcp.model.members import Agent, WakeReason
from gitcp.model.planning import (
    CatchUp,
    GoalLevel,
    GoalStatus,
    Integration,
    Overlap,
    ProjectStatus,
    RoutineStatus,
    WorkspaceMode,
)
from gitcp.model.runs import Outcome
from gitcp.model.runtimes import Billing, Runtime
from gitcp.model.tasks import OPEN, Priority, TaskStatus


def _runtimes() -> list[str]:
    kinds = get_args(get_args(Runtime)[0])
    return [name for kind in kinds for name in get_args(kind.model_fields["type"].annotation)]


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (words.STATUSES, TaskStatus),
        (words.OPEN_STATUSES, [status for status in TaskStatus if status in OPEN]),
        (words.PRIORITIES, Priority),
        (words.OUTCOMES, Outcome),
        (words.BILLINGS, Billing),
        (words.COMPATS, get_args(get_args(Agent.model_fields["compat"].annotation)[0])),
        (words.WAKE_REASONS, WakeReason),
        (words.GOAL_LEVELS, GoalLevel),
        (words.GOAL_STATUSES, GoalStatus),
        (words.PROJECT_STATUSES, ProjectStatus),
        (words.INTEGRATIONS, Integration),
        (words.WORKSPACE_MODES, WorkspaceMode),
        (words.ROUTINE_STATUSES, RoutineStatus),
        (words.OVERLAPS, Overlap),
        (words.CATCH_UPS, CatchUp),
        (words.PERIODS, Period),
        (words.ON_EXCEED, OnExceed),
        (words.VERDICTS, Verdict),
        (words.RUNTIMES, _runtimes()),
        (tuple(words.NEXT), TaskStatus),
    ],
)
def test_the_words_are_the_models(told: tuple[str, ...], known: Iterable[str]) -> None:
    assert list(told) == [str(word) for word in known]
