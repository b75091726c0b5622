"""`gitcp github install`."""

from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import line

if TYPE_CHECKING:
    from gitcp.control.github.installing import Installed
    from gitcp.control.github.workflows import Choices

KINDS = ("token", "deploy-key", "app")


@click.command()
@click.option(
    "--credential",
    type=click.Choice(KINDS),
    help="With what gitcp's jobs push.  [default: what was chosen before, else token]",
)
@click.option(
    "--every",
    type=int,
    metavar="MINUTES",
    help="How often a tick is asked for.  [default: what was chosen before, else 15]",
)
@click.option(
    "--check", "is_look", is_flag=True, help="Write nothing; end with 1 if something would be written."
)
@click.option("--force", is_flag=True, help="Write over what somebody edited.")
@json_option
@click.pass_obj
def command(
    settings: Settings, credential: str | None, every: int | None, is_look: bool, force: bool, as_json: bool
) -> int:
    """Write the workflows by which a control repository lives on GitHub: tick, run, check, pages, audit.

    They are plain files below .github, fit to the company as it is: run it again after agents got other secrets, and after an update of
    gitcp. What somebody edited is kept, and named. Commit and push them yourself.

    \b
    Examples:
      gitcp github install
      gitcp github install --credential deploy-key --every 30
      gitcp github install --check
    """
    from gitcp.control.github.installing import chosen_before, install

    with settings.plane() as plane:
        choices = _chosen(chosen_before(plane), credential, every)
        installed = install(plane, choices, is_forced=force, is_look=is_look)
    if as_json:
        print_json(_view(installed))
    else:
        _tell(installed, is_look=is_look)
    return 1 if is_look and not installed.is_up_to_date else 0


def _chosen(before: "Choices", credential: str | None, every: int | None) -> "Choices":
    from gitcp.control.github.workflows import Choices, Credential

    return Choices(
        Credential(credential) if credential else before.credential, before.every if every is None else every
    )


def _view(installed: "Installed") -> dict[str, Any]:
    from gitcp.control.github.advice import steps_after

    return {
        "written": list(installed.written),
        "kept": list(installed.kept),
        "unchanged": list(installed.unchanged),
        "credential": installed.choices.credential.value,
        "every": installed.choices.every,
        "secrets": list(installed.facts.secrets),
        "obstacles": list(installed.facts.obstacles),
        "next": list(steps_after(installed.facts, installed.choices, is_written=bool(installed.written))),
    }


def _tell(installed: "Installed", *, is_look: bool) -> None:
    from gitcp.control.github.advice import steps_after

    for path in installed.written:
        say(f"{'would write' if is_look else 'wrote'} {path}")
    for path in installed.kept:
        say(f"kept {path}, which somebody edited; `gitcp github install --force` writes over it")
    if installed.is_up_to_date:
        say("the workflows are up to date")
    for obstacle in installed.facts.obstacles:
        say(f"not ready for GitHub: {line(obstacle)}")
    if not is_look:
        for step in steps_after(installed.facts, installed.choices, is_written=bool(installed.written)):
            say(f"next: {line(step)}")
