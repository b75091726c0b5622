"""What the verbs have in common that move a task by one operation."""

from typing import Any

from gitcp.cli.desk import named_task
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


def step(settings: Settings, task: str | None, as_json: bool, operation: str, **fields: Any) -> int:
    """Carry out an operation on a task and report it."""
    with settings.desk() as desk:
        name = named_task(desk, task)
        done = desk.apply(operation, {"task": name, **fields})
    return report(done, as_json)
