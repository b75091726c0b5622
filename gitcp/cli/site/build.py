"""`gitcp site build`."""

from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="Where it is built.",
)
@click.option(
    "--at", "when", metavar="REV", help="A commit, a branch, a tag, or a date.  [default: the branch, now]"
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where the site will be read: feeds and previews need whole addresses.  [default: site.base_url of gitcp.yaml]",
)
@click.option("--full", is_flag=True, help="Make every page anew, not only those that changed.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes make pages.")
@click.pass_obj
def command(
    settings: Settings, output: Path, when: str | None, base_url: str | None, full: bool, jobs: int | None
) -> int:
    """Build the dashboard of the branch as it is now into a folder.

    It is a static site: open its index.html, or put it on any web server. The folder must be new, empty, or an earlier build: then only
    what changed since is made again. With --at it shows the company as of that commit, and of its time; the same commit makes the same
    files, wherever it is built. What is not committed is not shown.

    \b
    Examples:
      gitcp site build -o /tmp/dashboard
      gitcp site build --base-url https://press.example/
      gitcp site build --at 2026-11-20 -o /tmp/that-friday
    """
    from gitcp.cli.progress import Bar, Counting
    from gitcp.control.site_building import Progress, SiteWish, build_site

    reading, bar = Counting("reading: {:,} records, {:,} commits"), Bar("making pages")

    def making(made: int, of: int) -> None:
        reading.end()
        bar(made / of)

    progress = Progress(filling=Counting(), reading=reading, making=making)
    wish = SiteWish(at=when, base_url=base_url, is_full=full, jobs=jobs)
    with settings.plane() as plane:
        built = build_site(plane, output, wish, progress)
    bar.end()
    say(f"{built.files:,} files in {output}, {built.written:,} of them written; open {output / 'index.html'}")
    return 0
