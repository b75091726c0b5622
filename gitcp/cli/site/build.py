"""`gitcp site build`."""

from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("site"), show_default=True, metavar="DIR"
)
@click.pass_obj
def command(settings: Settings, output: Path) -> int:
    """Build the dashboard of the branch as it is now into a folder.

    It is a static site: open its index.html, or put it on any web server. The folder must be new, empty, or an earlier build.

    \b
    Example:
      gitcp site build -o /tmp/dashboard
    """
    from gitcp.control.site import build_site

    with settings.plane() as plane:
        count = build_site(plane, output)
    say(f"{count} files in {output}; open {output / 'index.html'}")
    return 0
