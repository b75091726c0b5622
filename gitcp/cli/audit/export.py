"""`gitcp audit export`."""

import os
from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["bundle", "jsonl", "csv"]),
    help="Default: by the file's ending, else bundle.",
)
@click.option("--since", metavar="WHEN", help="From a day or a time on, or after a commit.")
@click.option("--until", metavar="WHEN", help="Up to a day, a time, or a commit.")
@click.pass_obj
def command(
    settings: Settings, /, *, output: Path, form: str | None, since: str | None, until: str | None
) -> int:
    """Write the evidence of a range of commits for an auditor: events, approvals, budgets by period, and whether it verifies.

    A bundle is a ZIP archive with the history itself, so that anyone can verify it without this machine. Ends with 1 if the history
    does not verify; the evidence is written all the same.

    \b
    Examples:
      gitcp audit export -o november.zip --since 2026-11-01 --until 2026-11-30
      gitcp audit export -o events.csv
      gitcp audit export -o since-review.jsonl --since 4f2a9c1
    """
    from gitcp.cli.audit.spans import span
    from gitcp.cli.progress import Bar
    from gitcp.control.exporting import Choice, Form, export
    from gitcp.core.budgets import company_zone
    from gitcp.errors import GitcpError

    with settings.plane() as plane:
        when = span(since, until, company_zone(plane.snapshot().company))
    chosen = Form(form or {".csv": "csv", ".jsonl": "jsonl"}.get(output.suffix, "bundle"))
    choice = Choice(chosen, when.since, when.until, when.after, when.to, os.cpu_count() or 1)
    bar = Bar("verifying the history")
    data, evidence = export(settings.place(), choice, lambda done, total: bar(done / total if total else 1))
    bar.end()
    try:
        output.write_bytes(data)
    except OSError as error:
        raise GitcpError(
            f"{output}: cannot be written: {error.strerror}", hint="name another file"
        ) from error
    violations = len(evidence.verdict.violations)
    say(f"wrote {counted(len(evidence.told), 'commit')} to {output}; {counted(violations, 'violation')}")
    return 1 if violations else 0
