"""An agent without a model, for the runtime `process`: it runs the skills that its tasks name."""

from gitcp.cli.worker.entry import command
from gitcp.cli.worker.steps import work

__all__ = ["command", "work"]
