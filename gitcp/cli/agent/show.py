"""`gitcp agent show`."""

import shlex
from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_next, print_shown
from gitcp.cli.parameters import MEMBER
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_runs, print_tasks, urgency
from gitcp.cli.text import amount, line, when

View = Mapping[str, Any]


@click.command()
@click.argument("member", type=MEMBER)
@json_option
@click.pass_obj
def command(settings: Settings, member: str, as_json: bool) -> int:
    """Show an agent or a person: place in the org chart, open tasks, and of an agent runtime, limits, heartbeat, last runs.

    Of a runtime's environment only the names are told.

    \b
    Examples:
      gitcp agent show riley
      gitcp agent riley --json
    """
    with settings.desk() as desk:
        view = desk.member(member)
    return print_shown(view, as_json, _draw)


def _draw(member: View) -> None:
    title = f", {member['title']}" if member["title"] else ""
    click.echo(click.style(f"{line(member['id'])}  {line(member['name'] + title)}", bold=True))
    print_facts([*_place(member), *(_work(member) if member["kind"] == "agent" else _person(member))])
    if member["description"]:
        print_heading("Description")
        print_block(member["description"])
    if member["tasks"]:
        print_heading("Open tasks")
        print_tasks(sorted(member["tasks"], key=urgency))
    if member.get("runs"):
        print_heading("Runs")
        print_runs(member["runs"])
    print_next(
        f"gitcp inbox {member['id']}",
        *([f"gitcp agent wake {member['id']}"] if member["kind"] == "agent" else []),
    )


def _place(member: View) -> list[tuple[str, object]]:
    return [
        ("kind", member["kind"]),
        ("reports to", " > ".join(member["chain_of_command"])),
        ("reports", ", ".join(member["reports"])),
        ("previously", ", ".join(member["previously"])),
    ]


def _person(person: View) -> list[tuple[str, object]]:
    return [(name, ", ".join(person.get(name) or ())) for name in ("emails", "keys", "roles")]


def _work(agent: View) -> list[tuple[str, object]]:
    runtime, heartbeat = agent["runtime"], agent["heartbeat"] or {}
    told = shlex.join(runtime["command"]) if runtime.get("command") else runtime.get("model")
    limits = [
        f"{amount(name, value)} {name}" for name, value in agent["run_limits"].items() if value is not None
    ]
    zone = f" {heartbeat['timezone']}" if heartbeat.get("timezone") else ""
    return [
        ("status", agent["status"]),
        ("runtime", f"{runtime['type']}: {told}" if told else runtime["type"]),
        ("environment", ", ".join([*runtime.get("environment", []), *runtime.get("pass_environment", [])])),
        ("repository", agent["repository"]),
        ("instructions", agent["instructions"]),
        (
            "heartbeat",
            f"{heartbeat['cron']}{zone}, next {when(agent['next_heartbeat']) or 'never'}"
            if heartbeat
            else None,
        ),
        ("prompt", heartbeat.get("prompt")),
        ("one run", ", ".join(limits)),
        ("concurrency", agent["concurrency"]),
        ("wakes on", ", ".join(agent["wake_on"]) if agent["wake_on"] is not None else "everything"),
        ("running", ", ".join(agent["active_runs"])),
    ]
