"""`gitcp plan`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from gitcp.cli.output import json_option, print_json, print_table, say
from gitcp.cli.parameters import MEMBER
from gitcp.cli.settings import Settings
from gitcp.cli.text import amount

if TYPE_CHECKING:
    from gitcp.control.plane import Plane
    from gitcp.core.actions import Ask, AskForBudget, Consenting, Expire, InOrder, Integrate, Plan
    from gitcp.model.snapshot import Snapshot


@click.command()
@click.option(
    "--next",
    "count",
    type=click.IntRange(1, 1000),
    default=1,
    metavar="N",
    help="Tell so many slots of each agent and routine.  [default: 1]",
)
@click.option("--agent", type=MEMBER, metavar="AGENT", help="What concerns this agent alone.")
@json_option
@click.pass_obj
def command(settings: Settings, count: int, agent: str | None, as_json: bool) -> int:
    """Say what a tick would do now, and for each wake that it would not do, why not; when agents and routines wake next; what budgets still allow.

    \b
    Examples:
      gitcp plan
      gitcp plan --next 10 --agent riley
      gitcp --at 2026-11-30T09:00:00+01:00 plan --json
    """
    with settings.plane() as plane:
        edited = plane.store.edited_paths()
        print_notes(news(plane, edited))
        view = _outlook(plane, edited, count, agent)
    if as_json:
        print_json(view)
        return 0
    _print_section("Would do", view["actions"], ("what", "agent", "task", "why"))
    _print_section("Waits", view["waiting"], ("agent", "task", "why", "until"))
    _print_section("Stalled: somebody must act", view["stalled"], ("task", "member", "why"))
    _print_section("Wakes next", _clocks(view["wakes"], agent), ("who", "local", "offset", "zone", "why"))
    _print_section("Budgets allow", _rooms(view["budgets"]), ("budget", "period", "left", "runs", "until"))
    if not view["actions"]:
        say("Nothing to do now." + (f" Next look at {view['next_look']}." if view["next_look"] else ""))
    return 0


def _outlook(plane: "Plane", edited: Sequence[str], count: int, agent: str | None) -> dict[str, Any]:
    from gitcp.control.tick import look
    from gitcp.core.lookup import existing
    from gitcp.core.views import allowances, next_wakes
    from gitcp.model.members import Agent

    snapshot, now = plane.snapshot(), plane.clock.now()
    if agent is not None:
        existing(snapshot, Agent, agent)
    view = plan_view(look(plane, edited))
    return {
        **(view if agent is None else _about(snapshot, view, agent)),
        "wakes": next_wakes(snapshot, now, count, agent),
        "budgets": allowances(snapshot, now, agent),
    }


def _about(snapshot: "Snapshot", view: dict[str, Any], agent: str) -> dict[str, Any]:
    from gitcp.model.tasks import OPEN

    theirs = {task.id for task in snapshot.tasks(statuses=OPEN, assignee=agent)}
    return {
        **view,
        "actions": [row for row in view["actions"] if row["agent"] == agent],
        "waiting": [row for row in view["waiting"] if row["agent"] == agent],
        "stalled": [row for row in view["stalled"] if row["task"] in theirs],
    }


def _clocks(wakes: Iterable[dict[str, Any]], agent: str | None) -> list[dict[str, Any]]:
    # Who wakes by no clock is told where it is asked for.
    told = (wake for wake in wakes if wake["cron"] is not None or agent is not None)
    return [{**wake, "who": f"{wake['kind']} {wake['id']}", "local": wake["local"] or "-"} for wake in told]


def _rooms(budgets: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**budget, "left": _left(budget["left"]), "runs": _runs(budget)} for budget in budgets]


def _left(lines: Iterable[dict[str, Any]]) -> str:
    return ", ".join(f"{amount(line['metric'], line['available'])} {line['metric']}" for line in lines)


def _runs(budget: dict[str, Any]) -> str:
    if budget["agent"] is None:
        return "-"
    return "any" if budget["runs"] is None else f"{budget['runs']} of {budget['agent']}"


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


def _in_order(action: "InOrder") -> dict[str, Any]:
    from gitcp.core.actions import (
        Adopt,
        Apply,
        Ask,
        AskForBudget,
        Conclude,
        Expire,
        Fire,
        Follow,
        Integrate,
        Number,
        Reap,
        Resolve,
        Void,
    )
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
        case Expire() | Conclude() | Apply() | Void() | Follow():
            return _of_approval(action)
        case Ask() | AskForBudget() | Integrate():
            return _asking(action)
        case Reap(run=run, reason=reason):
            return {"what": "reap", "agent": None, "task": None, "why": reason, "run": run}
        case Resolve(run=run):
            why = "the result waited for the task's file"
            return {"what": "resolve", "agent": None, "task": None, "why": why, "run": run}


def _asking(action: "Ask | AskForBudget | Integrate") -> dict[str, Any]:
    from gitcp.core.actions import Ask, Integrate

    if isinstance(action, Integrate):
        why = f"people agreed to {action.commit[:12]}"
        return {"what": "integrate", "agent": None, "task": action.task, "why": why}

    if isinstance(action, Ask):
        why = f"a gate wants approval of {action.operation}"
        return {"what": "ask", "agent": None, "task": action.task, "why": why}
    why = f"budget {action.budget} has too little left, and asks for more"
    return {"what": "ask", "agent": action.agent, "task": action.task, "why": why, "budget": action.budget}


def _of_approval(action: "Expire | Consenting") -> dict[str, Any]:
    from gitcp.core.actions import Void

    why = {
        "expire": f"nobody decided {action.approval} in its time",
        "conclude": f"{action.approval} was decided in its file",
        "apply": f"{action.approval} is approved",
        "follow": f"{action.approval} was decided",
    }
    what = type(action).__name__.lower()
    said = action.reason if isinstance(action, Void) else why[what]
    return {"what": what, "agent": None, "task": None, "why": said, "approval": action.approval}


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
