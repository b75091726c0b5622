"""The options that say what a budget is; a dotted field is a part of its limits."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from gitcp.cli.parameters import Number, given, several
from gitcp.cli.words import ON_EXCEED, PERIODS

F = TypeVar("F", bound=Callable[..., Any])

_LIMITS = ("usd", "usd_imputed", "tokens", "runs", "minutes")


def limit_options(command: F) -> F:
    """Add an option for each metric."""
    return several(
        command,
        click.option("--usd", type=Number(), metavar="AMOUNT", help="Billed money."),
        click.option(
            "--usd-imputed",
            type=Number(),
            metavar="AMOUNT",
            help="List prices, where a subscription bills nothing.",
        ),
        click.option("--tokens", type=click.IntRange(min=0), metavar="N"),
        click.option("--runs", type=click.IntRange(min=0), metavar="N"),
        click.option("--minutes", type=Number(), metavar="MINUTES"),
    )


def budget_options(command: F) -> F:
    """Add an option for each field."""
    return several(
        command,
        click.option(
            "--period", type=click.Choice(PERIODS), help="Over which time it counts, in the company's zone."
        ),
        limit_options,
        click.option(
            "--warn-at",
            type=click.FloatRange(0, 1),
            multiple=True,
            metavar="SHARE",
            help="Warn from this share on, such as 0.8. Repeatable.",
        ),
        click.option(
            "--on-exceed", type=click.Choice(ON_EXCEED), help="What happens to a run that does not fit."
        ),
        click.option(
            "--backfill/--no-backfill", default=None, help="Whether runs from before the budget count."
        ),
    )


def budget_fields(options: Mapping[str, Any], assignments: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the options as fields."""
    named = {name: f"limits.{name}" for name in _LIMITS}
    return {
        **{named.get(name, name): value for name, value in given(dict(options)).items()},
        **dict(assignments),
    }
