"""`gitcp inbox`."""

from collections.abc import Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_json, print_next, print_table, say
from gitcp.cli.parameters import MEMBER
from gitcp.cli.settings import Settings


@click.command()
@click.argument("member", type=MEMBER, required=False)
@json_option
@click.pass_obj
def command(settings: Settings, member: str | None, as_json: bool) -> int:
    """Show what a member may act on, in its order, with the reason. Without MEMBER: yourself; inside a run: its agent.

    \b
    Examples:
      gitcp inbox
      gitcp inbox riley --json
    """
    with settings.desk() as desk:
        view = desk.inbox(member)
    if as_json:
        print_json(view)
        return 0
    print_questions(view["approvals"])
    print_items(view["items"])
    if view["approvals"]:
        print_next(f"gitcp approval show {view['approvals'][0]['approval']['id']}")
    elif view["items"]:
        print_next(f"gitcp task show {view['items'][0]['task']['id']}")
    else:
        say(f"nothing waits for {view['member']}")
    return 0


def print_questions(questions: Sequence[dict[str, Any]]) -> None:
    """Print approvals that wait for somebody's decision, a row each."""
    rows = [
        (asked["id"], question["reason"], asked["title"])
        for question in questions
        for asked in (question["approval"],)
    ]
    if rows:
        print_table(rows, heads=("approval", "why", "title"))
        click.echo()


def print_items(items: Sequence[dict[str, Any]]) -> None:
    """Print entries of an inbox, a row each."""
    rows = [
        (task["id"], task["status"], task["priority"], item["waits"] or item["reason"], task["title"])
        for item in items
        for task in (item["task"],)
    ]
    if rows:
        print_table(rows, heads=("task", "status", "priority", "why", "title"))
