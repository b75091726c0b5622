"""`gitcp workspace prune`."""

import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from gitcp.cli.output import json_option, print_heading, print_json, print_table, say
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcp.control.reclaiming import Going, Reclaimed, Survey

_AGE: Final = re.compile(r"([0-9]{1,5})(m|h|d|w)?")
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Age(click.ParamType[timedelta]):
    """A time that has passed."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read `14d`, `36h` or `2w`; a number alone counts days."""
        if isinstance(value, timedelta):
            return value
        found = _AGE.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"expected an age such as 14d, 36h or 2w, found {value!r}", param, ctx)
        return timedelta(**{_UNITS[found[2] or "d"]: int(found[1])})


@click.command()
@click.option(
    "--older-than",
    type=Age(),
    metavar="AGE",
    help="Checkouts of open tasks that no run used for so long, e.g. 36h.  [default: workspaces.keep_days of gitcp.yaml, else 14d]",
)
@click.option(
    "--rescued",
    type=Age(),
    metavar="AGE",
    help="Delete work under rescue refs that was saved so long ago; it is gone then.  [default: it stays]",
)
@click.option("--dry-run", is_flag=True, help="Remove nothing; say what would go, and why the rest stays.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def command(
    settings: Settings,
    older_than: timedelta | None,
    rescued: timedelta | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Give back disk: checkouts of closed tasks, checkouts untouched for long, clones that nobody needs any more.

    It says first what would go, and asks. What is not delivered is saved under a rescue ref before; ignored files, such as caches, go with their
    checkout. What a run works in stays, and so does a clone with work that is nowhere else.

    \b
    Examples:
      gitcp workspace prune --dry-run
      gitcp workspace prune --older-than 3d --yes
      gitcp workspace prune --rescued 90d
    """
    from gitcp.control.reclaiming import Ages, days_kept, reclaim, survey

    with settings.plane() as plane:
        kept = timedelta(days=days_kept(plane.snapshot()))
        untouched = kept if older_than is None else older_than
        found = survey(plane, Ages(untouched, rescued=rescued))
        if not as_json:
            _draw(found, with_staying=dry_run)
        goes = not dry_run and not found.is_empty and _agreed(yes)
        done = reclaim(plane, found) if goes else None
    if as_json:
        print_json(_view(found, done, dry_run=dry_run))
    elif done:
        _tell(done)
    return 0


def _agreed(yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("Missing option '--yes': there is nobody to ask.")
    return click.confirm("Remove them?", err=True)


def _draw(found: "Survey", *, with_staying: bool) -> None:
    from gitcp.cli.workspace.rows import size
    from gitcp.workspaces.inventory import size_of

    if found.is_empty:
        say("nothing to remove")
    for title, group in (("Checkouts that go", found.checkouts), ("Clones that go", found.clones)):
        if group:
            print_heading(title)
            rows = [(size(size_of(each.what.path)), each.why, each.what.path) for each in group]
            print_table(rows, heads=("size", "why", "place"))
    if found.rescued:
        print_heading("Saved work that is deleted")
        print_table(_refs(found.rescued), heads=("ref", "why", "in"))
    if with_staying and found.staying:
        print_heading("Stays")
        print_table([(each.why, each.what.path) for each in found.staying], heads=("why", "place"))


def _refs(group: "Sequence[Going]") -> list[tuple[str, str, object]]:
    return [(ref.ref, each.why, each.what.path) for each in group for ref in each.rescued]


def _tell(done: "Reclaimed") -> None:
    from gitcp.cli.workspace.rows import size

    say(f"gave back {size(done.size)}")
    for run, ref in done.rescued.items():
        say(f"work of run {run} is kept under {ref}")
    for note in done.notes:
        say(f"not done: {note}")
    if done.notes:
        say(f"{counted(len(done.notes), 'place')} left; see `gitcp workspace list`")


def _view(found: "Survey", done: "Reclaimed | None", *, dry_run: bool) -> dict[str, Any]:
    def told(group: "Sequence[Going]") -> list[dict[str, str]]:
        return [{"place": str(each.what.path), "why": each.why} for each in group]

    return {
        "dry_run": dry_run,
        "checkouts": told(found.checkouts),
        "clones": told(found.clones),
        "deleted": [{"ref": ref, "why": why, "place": str(at)} for ref, why, at in _refs(found.rescued)],
        "kept": [{"place": str(each.what.path), "why": each.why} for each in found.staying],
        "bytes": done.size if done else 0,
        "rescued": dict(done.rescued) if done else {},
        "notes": list(done.notes) if done else [],
    }
