"""`gitcp github tick`."""

from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcp.control.github.ticking import Errand, Handed


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Decide once who wakes and claim their runs, for jobs of a workflow to start.

    In a workflow it sets two outputs: `runs`, a JSON list with an object for each claimed run (id, agent, task, runtime, minutes until its
    deadline, revision of its claim, attempt of the workflow run, names of secrets), and `changed`, whether it committed anything. It claims
    at most 256 runs, as many as a matrix takes; the next tick claims the rest.

    \b
    Examples:
      gitcp github tick
      gitcp github tick --json
    """
    import json

    from gitcp.cli.github.telling import print_data, telling
    from gitcp.control.github.ticking import tick_for_jobs

    with telling() as told:
        with settings.plane() as plane:
            handed = tick_for_jobs(plane, told.job.attempt)
        runs = [errand.view() for errand in handed.errands]
        told.job.set_output("runs", json.dumps(runs, separators=(",", ":")))
        told.job.set_output("changed", "true" if handed.has_changed else "false")
        told.job.summarise(_summary(handed))
        if as_json:
            print_data(_view(handed))
        _tell(handed)
    return 0


def _view(handed: "Handed") -> dict[str, Any]:
    done = (receipt for receipt in handed.ticked.receipts if receipt.edit.changes)
    return {
        "runs": [errand.view() for errand in handed.errands],
        "changed": handed.has_changed,
        "commits": [{"revision": receipt.revision, "subject": receipt.edit.subject} for receipt in done],
        "refused": [str(refusal.error) for refusal in handed.ticked.refusals],
    }


def _subjects(handed: "Handed") -> list[str]:
    return [receipt.edit.subject for receipt in handed.ticked.receipts if receipt.edit.changes]


def _tell(handed: "Handed") -> None:
    from gitcp.cli.plan import print_notes

    for subject in _subjects(handed):
        say(line(subject))
    for refusal in handed.ticked.refusals:
        say(f"not done: {refusal.error}")
    print_notes(handed.ticked.notes)
    say(f"{counted(len(handed.errands), 'run')} claimed for jobs")


def _summary(handed: "Handed") -> str:
    if handed.ticked.is_idle and not handed.ticked.refusals:
        return "## gitcp: nothing to do"
    from gitcp.cli.proposal.markdown import inert

    parts = [f"## gitcp: {counted(len(handed.errands), 'run')} claimed", *_table(handed.errands)]
    told = [f"- {inert(subject)}" for subject in _subjects(handed)]
    refused = [f"- {inert(str(refusal.error))}" for refusal in handed.ticked.refusals]
    if told:
        parts += ["", "### Commits", "", *told]
    if refused:
        parts += ["", "### Not done", "", *refused]
    return "\n".join(parts)


def _table(errands: "Sequence[Errand]") -> list[str]:
    from gitcp.core.quoting import code

    if not errands:
        return []
    heads = ["", "| Run | Agent | Task | Runtime | Minutes |", "|---|---|---|---|---:|"]
    return heads + [
        f"| {code(each.id)} | {code(each.agent)} | {code(each.task) if each.task else ''} |"
        f" {code(each.runtime)} | {each.minutes} |"
        for each in errands
    ]
