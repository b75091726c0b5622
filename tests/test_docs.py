"""The documentation says what the code does: its generated parts are equal to what the tables say now.

After a change of a table, `GITCP_TEST_WRITE_DOCS=1 make test ARGS="-k docs"` writes them anew.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from gitcp.core.actions import Observed
from gitcp.core.causes import assignment, candidates, unanswered
from gitcp.core.lifecycle import TRANSITIONS
from gitcp.core.operations.registry import FinishRun
from gitcp.core.outcomes import consequence
from gitcp.core.plan import plan
from gitcp.model.members import Agent
from gitcp.model.runs import Run, Verification
from gitcp.model.tasks import CLOSED, Task, TaskStatus
from tests.helpers import (
    NOW,
    a_run,
    a_task,
    an_ended_run,
    carry_out,
    later,
    run_in,
    snapshot_of,
    task_in,
)
from tests.test_architecture import MAY_IMPORT

BLOCK: Final = re.compile(r"<!-- generated: (?P<name>[a-z-]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)

GREEN, RED = Verification(passed=True), Verification(passed=False, command=("make",), exit_code=1)
FAILED_TWICE: Final[dict[str, Any]] = {"attempts": 2}

# What the run says, the task before it, what it ended with, and an earlier run.
ENDS: Final[tuple[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any] | None], ...]] = (
    ("finish, checks green", {}, {"declared": "finish", "verification": GREEN}, None),
    ("finish, checks green, reviewers named", {"review": ("clara",)}, {"declared": "finish", "verification": GREEN}, None),
    ("finish, checks red", {}, {"declared": "finish", "verification": RED}, None),
    ("finish, checks did not run", {"verify": (("make",),)}, {"declared": "finish"}, None),
    ("finish, not delivered", {}, {"declared": "finish", "undelivered": "conflict"}, None),
    ("block", {}, {"declared": "block", "reason": "no key"}, None),
    ("more to do", {}, {"declared": "continue"}, None),
    ("nothing", {}, {"declared": "nothing"}, None),
    ("nothing, again", {}, {"declared": "nothing"}, {"declared": "nothing"}),
    ("the platform's fault", {}, {"outcome": "failed", "failure": "platform"}, None),
    ("a fault that passes", {}, {"outcome": "failed", "failure": "transient"}, None),
    ("the agent's fault", {}, {"outcome": "failed", "failure": "agent"}, None),
    ("the agent's fault, attempts used up", FAILED_TWICE, {"outcome": "failed", "failure": "agent"}, None),
    ("", {}, {"outcome": "timed_out"}, None),
    ("", {}, {"outcome": "silent"}, None),
    ("", {}, {"outcome": "over_budget"}, None),
    ("", {}, {"outcome": "cancelled"}, None),
    ("", {}, {"outcome": "abandoned"}, None),
)  # fmt: skip


def task_states() -> str:
    """Draw the life of a task from its table."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> backlog", "    [*] --> todo"]
    for status in TaskStatus:
        by_target: dict[TaskStatus, list[str]] = {}
        for event, target in TRANSITIONS[status].items():
            by_target.setdefault(target, []).append(event.value)
        lines += [f"    {status} --> {target}: {', '.join(events)}" for target, events in by_target.items()]
    lines += [f"    {status} --> [*]" for status in TaskStatus if status in CLOSED]
    return "\n".join([*lines, "```", ""])


def outcomes() -> str:
    """Tell what each way to end does to a task, by ending a run in that way."""
    rows = ["| Outcome | Said, or whose fault | Consequence | The task becomes | Attempts | Then |", "|---|---|---|---|---|---|"]  # fmt: skip
    for said, task, end, earlier in ENDS:
        rows.append(f"| {' | '.join(_row(said, a_task(status='in_progress', **task), end, earlier))} |")
    return "\n".join([*rows, ""])


def _row(said: str, task: Task, end: dict[str, Any], earlier: dict[str, Any] | None) -> list[str]:
    before = [an_ended_run(claimed_at=later(-60), **earlier)] if earlier else []
    live = a_run(answers=(assignment(snapshot_of(task), task),))
    operation = FinishRun(**({"run": live.id, "outcome": "succeeded"} | end))
    after = carry_out(snapshot_of(task, *before, live), operation)
    run, left = run_in(after, live.id), task_in(after)
    attempts = "counted" if left.attempts > task.attempts else ""
    return [
        str(run.outcome),
        said,
        str(consequence(run)),
        f"`{left.status}`",
        attempts,
        _then(after.edited([]), run),
    ]


def _then(after: Any, run: Run) -> str:
    riley = after.get(Agent, run.agent)
    found = unanswered(after, riley, candidates(after, riley, NOW))
    if found:
        paused = any(candidate.not_before for candidate in found)
        return f"`{found[0].cause.reason}`{' after a pause' if paused else ''}"
    told = plan(after, Observed(), NOW)
    if told.stalled:
        return "its manager, or whom it names"
    return "its reviewer" if told.waiting else ""


GENERATED: Final[Mapping[str, Callable[[], str]]] = {"task-states": task_states, "outcomes": outcomes}


@pytest.fixture
def architecture(project_root: Path) -> Path:
    return project_root / "docs" / "architecture.md"


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_the_generated_parts_of_the_architecture_are_what_the_tables_say(
    architecture: Path, name: str
) -> None:
    text = architecture.read_text(encoding="utf-8")
    made = GENERATED[name]()
    if os.environ.get("GITCP_TEST_WRITE_DOCS"):
        text = BLOCK.sub(lambda m: f"<!-- generated: {name} -->\n{made}<!-- end -->" if m["name"] == name else m[0], text)  # fmt: skip
        architecture.write_text(text, encoding="utf-8")

    blocks = {match["name"]: match["text"] for match in BLOCK.finditer(text)}
    assert set(blocks) == set(GENERATED)
    assert blocks[name] == made


def test_every_layer_has_its_place_in_the_architecture(architecture: Path) -> None:
    text = architecture.read_text(encoding="utf-8")
    told = set(re.findall(r"^\*\*`gitcp/(\w+)(?:/|\.py)`\*\*", text, re.MULTILINE))

    assert told == {layer for layer in MAY_IMPORT if not layer.startswith("__")}


def test_pages_break_their_lines_after_sentences(architecture: Path) -> None:
    lines = architecture.read_text(encoding="utf-8").splitlines()
    prose = [line for line in lines if (line and line[0].isalpha()) or line.startswith("**")]

    assert [line for line in prose if ". " in line.replace("e.g. ", "")] == []
