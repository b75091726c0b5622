"""`gitcp show`."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_block, print_facts, print_heading, print_json, say
from gitcp.cli.parameters import Id, task_name
from gitcp.cli.settings import Settings
from gitcp.cli.text import block, line

if TYPE_CHECKING:
    from gitcp.control.comparisons import Shown

_LONG = 100


@click.command()
@click.argument("record", type=Id("record"))
@click.option("--at", "when", metavar="REV", help="A commit, a branch, a tag, or a date.  [default: HEAD]")
@click.option("--kind", metavar="KIND", help="Of which kind, where several kinds have this id.")
@click.option("--raw", is_flag=True, help="Print the file as it is.")
@json_option
@click.pass_obj
def command(
    settings: Settings, record: str, when: str | None, kind: str | None, raw: bool, as_json: bool
) -> int:
    """Show any record, by its id or its path, as it was at a commit or on a day.

    Archived records are found as well. A date means the end of that day on the company's clock. A file that cannot be read is named with
    what is wrong; --raw prints it.

    \b
    Examples:
      gitcp show riley --at 2026-11-20
      gitcp show CI-0028 --at HEAD~3
      gitcp show budgets/agent/riley.yaml --at v1 --raw
    """
    from gitcp.control.comparisons import record_at

    shown = record_at(settings.place(), (record, task_name(record)), when, kind)
    if raw:
        _print_raw(shown.data)
    elif as_json:
        print_json(_view(shown))
    else:
        _draw(shown)
    return 0 if raw or shown.record is not None else 1


def _print_raw(data: bytes) -> None:
    # A terminal would obey what stands in it; a file or a pipe gets every byte.
    if sys.stdout.isatty():
        click.echo(block(data.decode("utf-8", "replace")))
    else:
        click.echo(data, nl=False)


def _view(shown: "Shown") -> dict[str, Any]:
    from dataclasses import asdict

    from gitcp.core.views import record_view
    from gitcp.model.base import format_instant

    return {
        "kind": shown.kind,
        "id": shown.id,
        "path": shown.path,
        "archived": shown.is_archived,
        "revision": shown.state.revision,
        "at": format_instant(shown.state.commit.committer.at),
        "record": _without_values(record_view(shown.record)) if shown.record else None,
        "problems": [asdict(problem) for problem in shown.problems],
    }


def _without_values(record: dict[str, Any]) -> dict[str, Any]:
    # As wherever an agent is shown: of an environment the names alone. The file itself is printed by --raw.
    runtime = record.get("runtime")
    if not isinstance(runtime, dict):
        return record
    named = {name: sorted(runtime[name]) for name in ("environment", "headers") if name in runtime}
    return record | {"runtime": runtime | named}


def _draw(shown: "Shown") -> None:
    view = _view(shown)
    archived = ", archived" if shown.is_archived else ""
    click.echo(click.style(f"{shown.kind} {line(shown.id)}{archived}", bold=True))
    for problem in shown.problems:
        click.echo(line(problem))
    facts = list(_facts("", view["record"] or {}))
    texts = [(name, value) for name, value in facts if _is_long(value)]
    print_facts([fact for fact in facts if fact not in texts])
    for name, value in texts:
        print_heading(name)
        print_block(value)
    say(f"{shown.path} at {view['revision'][:12]} of {view['at']}")


def _facts(prefix: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, part in value.items():
        if isinstance(part, Mapping):
            yield from _facts(f"{prefix}{key}.", part)
        elif part not in (None, [], "") and (prefix or key not in {"id", "kind"}):
            yield f"{prefix}{key}", _listed(part)


def _listed(part: Any) -> Any:
    if not isinstance(part, list):
        return _written(part)
    return ("\n" if any(isinstance(one, dict | list) for one in part) else ", ").join(map(_written, part))


def _written(part: Any) -> str:
    """Write a value as a YAML file would: `true`, `["make", "test"]`."""
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and ("\n" in value or len(value) > _LONG)
