"""`gitcp workspace fetch`."""

import click

from gitcp.cli.output import say
from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings


@click.command()
@click.argument("run", type=RUN)
@click.pass_obj
def command(settings: Settings, run: str) -> int:
    """Bring gitcp's own clone of a run's execution repository up to date, and start nothing.

    For a runner that may read that repository only now: `gitcp exec --outbox --no-fetch` then goes by what was brought, without the
    credential.

    \b
    Example:
      gitcp workspace fetch 20261122T090000Z-riley
    """
    from gitcp.cli.github.telling import telling
    from gitcp.control.repositories import bring_for

    # The log of a job would obey what the server of that repository said.
    with telling(), settings.plane() as plane:
        name = bring_for(plane, run)
    say(f"brought {name}" if name else f"run {run} works in no execution repository")
    return 0
