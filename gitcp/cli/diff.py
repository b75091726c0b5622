"""`gitcp diff`."""

from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from gitcp.control.comparisons import Differing
    from gitcp.core.differences import Difference

_COLOURS = {"created": "green", "mended": "green", "removed": "red", "broken": "red"}
_MARKS = {"created": "+", "removed": "-", "broken": "!", "mended": "+", "renamed": ">", "archived": "-"}


@click.command()
@click.argument("before", metavar="[A]", default="HEAD")
@click.argument("after", metavar="[B]", required=False)
@click.option(
    "--path", "paths", multiple=True, metavar="PATH", help="Only this file, or below this folder. Repeatable."
)
@json_option
@click.pass_obj
def command(settings: Settings, before: str, after: str | None, paths: tuple[str, ...], as_json: bool) -> int:
    """Say what differs between two points of the company's history, in its own words: who was hired, which limit was raised.

    A and B are commits, branches, tags or dates; A..B is both. Without B it is compared with the files on disk, committed or not, and
    without A from the last commit.

    \b
    Examples:
      gitcp diff
      gitcp diff 2026-11-01 2026-11-20
      gitcp diff main..more-budget --path budgets --path org
      gitcp diff HEAD~10 --json
    """
    from gitcp.control.comparisons import between

    if after is None and ".." in before:
        before, _, after = before.partition("..")
    differing = between(settings.place(), before or "HEAD", (after or "").lstrip(".") or None, paths)
    if as_json:
        print_json(_view(differing))
    else:
        _draw(differing)
    return 0


def difference_view(found: "Difference") -> dict[str, Any]:
    """Return a difference as plain data."""
    from dataclasses import asdict

    return {**asdict(found), "change": found.change.value}


def _view(differing: "Differing") -> dict[str, Any]:
    return {
        "before": {"name": differing.before.name, "revision": differing.before.revision or None},
        "after": {"name": differing.after.name, "revision": differing.after.revision or None},
        "differences": [difference_view(found) for found in differing.found],
        "others": list(differing.others),
    }


def _draw(differing: "Differing") -> None:
    print_differences(differing.found)
    if differing.others:
        click.echo(click.style("other files", bold=True))
        for path in differing.others:
            click.echo(f"  {line(path)}")
    others = f", {counted(len(differing.others), 'other file')}" if differing.others else ""
    told = f"{counted(len(differing.found), 'record differs', 'records differ')}{others}"
    say(f"{told} between {line(differing.before.name)} and {line(differing.after.name)}")


def print_differences(found: "tuple[Difference, ...]") -> None:
    """Print differences, grouped by kind."""
    from gitcp.core.differences import by_kind

    for plural, those in by_kind(found):
        click.echo(click.style(plural, bold=True))
        for one in those:
            mark = click.style(_MARKS.get(one.change, "~"), fg=_COLOURS.get(one.change))
            click.echo(f"  {mark} {line(one.sentence)}")
