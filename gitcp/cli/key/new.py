"""`gitcp key new`."""

from pathlib import Path

import click

from gitcp.cli.key.show import draw
from gitcp.cli.output import json_option, print_shown
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where it is written.  [default: $XDG_CONFIG_HOME/gitcp/keys/…]",
)
@json_option
@click.pass_obj
def command(settings: Settings, file: Path | None, as_json: bool) -> int:
    """Make the key that the scheduler signs with on this machine, outside of the repository, and let git's configuration name it.

    Its commits are signed from then on. They count at the level `signed` once gitcp.yaml names the public half, which is printed.

    \b
    Examples:
      gitcp key new
      gitcp key new --file /etc/gitcp/scheduler
    """
    from dataclasses import asdict

    from gitcp.control.keys import make_key

    with settings.plane() as plane:
        view = asdict(make_key(plane, file))
    return print_shown(view, as_json, draw)
