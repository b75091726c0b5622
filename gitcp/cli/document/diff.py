"""`gitcp document diff`."""

from difflib import unified_diff

import click

from gitcp.cli.output import json_option, print_json
from gitcp.cli.parameters import TASK
from gitcp.cli.settings import Settings
from gitcp.cli.text import line


@click.command()
@click.argument("task", type=TASK)
@click.argument("name")
@click.argument("old", required=False)
@click.argument("new", required=False)
@json_option
@click.pass_obj
def command(settings: Settings, task: str, name: str, old: str | None, new: str | None, as_json: bool) -> int:
    """Show how two revisions of a document differ: the last two, one and the last, or any two.

    A revision is named by itself, by a commit, or by the approval that is about it.

    \b
    Examples:
      gitcp document diff CI-0028 plan
      gitcp document diff CI-0028 plan AP-3
      gitcp document diff CI-0028 plan 3f2a91c0 HEAD
    """
    from gitcp.control.document_history import revision_at, revisions

    with settings.plane() as plane:
        known = revisions(plane, task, name)
        last = known[0] if new is None else revision_at(plane, task, name, new)
        first = known[min(1, len(known) - 1)] if old is None else revision_at(plane, task, name, old)
    names = (f"{task}/{name} {first.label}", f"{task}/{name} {last.label}")
    told = list(unified_diff(first.text.splitlines(), last.text.splitlines(), *names, lineterm=""))
    if as_json:
        print_json({"old": first.label, "new": last.label, "diff": told})
    else:
        _draw(told)
    return 0


def _draw(diff: list[str]) -> None:
    for told in diff:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(told[:1])
        click.echo(click.style(line(told), fg=colour))
