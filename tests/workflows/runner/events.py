"""What happens at a forge, and which workflows it starts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.workflows.runner.reading import Workflow

_ANY_TYPE: Final = ("opened", "synchronize", "reopened")


@dataclass(frozen=True)
class Event:
    """One thing that happened: where, by whom, and what GitHub tells of it."""

    name: str
    ref: str
    sha: str
    actor: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    workflow: str | None = None
    changed: tuple[str, ...] = ()

    def told(self) -> str:
        """Return it in a few words, for a transcript."""
        match self.name:
            case "schedule":
                return f"schedule {self.payload['schedule']}"
            case "push":
                return f"push by {self.actor} of {self.payload['head_commit']['message'].splitlines()[0]!r}"
            case "pull_request_target":
                return f"pull request {self.payload['number']} {self.payload['action']}"
            case _:
                return f"{self.name} by {self.actor}"


def starts(workflow: Workflow, event: Event) -> bool:
    """Whether an event starts a workflow."""
    if event.name not in workflow.on:
        return False
    if event.workflow is not None and event.workflow != workflow.path:
        return False
    filters = workflow.on[event.name]
    match event.name:
        case "schedule":
            return event.payload["schedule"] in workflow.crons
        case "push":
            branch = event.ref.removeprefix("refs/heads/")
            return _fits(filters, "branches", [branch]) and _touches(filters, event.changed)
        case "pull_request_target":
            base = event.payload["pull_request"]["base"]["ref"]
            types = filters.get("types", _ANY_TYPE)
            return event.payload["action"] in types and _fits(filters, "branches", [base])
        case _:
            return True


def _touches(filters: Mapping[str, Any], changed: Iterable[str]) -> bool:
    paths = tuple(changed)
    if "paths-ignore" in filters and not any(not fits(path, filters["paths-ignore"]) for path in paths):
        return False
    return _fits(filters, "paths", paths)


def _fits(filters: Mapping[str, Any], key: str, names: Iterable[str]) -> bool:
    return key not in filters or any(fits(name, filters[key]) for name in names)


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether the last pattern that a name fits lets it in; a pattern with `!` shuts it out."""
    inside = False
    for pattern in patterns:
        if re.fullmatch(_expression(pattern.removeprefix("!")), name):
            inside = not pattern.startswith("!")
    return inside


def _expression(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    signs = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return "".join(signs.get(part, re.escape(part)) for part in parts)
