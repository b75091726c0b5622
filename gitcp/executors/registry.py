"""All executors, written out."""

from typing import Final

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors.base import Executor
from gitcp.executors.local import LOCAL

EXECUTORS: Final[dict[str, Executor]] = {
    "local": LOCAL,
}


def executor_for(name: str) -> Executor:
    """Return an executor by its name.

    Raises:
        RuntimeUnavailableError: this version does not have it.
    """
    executor = EXECUTORS.get(name)
    if executor is None:
        raise RuntimeUnavailableError(f"executor: expected one of {', '.join(EXECUTORS)}, found {name!r}")
    return executor
