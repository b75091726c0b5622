"""`gitcp approval request`."""

from typing import Any, Final

import click

from gitcp.cli.output import json_option
from gitcp.cli.parameters import TASK, Id, Words, given
from gitcp.cli.report import created, report
from gitcp.cli.settings import Settings

_APPROVER: Final = Id("member", lambda name: name.removeprefix("@"))


@click.command()
@click.option("--title", required=True, metavar="TEXT", help="What is to be decided, in one line.")
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
@json_option
@click.pass_obj
def command(settings: Settings, /, as_json: bool, **options: Any) -> int:
    """Ask people to decide something. Inside a run: its task then waits for the decision, which wakes the agent.

    \b
    Examples:
      gitcp approval request --title "Buy the licence for 40 USD?" -d "Without it the scan is by hand."
      gitcp approval request --title "Which zone?" --option UTC --option Madrid --approver owner --expires-days 3
    """
    with settings.desk() as desk:
        done = desk.apply("approval.request", given(options))
        following = () if desk.is_inside else (f"gitcp approval show {created(done, 'approval')}",)
    return report(done, as_json, *following)
