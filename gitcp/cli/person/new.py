"""`gitcp person new`."""

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
    """Add a person to the org chart. Their commits are known by the addresses, their signatures by the keys.

    \b
    Example:
      gitcp person new bea --name "Bea Example" --email bea@example.com --role finance --key "$(cat bea.pub)"
    """
    asked = {"name": person.replace("-", " ").title()} | person_fields(options)
    with settings.desk() as desk:
        done = desk.apply("person.create", {"person": person, "fields": {**asked, **dict(assignments)}})
    return report(done, as_json, f"gitcp person show {person}")
