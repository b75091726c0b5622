"""The files that an approval would change, as a diff."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import click

from gitcp.cli.output import print_heading
from gitcp.core.unified import unified

TextOf = Callable[[str], str | None]
"""Return what a blob holds, or none where nobody here knows."""

_COLOURS: Final = {"+": "green", "-": "red", "@": "cyan"}


def print_change(files: Sequence[Mapping[str, Any]], text_of: TextOf) -> None:
    """Print what would become of each file."""
    for file in files:
        print_heading(_what(file))
        for line in _difference(file, text_of):
            click.echo(f"  {click.style(line, fg=_COLOURS.get(line[:1]))}")


def _what(file: Mapping[str, Any]) -> str:
    verb = "New" if file["base"] is None else "Removed" if file["text"] is None else "Changed"
    return f"{verb}: {file['path']}"


def _difference(file: Mapping[str, Any], text_of: TextOf) -> Iterator[str]:
    before = text_of(file["base"]) if file["base"] else None
    if file["base"] and before is None:
        yield f"(instead of blob {file['base'][:10]}, which is not here)"
    yield from unified(file["path"], before, file["text"])
