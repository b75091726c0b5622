"""`gitcp status`."""

from collections.abc import Iterator
from typing import Any

import click

from gitcp.cli.budget.lines import print_budgets
from gitcp.cli.inbox import print_items
from gitcp.cli.output import json_option, print_heading, print_json, print_next, print_table
from gitcp.cli.pauses import print_pauses
from gitcp.cli.settings import Settings
from gitcp.cli.text import counted, lasting, line, when

View = dict[str, Any]


@click.command()
@json_option
@click.pass_obj
def command(settings: Settings, as_json: bool) -> int:
    """Show what runs, what waits for a person (you first), the company's budget, what happened last, and what to do next.

    \b
    Examples:
      gitcp status
      gitcp status --json
    """
    with settings.desk() as desk:
        view = desk.status()
    if as_json:
        print_json(view)
        return 0
    _draw(view)
    print_next(view["next"])
    return 0


def _draw(view: View) -> None:
    click.echo(click.style(line(view["company"] or "gitcp.yaml cannot be read"), bold=True))
    _draw_running(view["running"])
    _draw_waits(view)
    print_pauses(view["paused"])
    if view["budget"]:
        print_heading("Budget of the company")
        print_budgets([view["budget"]])
    for warning in view["warnings"]:
        click.echo(line(warning))
    _draw_standing(view)
    _draw_refused(view["refused"])
    if view["last"]:
        print_heading("Last")
        rows = [(when(entry["at"]), entry["actor"], entry["subject"]) for entry in view["last"]]
        print_table(rows, heads=("when", "who", "what"))


def _draw_running(rows: list[View]) -> None:
    print_heading("Running")
    if not rows:
        click.echo("nothing")
        return
    told = [(r["agent"], r["task"] or "-", when(r["claimed_at"]), r["task_title"] or r["id"]) for r in rows]
    print_table(told, heads=("agent", "task", "since", "title"))


def _draw_waits(view: View) -> None:
    for member in dict.fromkeys(item["member"] for item in view["waits"]):
        print_heading("Waits for you" if member == view["you"] else f"Waits for {member}")
        print_items([item for item in view["waits"] if item["member"] == member])
    if view["approvals"]:
        print_heading("Approvals asked for")
        rows = [
            (
                a["id"],
                a["requested_by"],
                _who_decides(a, view["you"]),
                lasting(a["waited_minutes"]),
                a["title"],
            )
            for a in view["approvals"]
        ]
        print_table(rows, heads=("approval", "by", "waits for", "since", "title"))
    if not view["waits"] and not view["approvals"]:
        print_heading("Waits for a person")
        click.echo("nothing")


def _who_decides(approval: View, you: str | None) -> str:
    people = ["you" if person == you else person for person in approval["waits_for"]]
    return ", ".join(sorted(people, key=lambda person: (person != "you", person))) or "nobody"


def _draw_standing(view: View) -> None:
    plan, problems = view["plan"], view["problems"]
    print_heading("Standing")
    click.echo(
        f"a tick would do {counted(plan['actions'], 'thing')}; {plan['waiting']} waiting, {plan['stalled']} stalled"
        + (f"; next look {when(plan['next_look'])}" if plan["next_look"] else "")
    )
    for told in _lateness(view["lateness"]):
        click.echo(told)
    click.echo(
        f"{counted(problems['errors'], 'error')}, {counted(problems['warnings'], 'warning')} in reading the records; gitcp check looks further"
    )
    click.echo(f"assurance: {line(view['assurance'])}; gitcp doctor says what it rests on")
    for scheduler in view["schedulers"]:
        click.echo(_how_it_is(scheduler))
    if view["uncommitted"]:
        click.echo(f"{counted(len(view['uncommitted']), 'file')} uncommitted: gitcp reads what is committed")


def _lateness(found: View) -> Iterator[str]:
    if found["answered"]:
        worst = found["worst"]
        yield (
            f"{counted(found['answered'], 'wake')} by the clock answered in {found['hours']} hours, usually {_late(found['usual_minutes'])},"
            f" at worst {_late(worst['minutes'])}: {line(worst['id'])}, due {when(worst['due'])}"
        )
    if found["due"]:
        oldest = found["due"][0]
        last = f"gitcp committed last {when(found['last_commit'])}" if found["last_commit"] else "no tick yet"
        yield (
            f"{counted(len(found['due']), 'wake')} by the clock due now: {line(oldest['id'])} since {when(oldest['since'])},"
            f" for {lasting(int(oldest['minutes']))}; {last}"
        )


def _late(minutes: float) -> str:
    return f"{lasting(int(minutes))} late" if minutes >= 1 else "in time"


def _draw_refused(rows: list[View]) -> None:
    if not rows:
        return
    print_heading("Refused")
    for row in rows:
        click.echo(
            f"{line(row['path'])}, by {line(row['by'])} in {row['commit'][:12]}: {line(row['message'])}"
        )
        if row["hint"]:
            click.echo(f"  hint: {line(row['hint'])}")


def _how_it_is(scheduler: View) -> str:
    who = f"scheduler {line(scheduler['process'])} on {line(scheduler['host'])}"
    if scheduler["late"]:
        return f"{who} has said nothing since {when(scheduler['at'])}: see what it does, or start it anew"
    if scheduler["trouble"]:
        return f"{who} cannot tick: {line(scheduler['trouble'])}"
    return (
        f"{who} is at work since {when(scheduler['since'])}, with {counted(len(scheduler['running']), 'run')}"
    )
