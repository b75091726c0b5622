"""`gitcp task show`."""

import shlex
from collections.abc import Mapping
from typing import Any

import click

from gitcp.cli.desk import named_task
from gitcp.cli.output import (
    json_option,
    print_block,
    print_facts,
    print_heading,
    print_next,
    print_shown,
    print_table,
)
from gitcp.cli.parameters import task_argument
from gitcp.cli.settings import Settings
from gitcp.cli.tables import print_runs, print_tasks
from gitcp.cli.text import line, when
from gitcp.cli.thread import print_comments
from gitcp.cli.words import NEXT


@click.command()
@task_argument
@json_option
@click.pass_obj
def command(settings: Settings, task: str | None, as_json: bool) -> int:
    """Show a task: facts, description, checks, thread, documents, runs. Inside a run its own task needs no id.

    \b
    Examples:
      gitcp task show CI-0028
      gitcp task show ci-28 --json
    """
    with settings.desk() as desk:
        view = desk.task(named_task(desk, task))
    return print_shown(view, as_json, _draw)


def _draw(task: Mapping[str, Any]) -> None:
    click.echo(click.style(f"{task['id']}  {line(task['title'])}", bold=True))
    print_facts(_facts(task))
    if task["description"]:
        print_heading("Description")
        print_block(task["description"])
    _draw_checks(task)
    if task["children"]:
        print_heading("Parts")
        print_tasks(task["children"])
    if task["comments"]:
        print_heading("Thread")
        print_comments(task["comments"])
    if task["documents"]:
        print_heading("Documents")
        print_block("\n".join(task["documents"]))
    if task["approvals"]:
        print_heading("Approvals")
        rows = [
            (a["id"], a["status"], a["requested_by"], ", ".join(a["waits_for"]), a["title"])
            for a in task["approvals"]
        ]
        print_table(rows, heads=("approval", "status", "by", "waits for", "title"))
    if task["runs"]:
        print_heading("Runs")
        print_runs(task["runs"])
    print_next(*(f"gitcp task {verb} {task['id']}{more}" for verb, more in NEXT[task["status"]]))


def _facts(task: Mapping[str, Any]) -> list[tuple[str, object]]:
    blocked = task["blocked"] or {}
    project = f"{task['project']} ({task['project_name']})" if task["project_name"] else task["project"]
    return [
        ("status", f"{task['status']}, archived" if task.get("archived") else task["status"]),
        ("blocked", _why_blocked(blocked) if blocked else None),
        ("held", task["held"]),
        ("priority", task["priority"]),
        ("assignee", task["assignee"] or "nobody"),
        ("reviewer", task["reviewer"]),
        ("project", project),
        ("goal", " > ".join(f"{goal['id']} ({goal['title']})" for goal in task["goals"])),
        ("part of", task["parent"]),
        ("waits for", ", ".join(task["open_blockers"])),
        ("needed by", ", ".join(task["dependents"])),
        ("labels", ", ".join(task["labels"])),
        ("due", when(task["due"])),
        ("created", f"{when(task['created'])} by {_creator(task)}"),
        ("attempts", task["attempts"] or None),
        ("submitted", when(task["submitted"])),
        ("delivered", _delivered(task["delivery"]) if task["delivery"] else None),
        ("compare", task["compare_url"]),
        ("closed", when(task["closed"])),
    ]


def _why_blocked(blocked: Mapping[str, Any]) -> str:
    by = f" (by {blocked['by']})" if blocked["by"] else ""
    waits = f", waits for {blocked['waits_for']}" if blocked["waits_for"] else ""
    return f"{blocked['reason']}{by}{waits}"


def _creator(task: Mapping[str, Any]) -> str:
    origin = task["routine"]
    if origin is None:
        return task["created_by"] or "hand"
    return f"routine {origin['routine']} for {when(origin['slot'])}, its number {origin['number']}"


def _delivered(delivery: Mapping[str, Any]) -> str:
    checked = "checks passed" if delivery["verified"] else "not checked"
    said = f"{delivery['branch']} at {delivery['commit'][:12]} by run {delivery['run']}, {checked}"
    if delivery["integrated"]:
        return f"{said}, integrated into {delivery['into']} at {delivery['integrated'][:12]}"
    if delivery["into"] is None:
        return said
    return f"{said}, not integrated into {delivery['into']} yet"


def _draw_checks(task: Mapping[str, Any]) -> None:
    checks = [("check", shlex.join(argv)) for argv in task["verify"]]
    agreed = task["passed"]
    said = [("review", f"{member} agreed" if member in agreed else member) for member in task["review"]]
    if checks or said:
        print_heading("Done means")
        print_facts([*checks, *said])
