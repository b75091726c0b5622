"""What runs: the programs that agents are, their environment, their limits and their end."""

from gitcp.runtimes.base import (
    Ending,
    Launch,
    Limits,
    Runtime,
    RuntimeConfig,
    StopCause,
    Watch,
)
from gitcp.runtimes.environment import Identity, child_environment
from gitcp.runtimes.registry import RUNTIMES, runtime_for
from gitcp.runtimes.tree import Remains, end_run

__all__ = [
    "RUNTIMES",
    "Ending",
    "Identity",
    "Launch",
    "Limits",
    "Remains",
    "Runtime",
    "RuntimeConfig",
    "StopCause",
    "Watch",
    "child_environment",
    "end_run",
    "runtime_for",
]
