"""`gitcp audit log`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json
from gitcp.cli.parameters import MEMBER, task_name
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, line

if TYPE_CHECKING:
    from gitcp.control.plane import Plane
    from gitcp.model.history import Entry


@click.command()
@click.argument("record", required=False)
@click.option("-n", "--limit", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.option("--actor", type=MEMBER, metavar="MEMBER", help="Only what this member did.")
@json_option
@click.pass_obj
def command(
    settings: Settings, record: str | None, limit: int | None, actor: str | None, as_json: bool
) -> int:
    """Show who did what, when and why: of the whole company, or of one task, run or member, the oldest first.

    \b
    Examples:
      gitcp audit log
      gitcp audit log CI-0028
      gitcp audit log riley --json
    """
    with settings.plane() as plane:
        entries = [
            entry
            for entry in _entries(plane, record)
            if actor is None or entry.trailers.get("Gitcp-Actor") == actor
        ]
        entries = list(reversed(entries[:limit]))
        costs = _costs(plane, entries)
    if as_json:
        print_json([entry_view(entry, costs) for entry in entries])
    else:
        print_entries(entries, costs)
    return 0


def _entries(plane: "Plane", record: str | None) -> Iterable["Entry"]:
    from gitcp.control.records import kind_of
    from gitcp.model.tasks import Task

    history, snapshot = plane.store.history(), plane.snapshot()
    if record is None:
        return history.entries()
    found = record if snapshot.get(Task, task_name(record)) is None else task_name(record)
    return history.entries_of(kind_of(snapshot, found), found)


def _costs(plane: "Plane", entries: Sequence["Entry"]) -> dict[str, str]:
    from gitcp.model.runs import Run

    snapshot = plane.snapshot()
    ended = {
        entry.trailers["Gitcp-Run"] for entry in entries if entry.trailers.get("Gitcp-Op") == "run.finish"
    }
    runs = (snapshot.get(Run, name) for name in ended)
    return {
        run.id: f"{amount('usd', float(run.usage.usd))} USD, {run.usage.minutes:.2f} min"
        for run in runs
        if run and run.usage
    }


def entry_view(entry: "Entry", costs: dict[str, str]) -> dict[str, Any]:
    """Return a commit as plain data."""
    from gitcp.model.base import format_instant

    return {
        "revision": entry.revision,
        "at": format_instant(entry.at),
        "author": f"{entry.author} <{entry.author_email}>",
        "committer": f"{entry.committer} <{entry.committer_email}>",
        "subject": entry.subject,
        "trailers": dict(entry.trailers),
        "paths": list(entry.paths),
        "cost": costs.get(entry.trailers.get("Gitcp-Run", ""))
        if entry.trailers.get("Gitcp-Op") == "run.finish"
        else None,
    }


def print_entries(entries: Sequence["Entry"], costs: dict[str, str] | None = None) -> None:
    """Print commits as a story: when, who, what; then why, in which run, at what cost."""
    for entry in entries:
        view = entry_view(entry, costs or {})
        who = entry.trailers.get("Gitcp-Actor") or entry.author
        click.echo(
            f"{entry.at:%Y-%m-%d %H:%M:%S}  {click.style(f'{line(who):<10}', fg='cyan')}  {line(entry.subject)}"
        )
        told = [
            ("why", entry.trailers.get("Gitcp-Reason")),
            ("run", entry.trailers.get("Gitcp-Run")),
            ("cost", view["cost"]),
        ]
        why = "  ".join(f"{name}: {line(text)}" for name, text in told if text and costs is not None)
        if why:
            click.echo(f"{'':21}{'':12}{click.style(why, dim=True)}")
