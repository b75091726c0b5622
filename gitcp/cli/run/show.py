"""`gitcp run show`."""

import shlex
from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.output import (
    json_option,
    print_block,
    print_facts,
    print_heading,
    print_next,
    print_shown,
    print_table,
)
from gitcp.cli.parameters import RUN
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, line, when

View = Mapping[str, Any]


@click.command()
@click.argument("run", type=RUN)
@json_option
@click.pass_obj
def command(settings: Settings, run: str, as_json: bool) -> int:
    """Show a run: why its agent woke, under which limits, how it ended, what it used and delivered, what the checks said.

    \b
    Examples:
      gitcp run show 20261122T090000Z-riley
      gitcp run 20261122T090000Z-riley --json
    """
    with settings.desk() as desk:
        view = desk.run(run)
    return print_shown(view, as_json, _draw)


def _draw(run: View) -> None:
    click.echo(click.style(f"run {line(run['id'])}", bold=True))
    print_facts(_facts(run))
    if run["answers"]:
        print_heading("Woken by")
        print_table(
            [(cause["reason"], cause["record"]) for cause in run["answers"]], heads=("reason", "record")
        )
    _draw_amounts(run)
    _draw_texts(run)
    if run["status"] == "active":
        print_next(f"gitcp run log {run['id']} --follow", f"gitcp run cancel {run['id']}")
    else:
        print_next(f"gitcp run log {run['id']}", *([f"gitcp task show {run['task']}"] if run["task"] else []))


def _facts(run: View) -> list[tuple[str, object]]:
    cancel = run["cancel"] or {}
    return [
        ("agent", run["agent"]),
        ("task", f"{run['task']} {run['task_title'] or ''}" if run["task"] else None),
        ("status", f"{run['status']}, archived" if run.get("archived") else run["status"]),
        ("outcome", run["outcome"]),
        ("failure", run["failure"]),
        ("reason", run["reason"]),
        ("declared", run["declared"]),
        ("cancel", f"asked by {cancel['by']}: {cancel['reason'] or 'no reason given'}" if cancel else None),
        ("attempt", run["attempt"]),
        (
            "runtime",
            f"{run['runtime']} on {run['executor']}" + (f", {run['isolation']}" if run["isolation"] else ""),
        ),
        ("model", run.get("model")),
        ("session", run.get("session")),
        ("claimed", f"{when(run['claimed_at'])} by {run['claimed_by']}"),
        ("slot", _slot(run)),
        ("started", when(run["started_at"])),
        ("deadline", when(run["deadline"]) if run["status"] == "active" else None),
        ("ended", when(run["ended_at"])),
        ("follows", ", ".join(map(_followed, run.get("follows") or ()))),
        ("repository", run["repository"]),
        ("branch", run["branch"]),
        ("compare", run["compare_url"]),
        ("commits", ", ".join(commit[:12] for commit in run["commits"])),
        ("rescue", run["rescue"]),
        ("not delivered", run["undelivered"]),
        ("pending", "its result waits for the file of its task" if run["pending"] else None),
        ("log", run.get("transcript")),
        ("charged", ", ".join(run["charges"])),
    ]


def _followed(document: View) -> str:
    return f"{document['document']} as approved by {document['approval']}"


def _slot(run: View) -> str | None:
    slot, late = when(run.get("slot")), run.get("late_minutes")
    return f"{slot}, {late:g} minutes late" if slot and late else slot


def _draw_amounts(run: View) -> None:
    used = run["usage"] or {}
    names = [
        n
        for n in ("usd", "usd_imputed", "tokens", "minutes", "turns")
        if used.get(n) or run["limits"].get(n) or run["reserved"].get(n)
    ]
    rows = [
        (name, *(amount(name, part.get(name)) for part in (run["limits"], run["reserved"], used)))
        for name in names
    ]
    if rows:
        print_heading("Amounts")
        print_table(rows, heads=("", "limit", "reserved", "used"))
    if run["settled_by"]:
        print_facts([("settled by", run["settled_by"]), ("priced by", run.get("priced_by"))])


def _draw_texts(run: View) -> None:
    for title, text in (("Prompt", run["prompt"]), ("Summary", run["summary"])):
        if text:
            print_heading(title)
            print_block(text)
    checked = run["verification"]
    if checked:
        print_heading("Checks")
        failed = f"failed with exit code {checked['exit_code']}: {shlex.join(checked['command'])}"
        click.echo(
            click.style("passed", fg="green") if checked["passed"] else click.style(line(failed), fg="red")
        )
        print_block(checked["tail"] or "")
