"""`gitcp approval show`."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.approval.change import TextOf, print_change
from gitcp.cli.desk import Desk
from gitcp.cli.output import (
    json_option,
    print_block,
    print_facts,
    print_heading,
    print_next,
    print_shown,
    print_table,
)
from gitcp.cli.parameters import APPROVAL
from gitcp.cli.settings import Settings
from gitcp.cli.text import line, when
from gitcp.errors import GitcpError


@click.command()
@click.argument("approval", type=APPROVAL)
@json_option
@click.pass_obj
def command(settings: Settings, approval: str, as_json: bool) -> int:
    """Show an approval: what is asked, which files it would change and how, who may decide, who has.

    \b
    Example:
      gitcp approval show AP-12
    """
    with settings.desk() as desk:
        view = desk.shown("approval", approval)
        is_yours = not as_json and _me(desk) in view["waits_for"]
        return print_shown(view, as_json, lambda shown: _draw(shown, desk.text_of, is_yours=is_yours))


def _me(desk: Desk) -> str | None:
    try:
        return desk.me()
    except GitcpError:  # whoever looks need be no member
        return None


def _draw(approval: Mapping[str, Any], text_of: TextOf, *, is_yours: bool) -> None:
    click.echo(click.style(f"{line(approval['id'])}  {line(approval['title'])}", bold=True))
    print_facts(
        [
            ("status", approval["status"]),
            ("asked", f"{when(approval['requested_at'])} by {approval['requested_by']}"),
            ("for", approval["for_operation"]),
            ("task", approval["task"]),
            ("document", _document(approval)),
            ("run", approval["run"]),
            ("approvers", ", ".join(approval["approvers"])),
            ("quorum", approval["quorum"]),
            ("missing", approval["missing"] or None),
            ("waits for", ", ".join(approval["waits_for"])),
            ("options", ", ".join(approval["options"])),
            ("expires", when(approval["expires"])),
            (_over(approval), _withdrawn(approval["withdrawn"])),
            ("content", approval["content_hash"]),
            ("assurance", approval["assurance"]),
        ]
    )
    if approval["description"]:
        print_heading("Description")
        print_block(approval["description"])
    print_change(approval["change"], text_of)
    if approval["decisions"]:
        print_heading("Decisions")
        rows = [(when(d["at"]), d["by"], _verdict(d), d["comment"]) for d in approval["decisions"]]
        print_table(rows, heads=("when", "who", "verdict", "comment"))
    if is_yours:
        chosen = " --option TEXT" if approval["options"] else ""
        name = line(approval["id"])
        document = line(approval["document"] or "").split("/")
        print_next(
            *([f"gitcp document show {' '.join(document)}"] if approval["document"] else []),
            f"gitcp approval decide {name} --approve{chosen}",
            f"gitcp approval decide {name} --reject -m TEXT",
        )


def _document(approval: Mapping[str, Any]) -> str | None:
    if approval["document"] is None:
        return None
    from gitcp.core.documents import short

    return f"{approval['document']}, revision {short(approval['content'] or '')}"


def _verdict(decision: Mapping[str, Any]) -> str:
    chosen = f": {decision['option']}" if decision["option"] else ""
    # What was said of another content is void.
    is_void = decision["content"] is not None and not decision["counts"]
    return f"{decision['verdict']}{chosen}{' (of another content)' if is_void else ''}"


def _over(approval: Mapping[str, Any]) -> str:
    return "void" if approval["status"] == "void" else "withdrawn"


def _withdrawn(withdrawn: Mapping[str, Any] | None) -> str | None:
    if withdrawn is None:
        return None
    because = f": {withdrawn['reason']}" if withdrawn["reason"] else ""
    return f"{when(withdrawn['at'])} by {withdrawn['by']}{because}"
