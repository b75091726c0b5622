"""What operations are called on a page: the verb and what it is done to."""

from collections.abc import Iterable, Mapping
from typing import Final

from gitcp.core.operation_names import OPERATION_NAMES

BY_HAND: Final = "by hand"


def told(operation: str | None) -> str:
    """Say an operation by its name, `task.create`; a commit that names none of gitcp's was made by hand."""
    if operation not in OPERATION_NAMES:
        return BY_HAND
    kind, _, verb = operation.partition(".")
    return f"{verb} {kind}"


def by_kind(operations: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Sort names of operations by what they are done to: its verbs in the given order."""
    found: dict[str, list[str]] = {}
    for name in operations:
        kind, _, verb = name.partition(".")
        found.setdefault(kind, []).append(verb)
    return {kind: tuple(verbs) for kind, verbs in found.items()}
