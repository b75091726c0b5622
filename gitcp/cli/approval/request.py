"""`gitcp approval request`."""

from typing import Any, Final

import click

from gitcp.cli.output import json_option, print_json, print_next
from gitcp.cli.parameters import TASK, Id, Words, given, task_name
from gitcp.cli.report import created, report
from gitcp.cli.settings import Settings
from gitcp.cli.text import line

_APPROVER: Final = Id("member", lambda name: name.removeprefix("@"))


def _named_document(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    task, slash, document = (name or "").rpartition("/")
    return f"{task_name(task)}/{document}" if slash else name


@click.command()
@click.option("--title", metavar="TEXT", help="What is to be decided, in one line.")
@click.option(
    "-d",
    "--description",
    type=Words(),
    metavar="TEXT",
    help="What happens if it is approved, and what if not; - reads standard input.",
)
@click.option(
    "--option", "options", multiple=True, metavar="TEXT", help="What may be chosen, two at least. Repeatable."
)
@click.option("--task", type=TASK, metavar="TASK", help="What it is about.  [default: the run's task]")
@click.option(
    "--document",
    callback=_named_document,
    metavar="NAME",
    help="Which document of the task is to be approved, as it is now, such as plan or CI-0028/plan.",
)
@click.option(
    "--approver",
    "approvers",
    type=_APPROVER,
    multiple=True,
    metavar="MEMBER|ROLE",
    help="Who may decide: a person, or persons of a role. Repeatable.  [default: the nearest person above]",
)
@click.option("--quorum", type=click.IntRange(1), metavar="N", help="How many have to approve.  [default: 1]")
@click.option(
    "--expires-days",
    type=click.IntRange(1, 3660),
    metavar="N",
    help="After how many days it is over undecided.",
)
@click.option(
    "--refused",
    is_flag=True,
    help="Ask for the changes in the branch that stand refused for want of an approval.",
)
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Ask for the change of this file, which stands refused. Repeatable.",
)
@json_option
@click.pass_obj
def command(
    settings: Settings, /, as_json: bool, *, refused: bool, paths: tuple[str, ...], **options: Any
) -> int:
    """Ask people to decide something. Inside a run: its task then waits for the decision, which wakes the agent.

    \b
    Examples:
      gitcp approval request --title "Buy the licence for 40 USD?" -d "Without it the scan is by hand."
      gitcp approval request --title "Which zone?" --option UTC --option Madrid --approver owner --expires-days 3
      gitcp approval request --refused
      gitcp approval request --title "May I work by this plan?" --document CI-0028/plan
    """
    if refused or paths:
        return _ask_for_refused(settings, paths, given(options), as_json)
    if options["title"] is None:
        raise click.UsageError(
            "Say what is to be decided with --title, or ask for what stands refused with --refused."
        )
    with settings.desk() as desk:
        done = desk.apply("approval.request", given(options))
        following = () if desk.is_inside else (f"gitcp approval show {created(done, 'approval')}",)
    return report(done, as_json, *following)


def _ask_for_refused(
    settings: Settings, paths: tuple[str, ...], others: dict[str, Any], as_json: bool
) -> int:
    if others:
        raise click.UsageError(
            "Who decides about what stands refused is said by its gate: leave out the other options."
        )
    from gitcp.control.asking import ask_for_refused, waits_for
    from gitcp.core.views import approval_row

    with settings.plane() as plane:
        asked = ask_for_refused(plane.store, paths, plane.call(plane.person()))
        snapshot = plane.snapshot()
        rows = [approval_row(snapshot, approval) for approval in asked]
        told = [f"asked: {waits_for(snapshot, approval)}: {approval.title}" for approval in asked]
    if as_json:
        print_json({"approvals": rows})
        return 0
    for each in told:
        click.echo(line(each))
    print_next(*(f"gitcp approval show {row['id']}" for row in rows))
    return 0
