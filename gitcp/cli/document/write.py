"""`gitcp document write`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import TASK, Words
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("task", type=TASK)
@click.argument("name")
@click.argument("text", type=Words(), default="-")
@json_option
@click.pass_obj
def command(settings: Settings, task: str, name: str, text: str, as_json: bool) -> int:
    """Write a document of a task, new or again; earlier versions stay in the history. Without TEXT it reads standard input.

    \b
    Examples:
      gitcp document write CI-0028 plan < plan.md
      gitcp document write CI-0028 notes "Riley reads the sources, Clara reviews."
    """
    with settings.desk() as desk:
        done = desk.apply("document.write", {"task": task, "document": name, "text": text})
    return report(done, as_json, f"gitcp document show {task} {name}")
