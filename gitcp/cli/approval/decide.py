"""`gitcp approval decide`."""

import click

from gitcp.cli.approval.change import print_change
from gitcp.cli.output import json_option
from gitcp.cli.parameters import APPROVAL, Words
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("approval", type=APPROVAL)
@click.option("--approve", "verdict", flag_value="approve", help="It may be done.")
@click.option("--reject", "verdict", flag_value="reject", help="It may not; say why.")
@click.option("--option", metavar="TEXT", help="Which of its options you choose.")
@click.option(
    "-m", "--comment", type=Words(), metavar="TEXT", help="What who asked is told; - reads standard input."
)
@click.option(
    "--content",
    metavar="HASH",
    help="The content that you have read, as `gitcp approval show` tells; another one is refused.  [default: as it is now]",
)
@json_option
@click.pass_obj
def command(
    settings: Settings, /, approval: str, verdict: str | None, as_json: bool, **said: str | None
) -> int:
    """Approve or reject what somebody asked for; never what you asked yourself. Say it again to change it, as long as it is pending.

    \b
    Examples:
      gitcp approval decide AP-3 --approve --option Madrid
      gitcp approval decide AP-3 --reject -m "Too dear: ask again in January."
    """
    if verdict is None:
        raise click.UsageError("Say --approve or --reject.")
    with settings.desk() as desk:
        # What is decided is what this clone shows, also where the remote holds another content by now.
        shown = {} if desk.is_inside else desk.shown("approval", approval)
        said["content"] = said["content"] or shown.get("content_hash")
        done = desk.apply("approval.decide", {"approval": approval, "verdict": verdict, **said})
        if not as_json:
            print_change(shown.get("change", ()), desk.text_of)
    return report(done, as_json)
