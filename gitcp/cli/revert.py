"""`gitcp revert`."""

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.parameters import reason_option
from gitcp.cli.settings import Settings
from gitcp.cli.text import line


@click.command()
@click.argument("commits", nargs=-1, required=True, metavar="COMMIT...")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and do nothing.")
@reason_option
@json_option
@click.pass_obj
def command(
    settings: Settings, commits: tuple[str, ...], dry_run: bool, reason: str | None, as_json: bool
) -> int:
    """Undo what commits did, as one new operation; A..B are the commits after A up to B. All of them, or nothing.

    Each field that still is as a commit left it goes back to what it was before. What was changed again since, runs, comments and decisions
    stay: if later work depends on it, it is refused with the reason.

    \b
    Examples:
      gitcp revert 1f3a09c2 --dry-run
      gitcp revert 1f3a09c2 -m "the budget was meant for one month"
    """
    from gitcp.control.reverting import reverting, told

    with settings.plane() as plane:
        operation = reverting(plane, commits, reason)
        words = told(plane, operation)
        notes: tuple[str, ...] = ()
        revision = None
        if not dry_run and words:
            receipt, notes = plane.apply(operation, plane.person())
            revision = receipt.revision
    if as_json:
        taken = [commit.revision for commit in operation.commits]
        print_json({"reverts": taken, "changes": list(words), "revision": revision, "notes": list(notes)})
        return 0
    _print(words, notes, is_done=revision is not None)
    return 0


def _print(words: tuple[str, ...], notes: tuple[str, ...], *, is_done: bool) -> None:
    for word in words:
        click.echo(line(word))
    if not words:
        click.echo("nothing to do: all of it is as it was before")
    elif not is_done:
        say("nothing was written: leave --dry-run out to do it")
    for note in notes:
        say(f"note: {note}")
