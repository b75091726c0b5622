"""`gitcp agent wake`."""

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import MEMBER, TASK, Words
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("agent", type=MEMBER)
@click.option("-m", "--prompt", type=Words(), metavar="TEXT", help="What it is told; - reads standard input.")
@click.option("--task", type=TASK, metavar="TASK", help="For which task.")
@json_option
@click.pass_obj
def command(settings: Settings, agent: str, prompt: str | None, task: str | None, as_json: bool) -> int:
    """Wake an agent at the next tick: with a prompt, for a task, or both.

    \b
    Examples:
      gitcp agent wake riley --prompt /rd-scan
      gitcp agent wake riley --task CI-28
    """
    with settings.desk() as desk:
        done = desk.apply("wake.request", {"agent": agent, "prompt": prompt, "task": task})
        following = ("gitcp tick",) if desk.is_at_repository else ()
    return report(done, as_json, *following)
