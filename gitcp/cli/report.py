"""What is printed after a change: what was done, what the store has to say, what comes next."""

from typing import Any

import click

from gitcp.cli.output import print_json, print_next, say
from gitcp.cli.text import line

# They write no record that could be named.
_UNTOLD = frozenset({"run.cancel", "person.remove", "policy.remove"})


def report(done: dict[str, Any], as_json: bool, *following: str) -> int:
    """Print a receipt or a declaration; return the exit code of a command that is done."""
    if as_json:
        print_json(done)
        return 0
    if "declared" in done:
        click.echo(_declaration(done))
        say(str(done.get("hint") or done["next"]))
        return 0
    nothing = not done["records"] and done["operation"] not in _UNTOLD
    click.echo(line(done["subject"]) if not nothing else f"nothing to do: {line(done['subject'])}")
    for note in done["notes"]:
        say(f"note: {note}")
    print_next(*following)
    return 0


def created(done: dict[str, Any], kind: str) -> str:
    """Return the id of the record of a kind that an operation wrote."""
    return next((str(record["id"]) for record in done["records"] if record["kind"] == kind), "")


def _declaration(done: dict[str, Any]) -> str:
    about = done.get("reason") or done.get("summary")
    waits = f" (waits for {done['waits_for']})" if done.get("waits_for") else ""
    return f"declared: {done['declared']}{waits}" + (f": {line(about)}" if about else "")
