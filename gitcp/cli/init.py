"""`gitcp init`."""

import sys
from pathlib import Path

import click

from gitcp.cli.output import say


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
@click.pass_obj
def command(_: object, folder: Path, template: str | None, name: str | None, execution: Path | None) -> int:
    """Found a company in a new control repository.

    On a terminal it asks for what was not given.

    \b
    Examples:
      gitcp init acme
      gitcp init acme --template talent-factory --name "Acme Talents"
    """
    from gitcp.cli.identity import founder
    from gitcp.control.clock import Clock
    from gitcp.control.founding import Wish, found
    from gitcp.control.templates import company_templates

    known = list(company_templates())
    if template is None:
        template = (
            click.prompt("Template", type=click.Choice(known), default="blank")
            if sys.stdin.isatty()
            else "blank"
        )
    if name is None and sys.stdin.isatty():
        name = click.prompt("Name of the company", default=folder.resolve().name)
    founded = found(Wish(template, folder.resolve(), founder(fallback=False), name, execution), Clock().now())
    say(f"founded in {founded.control} ({founded.commit[:12]})")
    for repository, place in founded.execution.items():
        say(f"execution repository {repository} in {place}")
    say(f"next: cd {folder} && gitcp check && gitcp plan")
    return 0
