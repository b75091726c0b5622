"""`gitcp policy edit`."""

from typing import Any

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import POLICY, set_option
from gitcp.cli.policy.fields import policy_fields, policy_options
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("policy", type=POLICY)
@policy_options
@click.option(
    "--without",
    multiple=True,
    metavar="RULE",
    help="Take a rule away by its place, such as gates[0]. Repeatable.",
)
@set_option
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    policy: str,
    as_json: bool,
    assignments: tuple[tuple[str, Any], ...],
    without: tuple[str, ...],
    **options: Any,
) -> int:
    """Change a policy; rules that are given are added, --file replaces all of it, and what is not given stays.

    \b
    Examples:
      gitcp policy edit money --without "gates[0]" --gate "approval budget.edit above_usd=200 approvers=owner"
      gitcp policy edit money --title "What may be spent"
      gitcp policy edit money --file money.yaml
    """
    is_whole = options["file"] is not None
    if is_whole and (without or options["gates"] or options["access"]):
        raise click.UsageError("--file: replaces all rules, leave --gate, --access and --without out")
    added = {name: list(options[name]) for name in ("gates", "access")}
    fields = policy_fields(
        policy, options if is_whole else {**options, "gates": (), "access": ()}, assignments
    )
    if not (fields or without or any(added.values())):
        raise click.UsageError("Nothing to change: give at least one option.")
    with settings.desk() as desk:
        done = desk.apply("policy.edit", {"id": policy, "fields": fields, **added, "without": list(without)})
    return report(done, as_json, f"gitcp policy show {policy}")
