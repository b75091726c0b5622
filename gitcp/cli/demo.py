"""`gitcp demo`."""

import shutil
import sys
from pathlib import Path

import click

from gitcp.cli.output import say
from gitcp.cli.settings import Settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"))
@click.option(
    "--log",
    "lines",
    type=click.IntRange(min=0),
    default=40,
    show_default=True,
    help="How many commits of the story to print.",
)
@click.pass_obj
def command(settings: Settings, folder: Path, lines: int) -> int:
    """Build an example company below FOLDER and let it work until it is idle.

    FOLDER/control is its control repository, FOLDER/factory the repository that its agents work in, FOLDER/site the dashboard. An
    earlier demo in FOLDER is replaced.

    \b
    Example:
      gitcp demo demo
    """
    from gitcp.cli.audit.log import print_entries
    from gitcp.cli.identity import founder
    from gitcp.control.demo import demonstrate

    del settings
    done = demonstrate(folder, founder(fallback=True), say)
    with Settings(repo=str(done.control)).plane() as plane:
        entries = list(plane.store.history().entries(limit=lines))
    say("")
    if entries:
        say("What happened, as `git log` tells it (the newest last):")
        print_entries(list(reversed(entries)))
    outcomes = [run.outcome.value for run in done.runs if run.outcome]
    counted = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in dict.fromkeys(outcomes))
    cost = sum(run.usage.usd for run in done.runs if run.usage)
    say("")
    say(f"{len(done.runs)} runs ({counted}) in {done.ticks} ticks, {cost:.2f} USD.")
    say(f"The dashboard: {(done.site / 'index.html').resolve().as_uri()}")
    say("Try next:")
    for line in _next(done.control):
        say(f"  {line}")
    return 0


def _next(control: Path) -> list[str]:
    # As whoever reads it can type it: a gitcp that is not on the path is named in full.
    program = "gitcp" if shutil.which("gitcp") else str(Path(sys.argv[0]).resolve())
    return [
        f"cd {control}",
        f"{program} site serve            # the dashboard, at an address, renewed as you work",
        "git log                     # the story of the company",
        f"{program} status                # what waits for you",
        f"{program} plan                  # who would wake, and why not the rest",
        f"{program} audit log CI-0028     # one task: who, what, why, run, cost",
        "git -C ../factory branch    # what the agents delivered; no trace of gitcp there",
    ]
