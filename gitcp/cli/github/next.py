"""`gitcp github next`."""

import os
import re
from typing import TYPE_CHECKING, Final

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcp.cli.github.telling import Telling
    from gitcp.control.plane import Plane

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}(\.ya?ml)?")


@click.command()
@click.argument("workflows", nargs=-1, required=True, metavar="WORKFLOW...")
@json_option
@click.pass_obj
def command(settings: Settings, workflows: tuple[str, ...], as_json: bool) -> int:
    """Start workflows on the branch of the record, by the names of their files.

    What a job pushes with its own token starts no workflow; so it says itself what comes next. Needs `actions: write`. To start one twice
    does nothing twice, and one that is not started comes by its schedule, only later: in a job that is a warning, by hand it ends with 1.

    \b
    Examples:
      gitcp github next tick
      gitcp github next tick pages
    """
    from gitcp.cli.github.telling import print_data, telling

    for name in workflows:
        if not _NAME.fullmatch(name):
            raise click.BadParameter(f"expected the name of a workflow, such as tick, found {name!r}")
    files = tuple(dict.fromkeys(_file(name) for name in workflows))
    with telling() as told, settings.plane() as plane:
        started = _started(told, plane, files)
        if as_json:
            print_data({"branch": plane.store.branch, "started": started})
        return 0 if told.job.is_here or len(started) == len(files) else 1


def _file(name: str) -> str:
    return name if name.endswith((".yml", ".yaml")) else f"{name}.yml"


def _started(told: "Telling", plane: "Plane", files: "Iterable[str]") -> list[str]:
    """Start what can be started."""
    from gitcp.control.github.repository import client_of
    from gitcp.errors import ForgeError
    from gitcp.github.actions import Level

    started: list[str] = []
    for name in files:
        try:
            client_of(plane, os.environ).dispatch(name, plane.store.branch)
        except ForgeError as error:
            why = error.message + (f"\n{error.hint}" if error.hint else "")
            told.annotate(Level.WARNING, f"{name} was not started", why)
            say(f"{name} was not started: {why}")
        else:
            started.append(name)
            say(f"started {name} on {plane.store.branch}")
    return started
