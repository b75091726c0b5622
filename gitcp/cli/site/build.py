"""`gitcp site build`."""

from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("site"), show_default=True, metavar="DIR"
)
@click.option(
    "--base-url", metavar="URL", help="Where the site will be read: feeds and previews need whole addresses."
)
@click.option("--full", is_flag=True, help="Make every page anew, not only those that changed.")
@click.pass_obj
def command(settings: Settings, output: Path, base_url: str | None, full: bool) -> int:
    """Build the dashboard of the branch as it is now into a folder.

    It is a static site: open its index.html, or put it on any web server. The folder must be new, empty, or an earlier build: then only
    what changed since is made again.

    \b
    Examples:
      gitcp site build -o /tmp/dashboard
      gitcp site build --base-url https://press.example/
    """
    from gitcp.control.site_building import SiteWish, build_site

    with settings.plane() as plane:
        built = build_site(plane, output, SiteWish(base_url, is_full=full))
    say(f"{built.files:,} files in {output}, {built.written:,} of them new; open {output / 'index.html'}")
    return 0
