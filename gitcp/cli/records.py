"""What the verbs `new` and `edit` of goals, projects, routines and budgets have in common."""

from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.report import report
from gitcp.cli.settings import Settings


def expect(options: Mapping[str, Any], *names: str) -> None:
    """Refuse a new record whose options lack what it cannot be without.

    Raises:
        click.UsageError: one is missing; it names all that are.
    """
    missing = [f"'--{name.replace('_', '-')}'" for name in names if options[name] is None]
    if missing:
        raise click.UsageError(f"Missing option{'s' * (len(missing) > 1)} {', '.join(missing)}.")


def create(settings: Settings, kind: str, record_id: str, fields: Mapping[str, Any], as_json: bool) -> int:
    """Create a record and report it; dotted fields are parts of fields."""
    with settings.desk() as desk:
        done = desk.apply(f"{kind}.create", {"id": record_id, "fields": dict(fields)})
    return report(done, as_json, f"gitcp {kind} show {record_id}")


def edit(settings: Settings, kind: str, record_id: str, fields: Mapping[str, Any], as_json: bool) -> int:
    """Change fields of a record and report it.

    Raises:
        click.UsageError: there is nothing to change.
    """
    if not fields:
        raise click.UsageError("Nothing to change: give at least one option.")
    with settings.desk() as desk:
        done = desk.apply(f"{kind}.edit", {"id": record_id, "fields": dict(fields)})
    return report(done, as_json, f"gitcp {kind} show {record_id}")
