"""`gitcp init`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitcp.cli.output import say
from gitcp.cli.text import line

if TYPE_CHECKING:
    from gitcp.control.github.facts import Facts
    from gitcp.control.github.workflows import Choices


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--template", metavar="NAME", help="What to begin with.  [default: blank]")
@click.option("--name", metavar="NAME", help="The company's name.  [default: the template's]")
@click.option(
    "--execution",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the template's execution repository goes.  [default: FOLDER-<its name>]",
)
@click.option("--github", is_flag=True, help="With the workflows by which it lives on GitHub.")
@click.option(
    "--credential",
    type=click.Choice(("token", "deploy-key", "app")),
    help="With --github: with what gitcp's jobs push.  [default: token]",
)
@click.pass_obj
def command(
    _: object,
    folder: Path,
    template: str | None,
    name: str | None,
    execution: Path | None,
    github: bool,
    credential: str | None,
) -> int:
    """Found a company in a new control repository.

    On a terminal it asks for what was not given.

    \b
    Examples:
      gitcp init acme
      gitcp init acme --template talent-factory --name "Acme Talents"
      gitcp init acme --github --credential deploy-key
    """
    from gitcp.cli.identity import founder
    from gitcp.control.clock import Clock
    from gitcp.control.founding import Wish, found
    from gitcp.control.github.workflows import Choices, Credential
    from gitcp.control.templates import company_templates

    if credential and not github:
        raise click.UsageError("--credential goes with --github")
    choices = Choices(Credential(credential or Credential.TOKEN)) if github else None
    known = list(company_templates())
    if template is None:
        template = (
            click.prompt("Template", type=click.Choice(known), default="blank")
            if sys.stdin.isatty()
            else "blank"
        )
    if name is None and sys.stdin.isatty():
        name = click.prompt("Name of the company", default=folder.resolve().name)
    wish = Wish(template, folder.resolve(), founder(fallback=False), name, execution, choices)
    founded = found(wish, Clock().now())
    say(f"founded in {founded.control} ({founded.commit[:12]})")
    for repository, place in founded.execution.items():
        say(f"execution repository {repository} in {place}")
    say(f"next: cd {folder} && gitcp check && gitcp plan")
    if choices is not None:
        _tell_of_github(founded.facts, choices)
    return 0


def _tell_of_github(facts: "Facts", choices: "Choices") -> None:
    from gitcp.control.github.advice import steps_after

    for obstacle in facts.obstacles:
        say(f"not ready for GitHub: {line(obstacle)}")
    for step in steps_after(facts, choices, is_founded=True):
        say(f"next: {line(step)}")
