"""`gitcp worker`."""

import os
from pathlib import Path

import click

from gitcp.cli.worker.steps import work


@click.command()
def command() -> int:
    """Do one run as an agent without a model; gitcp starts it, in a checkout.

    It runs the skill that the task's description or the prompt names on a line of its own, commits what changed, reports, and ends the run.
    Other lines that it knows are `delegate: MEMBER | TITLE | /SKILL ARGUMENTS` and `blocked: REASON`.

    \b
    Example, in org/riley.yaml:
      runtime: {type: process, command: [gitcp, worker]}
    """
    return work(os.environ, Path.cwd())
