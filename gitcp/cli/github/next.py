"""`gitcp github next`."""

import os
import re
from typing import Final

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.settings import Settings

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}(\.ya?ml)?")


@click.command()
@click.argument("workflows", nargs=-1, required=True, metavar="WORKFLOW...")
@json_option
@click.pass_obj
def command(settings: Settings, workflows: tuple[str, ...], as_json: bool) -> int:
    """Start workflows on the branch of the record, by the names of their files.

    What a job pushes with its own token starts no workflow; so it says itself what comes next. Needs `actions: write`. To start one twice
    does nothing twice.

    \b
    Examples:
      gitcp github next tick
      gitcp github next tick pages
    """
    from gitcp.cli.github.telling import print_data, telling
    from gitcp.control.github.repository import client_of

    for name in workflows:
        if not _NAME.fullmatch(name):
            raise click.BadParameter(f"expected the name of a workflow, such as tick, found {name!r}")
    with telling(), settings.plane() as plane:
        client, branch = client_of(plane, os.environ), plane.store.branch
        files = list(dict.fromkeys(_file(name) for name in workflows))
        for name in files:
            client.dispatch(name, branch)
            say(f"started {name} on {branch}")
        if as_json:
            print_data({"branch": branch, "started": files})
    return 0


def _file(name: str) -> str:
    return name if name.endswith((".yml", ".yaml")) else f"{name}.yml"
