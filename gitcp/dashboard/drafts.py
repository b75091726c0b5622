"""Files that a reader begins with: what a forge's editor opens with, or what one pastes there. gitcp reads each as it stands."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is not there yet, or lines for one that is; `path` is a suggestion where the name is the reader's to choose."""

    label: str
    path: str
    text: str
    message: str = ""


AGENT: Final = Draft(
    "New agent",
    "org/new-agent.yaml",
    """kind: agent
name: New agent
title: What it is here for
# reports_to: the id of a member
runtime: {type: claude-code}
# heartbeat: {cron: "0 9 * * MON", prompt: What it looks after}
limits: {usd: 1, minutes: 30}   # one run
""",
    "Hire an agent",
)
PERSON: Final = Draft(
    "New person",
    "org/new-person.yaml",
    """kind: person
name: New person
emails: [somebody@example.com]   # of their commits
roles: []
""",
    "Add a person",
)
GOAL: Final = Draft(
    "New goal",
    "goals/new-goal.yaml",
    """title: What will be true when it is reached
level: team   # company, team, agent or task
# parent: the id of the goal that it serves
# owner: the id of a member
description: |
  How one knows that it is reached.
""",
    "Set a goal",
)
PROJECT: Final = Draft(
    "New project",
    "projects/NEW.yaml",
    """name: New project
repository: main   # one of the repositories in gitcp.yaml
# lead: the id of a member
# goal: the id of a goal
""",
    "Begin a project",
)
BUDGET: Final = Draft(
    "New budget",
    "budgets/agent/new-agent.yaml",
    """period: month   # run, day, week, month or total
limits: {usd: 40}
warn_at: [0.5, 0.8]
on_exceed: stop   # or ask
""",
    "Limit what is spent",
)
POLICY: Final = Draft(
    "New policy",
    "policies/new-policy.yaml",
    """title: What needs whose approval
gates:
  - operations: [agent.hire]
    verdict: approval
    approvers: [owner]
""",
    "Add a policy",
)


def new_task(project: str, *, label: str = "New task", parent: str | None = None) -> Draft:
    """Draft a task of a project; gitcp gives it its number."""
    line = f"parent: {parent}\n" if parent else "# parent: the id of a task\n"
    text = f"""title: What is to be done
priority: medium   # critical, high, medium or low
# assignee: the id of a member
{line}description: |
  What is asked, and how one knows that it is done.
"""
    name = f"part-of-{parent.lower()}" if parent else "new-task"
    return Draft(label, f"tasks/{project}/new/{name}.yaml", text, f"Ask for a task in {project}")


def new_routine(project: str) -> Draft:
    """Draft a routine that makes tasks of a project."""
    text = f"""title: What comes again and again
cron: "0 9 * * MON"
task:
  project: {project}
  title: Its task of {{date}}
  # assignee: the id of a member
"""
    return Draft("New routine", "routines/new-routine.yaml", text, "Add a routine")


def decision(approval: str, path: str, content: str, *, options: bool) -> Draft:
    """Draft the lines by which a person decides in a request's file."""
    chosen = "    option: one of its options, as it stands there\n" if options else ""
    text = f"""decisions:
  - by: your id
    at: YYYY-MM-DDTHH:MM:SSZ
    verdict: approve   # or reject, and then a comment that says why
{chosen}    content: {content}
"""
    return Draft("Your decision, by hand", path, text, f"Decide {approval}")
