"""Where it runs: the places in which runners are started."""

from gitcp.executors.base import Executor, Handle, Job
from gitcp.executors.registry import EXECUTORS, executor_for

__all__ = ["EXECUTORS", "Executor", "Handle", "Job", "executor_for"]
