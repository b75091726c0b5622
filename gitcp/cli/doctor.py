"""`gitcp doctor`."""

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Look whether this machine can run the company's agents, and whether what is around it plays along: what is missing, and what to do.

    Looks at git, at what the company's level of assurance rests on, at the isolation that agents get here, at their programs and secrets, at the state folder, the disk and the clock; whether anybody ticks;
    whether the remote can be reached and takes a push, by a ref below refs/gitcp/probe/ that is deleted again; and on GitHub, where a token is given or gh is signed in, at the
    workflows and their schedules, the branch's protection, Pages, the names of secrets, and the minutes that a day takes. Changes nothing else. What a token may not see is told with
    the right that it needs. Ends with 1 if something is wrong, with 0 if there are only warnings.

    \b
    Examples:
      gitcp doctor
      gitcp doctor --json
    """
    from dataclasses import asdict

    from gitcp.control.doctor import examine
    from gitcp.control.finding import State

    with settings.plane() as plane:
        found = examine(plane)
    errors = sum(finding.state is State.ERROR for finding in found)
    warnings = sum(finding.state is State.WARNING for finding in found)
    if as_json:
        print_json([asdict(finding) for finding in found])
        return 1 if errors else 0
    for finding in found:
        mark = click.style(f"{finding.state.value:<7}", fg=_COLOURS[finding.state])
        click.echo(f"{mark}  {line(finding.about)}: {line(finding.message)}")
        if finding.remedy and finding.state is not State.OK:
            click.echo(f"         {line(finding.remedy)}")
    say(f"{counted(errors, 'error')}, {counted(warnings, 'warning')}")
    return 1 if errors else 0
