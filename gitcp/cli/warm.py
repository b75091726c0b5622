"""The command line that is called by a fork server: everything that a run needs is imported before the first is asked for."""

import gc
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

# What is imported late elsewhere, because most commands do without.
_NEEDED: Final = (
    "git",
    "gitcp.cli.execute",
    "gitcp.cli.progress",
    "gitcp.control.runner",
    "gitcp.control.scheduler",
    "gitcp.control.steps",
    "gitcp.store.codec",
)
_SELDOM: Final = 100_000


def warm_up() -> None:
    """Import what a scheduler and its runners need; opens nothing."""
    gc.set_threshold(_SELDOM)  # as at the start of every command
    for name in _NEEDED:
        importlib.import_module(name)
    from gitcp.api.declarations import Declaration
    from gitcp.core.operations.finish_run import FinishRun
    from gitcp.model.amounts import Usage
    from gitcp.model.kinds import KINDS
    from gitcp.store.tables import key

    models: tuple[type[BaseModel], ...] = (*KINDS.values(), FinishRun, Declaration, Usage)
    for model in models:
        model.model_rebuild()  # otherwise done when the first record of its kind is read
    key()


def run_command(arguments: Sequence[str]) -> int:
    """Run a command of gitcp in this process, and return its exit code."""
    from gitcp.cli.application import gitcp

    return int(gitcp(list(arguments), prog_name="gitcp"))
