"""`gitcp person edit`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, set_option
from gitcp.cli.person.fields import person_fields, person_options
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("person", type=MEMBER)
@person_options
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    person: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    **options: Any,
) -> int:
    """Change a person; what is not given stays. Addresses, keys and roles that are given replace all that there were.

    \b
    Examples:
      gitcp person edit bea --role finance --role owner
      gitcp person edit bea --key "$(cat bea.pub)"
      gitcp person edit bea --set reports_to=null
    """
    fields = {**person_fields(options), **dict(assignments)}
    if not fields:
        raise click.UsageError("Nothing to change: give at least one option.")
    with settings.desk() as desk:
        done = desk.apply("person.edit", {"id": person, "fields": fields})
    return report(done, as_json, f"gitcp person show {person}")
