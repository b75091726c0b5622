"""`gitcp github audit`."""

import os
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from gitcp.audit.verdict import Verdict
    from gitcp.control.github.auditing import Brought


@click.command()
@click.option("--full", is_flag=True, help="Verify from the beginning, whatever was verified before.")
@json_option
@click.pass_obj
def command(settings: Settings, full: bool, as_json: bool) -> int:
    """Verify the history as `gitcp audit verify` does, and bring issues in line: one open for each violation.

    An issue is updated when its text changes and closed when the violation is gone; one that somebody closed as not planned stays closed.
    At most 50 are open, and one more says how many there are besides. Issues by others are never touched. Needs the whole history and
    `issues: write`. Ends with 1 where there is a violation that nobody closed as not planned.

    \b
    Examples:
      gitcp github audit
      gitcp github audit --full --json
    """
    from gitcp.cli.github.telling import print_data, telling
    from gitcp.cli.github.violations import issues_of, the_rest
    from gitcp.control.github.auditing import bring_in_line
    from gitcp.control.github.repository import client_of

    with telling() as told:
        with settings.plane() as plane:
            client = client_of(plane, os.environ)
        verdict = _verified(settings, is_full=full)
        brought = bring_in_line(client, issues_of(verdict), the_rest, is_in_job=told.job.is_here)
        told.job.summarise(_summary(verdict, brought))
        if as_json:
            print_data(_view(verdict, brought))
        _tell(verdict, brought)
        return 0 if brought.is_clean else 1


def _verified(settings: Settings, *, is_full: bool) -> "Verdict":
    from gitcp.control.auditing import Wish, verify_history
    from gitcp.errors import GitcpError

    verdict = verify_history(settings.place(), Wish(is_full=is_full, jobs=os.cpu_count() or 1))
    if verdict.is_cut_off:
        raise GitcpError(
            "expected the whole history, found a shallow clone: what it lacks would be taken for mended",
            hint="fetch all of it: `git fetch --unshallow`, or `fetch-depth: 0` in a workflow",
        )
    return verdict


_DONE = {
    "opened": "opened",
    "reopened": "opened again",
    "updated": "updated",
    "kept": "open as before",
    "closed": "closed",
    "acknowledged": "closed as not planned, and left so",
}


def _view(verdict: "Verdict", brought: "Brought") -> dict[str, Any]:
    from dataclasses import asdict

    return {"verdict": verdict.view(), "issues": asdict(brought)}


def _tell(verdict: "Verdict", brought: "Brought") -> None:
    for finding in verdict.violations:
        say(f"violation: {line(finding)}")
    for name, words in _DONE.items():
        numbers = getattr(brought, name)
        if numbers:
            say(f"{counted(len(numbers), 'issue')} {words}: {', '.join(f'#{number}' for number in numbers)}")
    say(f"{counted(verdict.commits, 'commit')} verified, {counted(len(verdict.violations), 'violation')}")


def _summary(verdict: "Verdict", brought: "Brought") -> str:
    lines = [f"## gitcp: {counted(len(verdict.violations), 'violation')}", ""]
    lines.append(f"{counted(verdict.commits, 'commit')} verified, {verdict.known} before.")
    done = {words: getattr(brought, name) for name, words in _DONE.items()}
    told = [
        f"- {words}: {', '.join(f'#{number}' for number in numbers)}"
        for words, numbers in done.items()
        if numbers
    ]
    return "\n".join([*lines, *(["", *told] if told else [])])
