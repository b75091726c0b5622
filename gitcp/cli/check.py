"""`gitcp check`."""

from typing import TYPE_CHECKING

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcp.model.problem import Problem


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--no-instructions", is_flag=True, help="Do not look into execution repositories.")
@click.option(
    "--revision", metavar="REV", help="Check a commit instead of the files, without execution repositories."
)
@click.option(
    "--since", metavar="REV", help="With --revision: tell only what is wrong since an earlier commit."
)
@json_option
@click.pass_obj
def command(
    settings: Settings,
    paths: tuple[str, ...],
    no_instructions: bool,
    revision: str | None,
    since: str | None,
    as_json: bool,
) -> int:
    """List every problem of the repository: where, what was expected and found, what to do.

    Reads the files as they are on disk, committed or not, or those of a commit. Ends with 1 if there is an error, with 0 if there are
    only warnings. In a pre-receive hook of a Git server it sees what is being pushed.

    \b
    Examples:
      gitcp check
      gitcp check org/riley.yaml tasks/CI
      gitcp check --revision HEAD --since origin/main
      gitcp check --json
    """
    from dataclasses import asdict

    from gitcp.model.problem import Severity

    if since is not None and revision is None:
        raise click.UsageError("--since: needs --revision, the commit to check")
    if revision is None:
        found = _of_files(settings, paths, with_instructions=not no_instructions)
    else:
        found = _of_commit(settings, paths, revision, since)
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    if as_json:
        print_json([asdict(problem) for problem in found])
    else:
        _draw(found)
        told = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
        say(told if found else "no problems")
    return 1 if errors else 0


def _of_files(settings: Settings, paths: tuple[str, ...], *, with_instructions: bool) -> "list[Problem]":
    from gitcp.control.checking import check

    with settings.plane() as plane:
        return check(plane, paths, with_instructions=with_instructions)


def _of_commit(
    settings: Settings, paths: tuple[str, ...], revision: str, since: str | None
) -> "list[Problem]":
    from gitcp.control.checking import check_revision

    return check_revision(settings.place(), revision, since, paths)


def _draw(problems: "Iterable[Problem]") -> None:
    for problem in problems:
        mark = click.style(problem.severity, fg="red" if problem.severity == "error" else "yellow")
        click.echo(f"{line(problem)}  [{mark}]")
        if problem.hint:
            click.echo(f"  hint: {line(problem.hint)}")
