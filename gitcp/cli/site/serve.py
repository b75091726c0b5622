"""`gitcp site serve`."""

from pathlib import Path
from typing import Final

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings

_OPEN: Final = "WARNING: whoever reaches this machine can read the whole company at this address, unencrypted"


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen at."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=7480,
    show_default=True,
    help="The port; 0 takes any that is free.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the site is built.  [default: a folder of gitcp's own]",
)
@click.pass_obj
def command(settings: Settings, host: str, port: int, output: Path | None) -> int:
    """Serve the dashboard, and renew it at every commit: pages that are open reload by themselves.

    It shows what is committed; a branch that cannot be shown is told of, and the last that could stays. Only this machine can read it, unless
    --host says otherwise. Stop it with Ctrl-C.

    \b
    Examples:
      gitcp site serve
      gitcp site serve --port 0 -o /tmp/dashboard
    """
    from gitcp.control.site_serving import is_loopback, serve_site

    if not is_loopback(host):
        say(_OPEN)
    with settings.plane() as plane:
        serve_site(plane, host, port, output, say)
    return 0
