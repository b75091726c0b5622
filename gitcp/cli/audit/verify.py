"""`gitcp audit verify`."""

import os
from typing import TYPE_CHECKING

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from gitcp.audit.finding import Finding
    from gitcp.audit.verdict import Verdict


@click.command()
@click.option("--root", metavar="REV", help="Believe this commit, and verify what came after it.")
@click.option("--to", metavar="REV", help="Verify up to here instead of to the tip of the record branch.")
@click.option("--full", is_flag=True, help="Verify from the beginning, whatever was verified before.")
@click.option(
    "--partial", is_flag=True, help="Let it be no violation that a shallow clone lacks the beginning."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Verify on so many cores (default: all).")
@click.option("--quiet", is_flag=True, help="Leave the notes out.")
@json_option
@click.pass_obj
def command(  # noqa: PLR0913 - a click callback has an argument for every option
    settings: Settings,
    /,
    *,
    root: str | None,
    to: str | None,
    full: bool,
    partial: bool,
    jobs: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Verify the whole history: whether each commit was allowed when it was made, and adds up.

    Goes on where it was verified last, which is kept outside of the repository; so a history that was rewritten since is found. Ends with
    1 if something took effect that should not have, with 0 otherwise: a change that admission refused is a note. See docs/audit.md.

    \b
    Examples:
      gitcp audit verify
      gitcp audit verify --root 4f2a9c1 --json
      gitcp audit verify --full --jobs 4
    """
    from gitcp.cli.progress import Bar
    from gitcp.control.auditing import Wish, verify_history

    bar = Bar("verifying the history")
    wish = Wish(root, to, is_full=full, is_partial=partial, jobs=jobs or os.cpu_count() or 1)
    verdict = verify_history(settings.place(), wish, lambda done, total: bar(done / total if total else 1))
    bar.end()
    if as_json:
        print_json(verdict.view())
    else:
        _draw(verdict, with_notes=not quiet)
    return 0 if verdict.is_clean else 1


def _draw(verdict: "Verdict", *, with_notes: bool) -> None:
    from gitcp.audit.finding import RULES, Weight

    for finding in verdict.findings:
        if finding.weight is Weight.VIOLATION or with_notes:
            _draw_finding(finding, RULES.get(finding.rule, ""))
    earlier = f", {verdict.known:,} before" if verdict.known else ""
    notes = len(verdict.findings) - len(verdict.violations)
    say(f"verified {verdict.commits:,} commits since {verdict.root[:12]}{earlier}, to {verdict.tip[:12]}")
    say(
        f"{counted(len(verdict.violations), 'violation')}, {counted(notes, 'note')}; assurance: {verdict.assurance}"
    )


def _draw_finding(finding: "Finding", rule: str) -> None:
    mark = click.style(finding.weight.value, fg="red" if finding.weight.value == "violation" else "yellow")
    path = f"  {line(finding.path)}" if finding.path else ""
    click.echo(f"{finding.commit[:12]}  {click.style(finding.rule, bold=True)}{path}  [{mark}]")
    click.echo(f"  {rule}")
    click.echo(f"  expected {line(finding.expected)}; found {line(finding.found)}")
