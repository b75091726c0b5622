import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from gitcp.dashboard import words
from gitcp.dashboard.words import Badge
from gitcp.model.amounts import Metric
from gitcp.model.guards import OnExceed, Period, Scope
from gitcp.model.members import AgentStatus, WakeReason
from gitcp.model.planning import GoalLevel, GoalStatus, Integration, ProjectStatus, WorkspaceMode
from gitcp.model.problem import Severity
from gitcp.model.runs import Declared, FailureClass, Outcome, Settlement
from gitcp.model.tasks import Priority, TaskStatus

TABLES: list[tuple[type[StrEnum], Mapping[Any, Any]]] = [
    (TaskStatus, words.TASK_STATUS),
    (Priority, words.PRIORITY),
    (Outcome, words.OUTCOME),
    (AgentStatus, words.AGENT_STATUS),
    (GoalStatus, words.GOAL_STATUS),
    (ProjectStatus, words.PROJECT_STATUS),
    (Integration, words.INTEGRATION),
    (WorkspaceMode, words.WORKSPACE),
    (Severity, words.SEVERITY),
    (GoalLevel, words.GOAL_LEVEL),
    (WakeReason, words.WAKE_REASON),
    (Metric, words.METRIC),
    (Period, words.PERIOD),
    (Scope, words.SCOPE),
    (OnExceed, words.ON_EXCEED),
    (FailureClass, words.FAILURE),
    (Declared, words.DECLARED),
    (Settlement, words.SETTLEMENT),
]


@pytest.mark.parametrize(("values", "table"), TABLES, ids=[values.__name__ for values, _ in TABLES])
def test_every_value_has_a_word_of_its_own(values: type[StrEnum], table: Mapping[Any, Any]) -> None:
    said = [word.label if isinstance(word, Badge) else word for word in table.values()]

    assert list(table) == list(values)
    assert len(set(said)) == len(said)


def test_every_glyph_and_tone_is_drawn(templates: Path) -> None:
    badges = [word for _, table in TABLES for word in table.values() if isinstance(word, Badge)]
    badges += [words.RUNNING, words.STOPPING, words.ENDED, words.PASSED, words.NOT_PASSED]
    drawn = set(re.findall(r'id="g-([a-z]+)"', (templates / "glyphs.svg").read_text(encoding="utf-8")))
    toned = set(
        re.findall(
            r"\.tone-([a-z]+) \{ --tone", (templates / "assets" / "style.css").read_text(encoding="utf-8")
        )
    )

    assert {badge.glyph for badge in badges} <= drawn
    assert {badge.tone for badge in badges} <= toned
