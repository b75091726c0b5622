"""`gitcp archive`."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_facts, print_heading, print_json, print_table, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gitcp.control.archiving import Archived
    from gitcp.core.archiving import Kept, Selection

_SHOWN = 10


@click.command()
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="What nothing happened to for so many days.  [default: archive.after_days of gitcp.yaml, else 90]",
)
@click.option("--dry-run", is_flag=True, help="Move nothing; say what would move, and why the rest stays.")
@json_option
@click.pass_obj
def command(settings: Settings, days: int | None, dry_run: bool, as_json: bool) -> int:
    """Put closed tasks, what was said about them, and ended runs out of the way.

    They move into `archive/` in one commit, every byte as it is, and what the runs cost is summed up in `ledger/`. Nothing is lost:
    `show`, the history and the dashboard find them as before, and `list --archived` lists them. Whatever is written about an
    archived task, a comment say, brings it back.

    \b
    Examples:
      gitcp archive --dry-run
      gitcp archive --older-than 30
    """
    from gitcp.control.archiving import archive, preview

    with settings.plane() as plane:
        if dry_run:
            used, selection = preview(plane, days)
            view = {"days": used, "dry_run": True, "revision": None, **_selected(selection), "notes": []}
        else:
            view = _done(archive(plane, days))
    if as_json:
        print_json(view)
    elif dry_run:
        _draw(view)
    else:
        _tell(view)
    return 0


def _selected(selection: "Selection") -> dict[str, Any]:
    return {
        "moved": {
            "tasks": list(selection.tasks),
            "comments": list(selection.comments),
            "documents": list(selection.documents),
            "runs": [run.id for run in selection.runs],
        },
        "ledgers": [ledger.id for ledger in selection.ledgers],
        "kept": _kept(selection.kept),
    }


def _done(archived: "Archived") -> dict[str, Any]:
    from gitcp.model.operation import Archive, Put

    moved: dict[str, list[str]] = {"tasks": [], "comments": [], "documents": [], "runs": []}
    changes = archived.receipt.edit.changes
    for change in changes:
        if isinstance(change, Archive):
            moved[change.kind.plural].append(change.id)
    return {
        "days": archived.days,
        "dry_run": False,
        "revision": archived.receipt.revision if changes else None,
        "moved": moved,
        "ledgers": [change.record.id for change in changes if isinstance(change, Put)],
        "kept": _kept(archived.kept),
        "notes": list(archived.notes),
    }


def _kept(kept: "Iterable[Kept]") -> list[dict[str, str]]:
    return [{"kind": each.kind, "id": each.id, "reason": each.reason} for each in kept]


def _draw(view: "Mapping[str, Any]") -> None:
    moved = view["moved"]
    if any(moved.values()):
        print_heading(f"Would move: {_counts(moved)}")
        print_facts([(word, _examples(names)) for word, names in moved.items() if names])
    else:
        click.echo(f"Nothing to archive: {_nothing(view)}")
    stays: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in view["kept"]:
        stays[each["kind"], each["reason"]].append(each["id"])
    if stays:
        print_heading("Stays")
        rows = [[counted(len(names), kind), why, _examples(names)] for (kind, why), names in stays.items()]
        print_table(rows, heads=("", "why", "which"))


def _tell(view: "Mapping[str, Any]") -> None:
    from gitcp.cli.plan import print_notes

    if view["revision"] is None:
        say(f"nothing to archive: {_nothing(view)}")
    else:
        say(f"archived {_counts(view['moved'])} in commit {view['revision'][:12]}")
    if view["kept"]:
        say(f"{_kinds(view['kept'])} stay; see why with `gitcp archive --dry-run`")
    print_notes(view["notes"])


def _nothing(view: "Mapping[str, Any]") -> str:
    days = counted(view["days"], "day")
    return f"no closed task or ended run that may go is older than {days}"


def _counts(moved: "Mapping[str, Sequence[str]]") -> str:
    return ", ".join(counted(len(names), word.removesuffix("s")) for word, names in moved.items() if names)


def _kinds(kept: "Sequence[Mapping[str, str]]") -> str:
    tasks = sum(each["kind"] == "task" for each in kept)
    counts = ((tasks, "closed task"), (len(kept) - tasks, "ended run"))
    return " and ".join(counted(number, word) for number, word in counts if number)


def _examples(names: "Sequence[str]") -> str:
    more = f" … {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
