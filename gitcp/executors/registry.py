"""All executors, written out."""

from typing import Final

from gitcp.errors import RuntimeUnavailableError
from gitcp.executors.base import Executor
from gitcp.executors.local import LOCAL

# Of a run whose runner is started by somebody else, a job of a CI service say: here nobody looks after it.
ELSEWHERE: Final = "elsewhere"

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
