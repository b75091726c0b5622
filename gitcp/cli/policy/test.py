"""`gitcp policy test`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from gitcp.cli.output import json_option, print_facts, print_heading, print_json, print_table, say
from gitcp.cli.parameters import MEMBER, PROJECT, TASK, Number
from gitcp.cli.settings import Settings
from gitcp.cli.text import line
from gitcp.cli.words import PRIORITIES, VERDICTS

_COLOURS = {"allow": "green", "deny": "red", "approval": "yellow"}
_SAID = {"allow": "is allowed", "deny": "is denied", "approval": "needs approval"}


@click.command()
@click.argument("operation", required=False)
@click.option(
    "--as",
    "by",
    type=MEMBER,
    metavar="MEMBER",
    help="Who does it: also scheduler or strangers.  [default: you]",
)
@click.option("--task", type=TASK, metavar="TASK", help="The task that it is about.")
@click.option("--project", type=PROJECT, metavar="KEY", help="Its project.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="Its priority.")
@click.option("--label", "labels", multiple=True, metavar="LABEL", help="A label. Repeatable.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="A file that it changes. Repeatable.")
@click.option("--usd", type=Number(), metavar="AMOUNT", help="What it may cost.")
@click.option("--changes", is_flag=True, help="Test the files as they are on disk, instead of one operation.")
@click.option("--expect", type=click.Choice(VERDICTS), help="End with 0 if this is the verdict, else with 1.")
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    operation: str | None,
    by: str | None,
    changes: bool,
    expect: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Say what the rules say of an operation, rule by rule: allowed, denied, or whose approvals it needs. Nothing is done.

    Operations are named as in policies: agent.hire, budget.edit, task.start, policy.remove. With --changes it is told which operations the edited
    files come to. Ends with 0 if all is allowed, with 1 if not; with --expect, with 0 if that is the verdict.

    \b
    Examples:
      gitcp policy test agent.hire --as clara --usd 50
      gitcp policy test task.start --task CI-0028 --as riley
      gitcp policy test --changes
      gitcp policy test budget.edit --as strangers --expect deny
    """
    if changes is (operation is not None):
        raise click.UsageError("Give an operation such as agent.hire, or --changes.")
    if changes:
        if any(given.values()):
            raise click.UsageError(
                "--changes: the files say what they are about, leave the other options out"
            )
        found = _of_files(settings, by)
    else:
        with settings.desk() as desk:
            found = [desk.verdict(str(operation), {"by": by or desk.me(), **given})]
    if as_json:
        print_json(found if changes else found[0])
    else:
        _draw(found)
    wanted = expect or "allow"
    return 0 if all(each["verdict"] == wanted for each in found) else 1


def _of_files(settings: Settings, by: str | None) -> list[dict[str, Any]]:
    from gitcp.control.verdicts import verdicts_of_files

    with settings.plane() as plane:
        return verdicts_of_files(plane, by)


def _draw(found: Sequence[Mapping[str, Any]]) -> None:
    if not found:
        say("no file is changed")
    for at, verdict in enumerate(found):
        if at:
            click.echo()
        _draw_one(verdict)


def _draw_one(verdict: Mapping[str, Any]) -> None:
    word = click.style(_SAID[verdict["verdict"]], fg=_COLOURS[verdict["verdict"]])
    head = f"{line(verdict['operation'])} by {line(verdict['who']['id'])}"
    click.echo(f"{click.style(head, bold=True)} {word}: {line(verdict['reason'])}")
    about = verdict["about"]
    cost = "unlimited" if about["is_unlimited"] else f"{about['usd']:.2f} USD" if about["usd"] else ""
    print_facts(
        [
            ("files", ", ".join(about["paths"])),
            ("project", about["project"]),
            ("priority", about["priority"]),
            ("labels", ", ".join(about["labels"])),
            ("cost", cost),
            ("table", verdict["table"]["because"] if verdict["table"] else ""),
        ]
    )
    if verdict["rules"]:
        print_heading("Rules")
        print_table([_row(rule) for rule in verdict["rules"]], heads=("matches", "policy", "rule", "because"))
    _draw_sentences([rule for rule in verdict["rules"] if rule["matches"]])
    for needed in verdict["approvals"]:
        print_heading(f"Approval by {needed['quorum']} of {', '.join(needed['by']) or 'nobody'}")
        for fact in filter(None, (needed["reason"], _until(needed["expires_days"]))):
            click.echo(f"  {line(fact)}")
    for doubt in verdict["doubts"]:
        say(f"note: {line(doubt)}")


def _draw_sentences(rules: Sequence[Mapping[str, Any]]) -> None:
    # Whole, and not as the last column of the table, which a terminal cuts.
    if rules:
        print_heading("What matches")
    for rule in rules:
        click.echo(f"  {line(rule['policy'])} {line(rule['rule'])}  {line(rule['says'])}")


def _row(rule: Mapping[str, Any]) -> tuple[object, ...]:
    return ("yes" if rule["matches"] else "no", rule["policy"], rule["rule"], rule["because"])


def _until(days: int | None) -> str:
    return f"It expires after {days} days." if days else ""
