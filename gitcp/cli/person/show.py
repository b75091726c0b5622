"""`gitcp person show`: what `gitcp agent show` shows of a person."""

import click

from gitcp.cli.agent.show import command as of_agent

command = click.Command(
    "show",
    params=of_agent.params,
    callback=of_agent.callback,
    help="""Show a person: place in the org chart, open tasks, keys.

    \b
    Example:
      gitcp person show clara
    """,
)

__all__ = ["command"]
