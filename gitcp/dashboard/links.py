"""Where pages are: a site path for every record, the same tree as the control repository's.

A site path is relative to the site's root and always names a file, so that links work from a disk and below any address.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from gitcp.model.tasks import Comment

HOME: Final = "index.html"
ORG: Final = "org.html"
ORG_SVG: Final = "org.svg"
ORG_PNG: Final = "org.png"
SOCIAL: Final = "social.png"
PEOPLE: Final = "people.html"
BOARD: Final = "tasks.html"
TASK_LIST: Final = "tasks/list.html"
CLOSED_TASKS: Final = "tasks/closed.html"
ALL_TASKS: Final = "tasks/all.html"
GOALS: Final = "goals.html"
PROJECTS: Final = "projects.html"
ROUTINES: Final = "routines.html"
SCHEDULE: Final = "schedule.html"
RUNS: Final = "runs.html"
BUDGETS: Final = "budgets.html"
COSTS: Final = "costs.html"
APPROVALS: Final = "approvals.html"
POLICIES: Final = "policies.html"
LOG: Final = "log.html"
CALENDAR: Final = "schedule.ics"
PROBLEMS: Final = "problems.html"
SEARCH: Final = "search.html"
FEED: Final = "feed.xml"
APPROVALS_FEED: Final = "approvals.xml"
LOG_PARTS: Final = "data/log.js"
EDITION: Final = "edition.html"
OFFLINE: Final = "offline.html"
ASSETS: Final = "assets/"
_COMMIT: Final = 12
_HELD: Final = 1_024

_UNUSUAL = re.compile(r"[^A-Za-z0-9.-]")


def member_page(member: str) -> str:
    """Return the page of an agent or a person."""
    return f"org/{_name(member)}.html"


def agent_runs_page(agent: str, part: int) -> str:
    """Return the page of a part of an agent's runs, counted from the oldest."""
    return f"org/{_name(agent)}/runs-{part}.html"


def member_anchor(member: str) -> str:
    """Return the fragment of a person on the page of people."""
    return f"person-{_name(member)}"


def task_page(task: str) -> str:
    """Return the page of a task."""
    return f"tasks/{_name(task)}.html"


def open_page(part: str) -> str:
    """Return the page of a part of the open tasks, counted from one."""
    return TASK_LIST if part == "1" else f"tasks/list/{part}.html"


def closed_page(part: str) -> str:
    """Return the page of the tasks that were closed in a month, written as 2026-11, or of a later part of it, as 2026-11-2."""
    return f"tasks/closed/{part}.html"


def tasks_where(field: str, value: str) -> str:
    """Return the table of all tasks with a filter: status, assignee, project, goal, label or priority."""
    return f"{ALL_TASKS}#{field}={quote(value, safe='')}"


def talk_page(task: str, part: int) -> str:
    """Return the page of a part of a task's discussion; parts are counted from 1."""
    return f"tasks/{_name(task)}/comments-{part}.html"


def comment_anchor(comment: Comment) -> str:
    """Return the fragment of a comment on its task's page."""
    return f"comment-{_name(comment.id.partition('/')[2])}"


def run_page(run: str) -> str:
    """Return the page of a run."""
    return f"runs/{_name(run)}.html"


def day_page(day: str, part: int = 1) -> str:
    """Return the page of a day's runs, written as 2026-11-22, or of a later part of it; it cannot be a run's."""
    return f"runs/{day}.html" if part == 1 else f"runs/{day}-{part}.html"


def month_page(month: str) -> str:
    """Return the page that lists the runs of a month, written as 2026-11; it cannot be a run's, whose name has a day."""
    return f"runs/{month}.html"


def approval_page(approval: str) -> str:
    """Return the page of a request."""
    return f"approvals/{_name(approval)}.html"


def decided_page(month: str, part: int) -> str:
    """Return the page of requests that were decided in a month; it cannot be a request's, whose name begins with AP."""
    return f"approvals/{_part(month, part)}.html"


def policy_anchor(policy: str) -> str:
    """Return the fragment of a policy."""
    return f"policy-{_name(policy)}"


def policy_place(policy: str) -> str:
    """Return where a policy stands."""
    return f"{POLICIES}#{policy_anchor(policy)}"


def log_page(part: int) -> str:
    """Return the page of a part of the log; parts count from 1, the oldest first."""
    return f"log/{part}.html"


def log_shard(part: int) -> str:
    """Return the data of a part of the log."""
    return f"data/log/{part}.js"


def commit_anchor(revision: str) -> str:
    """Return the fragment of a commit on a page of the log."""
    return f"c-{revision[:_COMMIT]}"


def goal_page(goal: str) -> str:
    """Return the page of a goal."""
    return f"goals/{_name(goal)}.html"


def project_page(key: str) -> str:
    """Return the page of a project."""
    return f"projects/{_name(key)}.html"


def budget_page(budget: str) -> str:
    """Return the page of a budget."""
    scope, _, target = budget.partition("/")
    return f"budgets/{_name(scope)}/{_name(target)}.html" if target else f"budgets/{_name(scope)}.html"


def cost_page(month: str) -> str:
    """Return the page of what a month cost, written as 2026-11."""
    return f"costs/{month}.html"


def cost_file(month: str) -> str:
    """Return the file with the figures of a month."""
    return f"costs/{month}.csv"


def routine_page(routine: str) -> str:
    """Return the page of a routine."""
    return f"routines/{_name(routine)}.html"


def badge_file(name: str) -> str:
    """Return a badge that other pages may show."""
    return f"badges/{name}.svg"


def root_of(page: str) -> str:
    """Return the way from a page up to the site's root."""
    return "../" * page.count("/")


def _part(month: str, part: int) -> str:
    return month if part == 1 else f"{month}-{part}"


@lru_cache(_HELD)
def _name(record_id: str) -> str:
    return _UNUSUAL.sub(_told, record_id) if _UNUSUAL.search(record_id) else record_id


def _told(unusual: re.Match[str]) -> str:
    return f"_{ord(unusual[0]):x}_"
