"""How commands print: data to stdout, as text or as JSON, everything else to stderr."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import click

from gitcp.cli.text import block, branches, cut, line, width

F = TypeVar("F", bound=Callable[..., Any])

COLOURS: Final[Mapping[str, str]] = {
    "in_progress": "cyan",
    "in_review": "magenta",
    "blocked": "red",
    "done": "green",
    "critical": "red",
    "high": "yellow",
    "active": "cyan",
    "succeeded": "green",
    "failed": "red",
    "timed_out": "red",
    "silent": "red",
    "abandoned": "red",
    "over_budget": "yellow",
    "paused": "yellow",
    "pending": "yellow",
    "approved": "green",
    "achieved": "green",
    "exhausted": "red",
    "warning": "yellow",
}
_LEAST_ROOM: Final = 20
_NUMERIC: Final = re.compile(r"(-?[0-9][0-9,.]*%?)?")


def json_option(command: F) -> F:
    """Add `--json` to a command that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(data: Any) -> None:
    """Print data for programs; what a terminal would obey is escaped."""
    click.echo(harmless(json.dumps(data, indent=2, ensure_ascii=False)))


def harmless(text: str) -> str:
    """Escape what a terminal would obey in a JSON text."""
    return re.sub(r"[^\n -~]", _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1].replace("\x7f", "\\u007f")


def say(text: str) -> None:
    """Tell a person something that is not data."""
    click.echo(block(text), err=True)


def print_table(rows: Sequence[Sequence[object]], *, heads: Sequence[str]) -> None:
    """Print rows in columns, those of numbers flush right; on a terminal the last column is cut at the end of the line."""
    cells = [[line(value) for value in row] for row in rows]
    columns = list(zip(heads, *cells, strict=True))
    widths = [max(map(width, column)) * (-1 if _is_numeric(column[1:]) else 1) for column in columns]
    click.echo(click.style(_row(heads, widths, str), bold=True))
    for row in cells:
        click.echo(_row(row, widths, coloured))


def print_list(rows: Sequence[Any], as_json: bool, draw: Callable[[Sequence[Any]], None], plural: str) -> int:
    """Print what a noun lists; return the exit code."""
    if as_json:
        print_json(rows)
    elif rows:
        draw(rows)
    else:
        say(f"no {plural}")
    return 0


def print_shown(view: Mapping[str, Any], as_json: bool, draw: Callable[[Mapping[str, Any]], None]) -> int:
    """Print one record; return the exit code."""
    if as_json:
        print_json(view)
    else:
        draw(view)
    return 0


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Print names with their values; what has no value is left out."""
    told = [(name, line(value)) for name, value in facts if value not in (None, "", [], ())]
    room = max((len(name) for name, _ in told), default=0)
    for name, value in told:
        click.echo(f"{click.style(name.ljust(room), dim=True)}  {coloured(value)}")


def print_heading(title: str) -> None:
    """Print a heading, with an empty line before it."""
    click.echo(f"\n{click.style(line(title), bold=True)}")


def print_block(text: object, indent: str = "  ") -> None:
    """Print a text of several lines, indented."""
    for part in block(text).split("\n"):
        click.echo(f"{indent}{part}".rstrip())


def print_tree(rows: Sequence[tuple[int, str]]) -> None:
    """Print labels as a tree; each comes with its depth, in the order of a walk depth first."""
    for lead, (_, label) in zip(branches([depth for depth, _ in rows]), rows, strict=True):
        click.echo(f"{click.style(lead, dim=True)}{label}")


def print_next(*commands: str) -> None:
    """Tell which commands make sense now."""
    lead = "next: "
    for command in commands:
        say(f"{lead}{command}")
        lead = " " * len(lead)


def coloured(word: str) -> str:
    """Colour a word that has a colour."""
    return click.style(word, fg=COLOURS[word.strip()]) if word.strip() in COLOURS else word


def _is_numeric(cells: Sequence[str]) -> bool:
    return any(cells) and all(_NUMERIC.fullmatch(cell) for cell in cells)


def _row(cells: Sequence[str], widths: Sequence[int], paint: Callable[[str], str]) -> str:
    # A negative width is a column of numbers.
    padded = [_padded(cell, room) for cell, room in zip(cells, widths, strict=True)]
    taken = sum(map(abs, widths[:-1])) + 2 * (len(widths) - 1)
    return "  ".join(map(paint, [*padded[:-1], _fitted(padded[-1].rstrip(), taken)])).rstrip()


def _padded(cell: str, room: int) -> str:
    space = " " * (abs(room) - width(cell))
    return space + cell if room < 0 else cell + space


def _fitted(text: str, taken: int) -> str:
    if not sys.stdout.isatty():
        return text
    import shutil

    return cut(text, max(shutil.get_terminal_size().columns - taken, _LEAST_ROOM))
