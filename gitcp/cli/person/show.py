"""`gitcp person show`: what `gitcp agent show` shows of a person."""

from gitcp.cli.agent.show import command

__all__ = ["command"]
