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
@json_option
@click.pass_obj
def command(settings: Settings, paths: tuple[str, ...], no_instructions: bool, as_json: bool) -> int:
    """List every problem of the repository: where, what was expected and found, what to do.

    Reads the files as they are on disk, committed or not. Ends with 1 if there is an error, with 0 if there are only warnings.

    \b
    Examples:
      gitcp check
      gitcp check org/riley.yaml tasks/CI
      gitcp check --json
    """
    from dataclasses import asdict

    from gitcp.control.checking import check
    from gitcp.model.problem import Severity

    with settings.plane() as plane:
        found = check(plane, paths, with_instructions=not no_instructions)
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    if as_json:
        print_json([asdict(problem) for problem in found])
    else:
        _draw(found)
        told = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
        say(told if found else "no problems")
    return 1 if errors else 0


def _draw(problems: "Iterable[Problem]") -> None:
    for problem in problems:
        mark = click.style(problem.severity, fg="red" if problem.severity == "error" else "yellow")
        click.echo(f"{line(problem)}  [{mark}]")
        if problem.hint:
            click.echo(f"  hint: {line(problem.hint)}")
