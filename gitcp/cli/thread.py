"""A task's thread as text."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import print_block
from gitcp.cli.text import line, when


def print_comments(comments: Sequence[dict[str, Any]]) -> None:
    """Print comments, the oldest first: who, when, from which run, and the text."""
    for comment in comments:
        run = f" (run {comment['run']})" if comment["run"] else ""
        who = click.style(line(comment["author"]), fg="cyan")
        click.echo(f"{who}, {when(comment['at'])}{line(run)}")
        print_block(comment["body"])
