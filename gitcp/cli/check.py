"""`gitcp check`."""

from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gitcp.model.problem import Problem


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--no-instructions", is_flag=True, help="Do not look into execution repositories.")
@click.option(
    "--revision", metavar="REV", help="Check a commit instead of the files, without execution repositories."
)
@click.option(
    "--since", metavar="REV", help="With --revision: tell only what is wrong since an earlier commit."
)
@click.option("--base", metavar="REV", help="Say what a proposal does, against the branch that it is for.")
@click.option(
    "--head", metavar="REV", help="With --base: the commit that is proposed.  [default: the files on disk]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="With --base: how to tell it; Markdown is a comment for a pull request.  [default: text]",
)
@click.option("--strict", is_flag=True, help="With --base: end with 1 also where somebody has to agree.")
@json_option
@click.pass_obj
def command(
    settings: Settings,
    /,
    paths: tuple[str, ...],
    no_instructions: bool,
    revision: str | None,
    since: str | None,
    as_json: bool,
    **proposal: Any,
) -> int:
    """List every problem of the repository: where, what was expected and found, what to do.

    Reads the files as they are on disk, committed or not, or those of a commit. Ends with 1 if there is an error, with 0 if there are
    only warnings. In a pre-receive hook of a Git server it sees what is being pushed.

    With --base it says what a proposal brings: problems, what the policies of the commit that both come from say of it, where it meets what
    happened meanwhile, who is hired and paused, who wakes when, what it can cost, what it would hold up. Ends with 1 if it cannot go in
    as it is; that somebody has to agree first is told, and with --strict it ends with 1 as well.

    \b
    Examples:
      gitcp check
      gitcp check org/riley.yaml tasks/CI
      gitcp check --revision HEAD --since origin/main
      gitcp check --base origin/main --head HEAD --format markdown
      gitcp check --json
    """
    if proposal["base"] is not None:
        if paths or revision is not None or since is not None:
            raise click.UsageError("--base: takes no paths, and neither --revision nor --since")
        return _propose(settings, **(proposal | ({"form": "json"} if as_json else {})))
    if proposal["head"] is not None or proposal["strict"] or proposal["form"] != "text":
        raise click.UsageError("--head, --format and --strict: need --base, the branch that it is for")
    if since is not None and revision is None:
        raise click.UsageError("--since: needs --revision, the commit to check")
    return _check(settings, paths, revision, since, (not no_instructions, as_json))


def _propose(settings: Settings, base: str, head: str | None, form: str, strict: bool) -> int:
    from gitcp.control.clock import Clock
    from gitcp.control.proposals import propose

    clock = Clock() if settings.at is None else Clock.at(settings.at)
    proposal = propose(settings.place(), base, head, clock.now())
    if form == "json":
        from gitcp.cli.proposal.view import view

        print_json(view(proposal))
    elif form == "markdown":
        from gitcp.cli.proposal.markdown import markdown

        click.echo(markdown(proposal), nl=False)
    else:
        from gitcp.cli.proposal.text import draw

        draw(proposal)
    return 1 if proposal.is_refused or (strict and proposal.needs_approval) else 0


def _check(
    settings: Settings,
    paths: tuple[str, ...],
    revision: str | None,
    since: str | None,
    how: tuple[bool, bool],
) -> int:
    from dataclasses import asdict

    from gitcp.model.problem import Severity

    with_instructions, as_json = how
    if revision is None:
        found = _of_files(settings, paths, with_instructions=with_instructions)
    else:
        found = _of_commit(settings, paths, revision, since)
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    if as_json:
        print_json([asdict(problem) for problem in found])
    else:
        _draw(found)
        told = f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}"
        say(told if found else "no problems")
    return 1 if errors else 0


def _of_files(settings: Settings, paths: tuple[str, ...], *, with_instructions: bool) -> "list[Problem]":
    from gitcp.control.checking import check

    with settings.plane() as plane:
        return check(plane, paths, with_instructions=with_instructions)


def _of_commit(
    settings: Settings, paths: tuple[str, ...], revision: str, since: str | None
) -> "list[Problem]":
    from gitcp.control.checking import check_revision

    return check_revision(settings.place(), revision, since, paths)


def _draw(problems: "Iterable[Problem]") -> None:
    for problem in problems:
        mark = click.style(problem.severity, fg="red" if problem.severity == "error" else "yellow")
        click.echo(f"{line(problem)}  [{mark}]")
        if problem.commit:
            click.echo(f"  by {line(problem.by or 'somebody')} in commit {problem.commit[:12]}")
        if problem.hint:
            click.echo(f"  hint: {line(problem.hint)}")
