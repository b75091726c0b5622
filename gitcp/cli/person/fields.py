"""The options that say who a person is, for `person new` and `person edit`."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from gitcp.cli.parameters import MEMBER, Words, given, several

F = TypeVar("F", bound=Callable[..., Any])

_PARTS: Final = 2


class Key(click.ParamType[str]):
    """A public key as in `authorized_keys` or a `.pub` file, or an OpenPGP fingerprint."""

    name = "key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Leave the comment of a key out, and the spaces of a fingerprint."""
        words = str(value).split()
        if words and "-" in words[0]:
            return " ".join(words[:_PARTS])
        return "".join(words).upper()


def person_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option("--name", metavar="NAME", help="What people call them."),
        click.option("--title", metavar="TEXT", help="Their position."),
        click.option("--description", type=Words(), metavar="TEXT", help="- reads standard input."),
        click.option("--reports-to", type=MEMBER, metavar="MEMBER", help="Their manager."),
        click.option(
            "--email", "emails", multiple=True, metavar="ADDRESS", help="Who they are in Git. Repeatable."
        ),
        click.option(
            "--key", "keys", type=Key(), multiple=True, metavar="KEY", help="What they sign with. Repeatable."
        ),
        click.option(
            "--role", "roles", multiple=True, metavar="ROLE", help="As what policies name them. Repeatable."
        ),
    )


def person_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options as fields."""
    return given(dict(options))
