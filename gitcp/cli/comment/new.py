"""`gitcp comment new`."""

import click

from gitcp.cli.desk import named_task
from gitcp.cli.output import json_option
from gitcp.cli.parameters import Words, task_name
from gitcp.cli.report import report
from gitcp.cli.settings import Settings


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[TASK] TEXT")
@json_option
@click.pass_obj
def command(settings: Settings, words: tuple[str, ...], as_json: bool) -> int:
    """Comment on a task; `@id` in the text wakes that agent. TEXT `-` reads standard input; quote it otherwise.

    \b
    Examples:
      gitcp comment new CI-0028 "@riley the scan of Monday is missing"
      gitcp comment new CI-0028 - < report.md
      gitcp comment new "Half of it is read."     (inside a run: on its own task)
    """
    *names, text = words
    if len(names) > 1:
        raise click.UsageError(
            f"Got {len(words)} words, expected a task and one text: put the text in quotes."
        )
    with settings.desk() as desk:
        task = named_task(desk, task_name(names[0]) if names else None)
        body = Words().convert(text, None, None)
        done = desk.apply("comment.create", {"task": task, "body": body})
    return report(done, as_json)
