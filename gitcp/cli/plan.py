"""`gitcp plan`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, print_table, say
from gitcp.cli.settings import Settings

if TYPE_CHECKING:
    from gitcp.control.plane import Plane
    from gitcp.core.actions import Adopt, Fire, Number, Plan, Reap, Resolve


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Say what a tick would do now, and for each wake that it would not do, why not.

    \b
    Examples:
      gitcp plan
      gitcp plan --json
      gitcp --at 2026-11-30T09:00:00+01:00 plan
    """
    from gitcp.control.tick import look

    with settings.plane() as plane:
        edited = plane.store.edited_paths()
        print_notes(news(plane, edited))
        view = plan_view(look(plane, edited))
    if as_json:
        print_json(view)
        return 0
    _print_section("Would do", view["actions"], ("what", "agent", "task", "why"))
    _print_section("Waits", view["waiting"], ("agent", "task", "why", "until"))
    _print_section("Stalled: somebody must act", view["stalled"], ("task", "member", "why"))
    if not view["actions"]:
        say("Nothing to do now." + (f" Next look at {view['next_look']}." if view["next_look"] else ""))
    return 0


def plan_view(plan: "Plan") -> dict[str, Any]:
    """Return a plan as plain data."""
    from gitcp.core.actions import Claim, Stalled, Waiting
    from gitcp.model.base import format_instant

    doing: list[dict[str, Any]] = []
    for action in plan.actions:
        if isinstance(action, Claim):
            why = ", ".join(dict.fromkeys(cause.reason.value for cause in action.run.answers))
            doing.append(
                {
                    "what": "claim",
                    "agent": action.run.agent,
                    "task": action.run.task,
                    "why": why,
                    "run": action.run.id,
                }
            )
        elif not isinstance(action, Waiting | Stalled):
            doing.append(_in_order(action))
    return {
        "actions": doing,
        "waiting": [
            {
                "agent": w.agent,
                "task": w.task,
                "why": w.reason,
                "until": format_instant(w.until.replace(microsecond=0)) if w.until else None,
                "causes": list(w.causes),
            }
            for w in plan.waiting
        ],
        "stalled": [{"task": s.task, "member": s.member, "why": s.reason} for s in plan.stalled],
        "next_look": format_instant(plan.next_look.replace(microsecond=0)) if plan.next_look else None,
    }


def _in_order(action: "Number | Adopt | Fire | Reap | Resolve") -> dict[str, Any]:
    from gitcp.core.actions import Adopt, Fire, Number, Reap, Resolve
    from gitcp.model.base import format_instant

    match action:
        case Number(new_task=name):
            return {"what": "number", "agent": None, "task": name, "why": "filed without a number"}
        case Adopt(kind=kind, id=name):
            about = {"agent": name if kind == "agent" else None, "task": None, kind: name}
            return {"what": "adopt", **about, "why": f"{kind} {name} was scheduled or paused by hand"}
        case Fire(routine=routine, slot=slot):
            about = {"agent": None, "task": None, "routine": routine, "slot": format_instant(slot)}
            return {"what": "fire", **about, "why": f"routine {routine}: its slot of {about['slot']}"}
        case Reap(run=run, reason=reason):
            return {"what": "reap", "agent": None, "task": None, "why": reason, "run": run}
        case Resolve(run=run):
            why = "the result waited for the task's file"
            return {"what": "resolve", "agent": None, "task": None, "why": why, "run": run}


def news(plane: "Plane", edited: Sequence[str]) -> list[str]:
    """Look what the remote holds; return what a reader must know of what is not seen."""
    from gitcp.errors import RemoteError

    notes: list[str] = []
    try:
        notes.extend(plane.store.fetch())
    except RemoteError as error:
        notes.append(f"the remote was not asked, this is what was known last: {error.message}")
    if edited:
        more = f" and {len(edited) - 1} more" if len(edited) > 1 else ""
        notes.append(f"{edited[0]}{more}: uncommitted, and gitcp reads what is committed")
    return notes


def print_notes(notes: Iterable[str]) -> None:
    """Tell what the store has to say."""
    for note in notes:
        say(f"note: {note}")


def _print_section(title: str, rows: list[dict[str, Any]], heads: tuple[str, ...]) -> None:
    if rows:
        click.echo(click.style(title, bold=True))
        print_table([[row.get(head) for head in heads] for row in rows], heads=heads)
        click.echo()
