"""`gitcp plan`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, print_table, say
from gitcp.cli.settings import Settings

if TYPE_CHECKING:
    from gitcp.core.actions import Plan


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
        view = plan_view(look(plane))
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
            about = {name: str(getattr(action, name)) for name in type(action).__dataclass_fields__}
            doing.append({"what": type(action).__name__.lower(), "why": ", ".join(about.values()), **about})
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


def print_notes(notes: Iterable[str]) -> None:
    """Tell what the store has to say."""
    for note in notes:
        say(f"note: {note}")


def _print_section(title: str, rows: list[dict[str, Any]], heads: tuple[str, ...]) -> None:
    if rows:
        click.echo(click.style(title, bold=True))
        print_table([[row.get(head) for head in heads] for row in rows], heads=heads)
        click.echo()
