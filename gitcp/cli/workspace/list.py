"""`gitcp workspace list`."""

import click

from gitcp.cli.output import json_option, print_list
from gitcp.cli.settings import Settings


@click.command()
@click.option(
    "--clones", is_flag=True, help="The clones that they belong to, with the work that was rescued in them."
)
@json_option
@click.pass_obj
def command(settings: Settings, clones: bool, as_json: bool) -> int:
    """List the checkouts of this machine: where, whose, how large, when last used.

    `in use`: a run works there; `kept`: for the next run of its task; `left over`: its run died, and the next tick saves its work.

    \b
    Examples:
      gitcp workspace
      gitcp workspace list --json
      gitcp workspace list --clones
    """
    from gitcp.cli.workspace.rows import checkout_row, clone_row, print_checkouts, print_clones
    from gitcp.control.reclaiming import clones_of

    with settings.plane() as plane:
        if clones:
            return print_list([clone_row(held) for held in clones_of(plane)], as_json, print_clones, "clones")
        rows = [checkout_row(checkout) for checkout in plane.workspaces.inventory.checkouts()]
    return print_list(rows, as_json, print_checkouts, "checkouts")
