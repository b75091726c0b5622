"""`gitcp person remove`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, move_option, reason_option
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("person", type=MEMBER)
@move_option
@reason_option
@json_option
@click.pass_obj
def command(
    settings: Settings, person: str, move_reports_to: str | None, reason: str | None, as_json: bool
) -> int:
    """Take a person out of the org chart. What they said and decided stays; what is theirs to do goes to somebody else first.

    \b
    Example:
      gitcp person remove bea --move-reports-to alex -m "left the company"
    """
    fields = {"person": person, "move_reports_to": move_reports_to, "reason": reason}
    with settings.desk() as desk:
        done = desk.apply("person.remove", fields)
    return report(done, as_json, "gitcp org")
