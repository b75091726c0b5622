"""`gitcp audit log`."""

from typing import TYPE_CHECKING

import click

from gitcp.cli.output import json_option, print_json
from gitcp.cli.parameters import MEMBER, RUN, task_name
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcp.audit.log import Told
    from gitcp.model.history import Entry
    from gitcp.model.snapshot import Snapshot


@click.command()
@click.argument("record", required=False)
@click.option("-n", "--limit", type=click.IntRange(min=1), help="At most so many, the newest.")
@click.option("--actor", type=MEMBER, metavar="MEMBER", help="Only what this member did.")
@click.option("--run", type=RUN, metavar="RUN", help="Only what was done in this run, or about it.")
@click.option(
    "--op", "operation", metavar="NAME", help="Only this operation; a pattern such as `run.*` is fine."
)
@click.option("--since", metavar="WHEN", help="From a day or a time on, or after a commit.")
@click.option("--until", metavar="WHEN", help="Up to a day, a time, or a commit; pages go on from there.")
@click.option("--grep", "words", metavar="TEXT", help="Only commits that say this.")
@click.option("--newest-first", is_flag=True, help="The newest first.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for spreadsheets.")
@json_option
@click.pass_obj
def command(  # noqa: PLR0913 - one for each option
    settings: Settings,
    /,
    *,
    record: str | None,
    limit: int | None,
    actor: str | None,
    run: str | None,
    operation: str | None,
    since: str | None,
    until: str | None,
    words: str | None,
    newest_first: bool,
    as_csv: bool,
    as_json: bool,
) -> int:
    """Show who did what, when and why: of the whole company, or of one task, run or member, archived or not, the oldest first.

    \b
    Examples:
      gitcp audit log
      gitcp audit log CI-0028
      gitcp audit log --actor riley --op 'run.*' --since 2026-11-01
      gitcp audit log --since 4f2a9c1 --csv > november.csv
    """
    from gitcp.audit.log import Sought
    from gitcp.cli.audit.spans import span
    from gitcp.control.telling import tell
    from gitcp.core.budgets import company_zone

    with settings.plane() as plane:
        when = span(since, until, company_zone(plane.snapshot().company))
        sought = Sought(actor, run, operation, when.since, when.until, words)
        name = record if record is None else _named(plane.snapshot(), record)
        told = tell(plane, sought, record=name, between=when.between, limit=limit)
    _print(told if newest_first else told[::-1], as_csv=as_csv, as_json=as_json)
    return 0


def _named(snapshot: "Snapshot", record: str) -> str:
    from gitcp.model.tasks import Task

    return record if snapshot.get(Task, task_name(record)) is None else task_name(record)


def _print(told: "Sequence[Told]", *, as_csv: bool, as_json: bool) -> None:
    if as_json:
        print_json([each.view() for each in told])
    elif as_csv:
        import csv
        import sys

        from gitcp.audit.log import rows

        csv.writer(sys.stdout, lineterminator="\n").writerows(rows(told))
    else:
        for each in told:
            _draw(each)


def _draw(told: "Told") -> None:
    entry = told.entry
    _draw_entry(entry, told.actor)
    cost = f"{amount('usd', float(told.usd))} USD, {told.minutes:.2f} min" if told.usd is not None else None
    facts = [
        ("why", entry.trailers.get("Gitcp-Reason")),
        ("run", entry.trailers.get("Gitcp-Run")),
        ("cost", cost),
        ("signed", told.signer and told.signer[:40]),
    ]
    why = "  ".join(f"{name}: {line(text)}" for name, text in facts if text)
    if why:
        click.echo(f"{'':21}{'':12}{click.style(why, dim=True)}")


def _draw_entry(entry: "Entry", who: str) -> None:
    click.echo(
        f"{entry.at:%Y-%m-%d %H:%M:%S}  {click.style(f'{line(who):<10}', fg='cyan')}  {line(entry.subject)}"
    )


def print_entries(entries: "Sequence[Entry]") -> None:
    """Print commits as a story: when, who, what."""
    for entry in entries:
        _draw_entry(entry, entry.trailers.get("Gitcp-Actor") or entry.author)
