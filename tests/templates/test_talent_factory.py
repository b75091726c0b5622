"""The records of the template companies agree with each other and with the factory that comes with them."""

import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

COMPANIES: Final = Path(__file__).resolve().parents[2] / "templates" / "companies"
CONTROL: Final = COMPANIES / "talent-factory" / "control"
FACTORY: Final = COMPANIES / "talent-factory" / "factory"
FOLDERS: Final = {"budgets", "comments", "goals", "org", "policies", "projects", "routines", "tasks"}
STATUSES: Final = {"backlog", "todo", "in_progress", "in_review", "blocked", "done", "cancelled"}
CLOSED: Final = {"done", "cancelled"}
LAST_DAY: Final = "2026-11-20"
COMMAND: Final = re.compile(r"^/([a-z-]+)(?: .*)?$", re.MULTILINE)
DELEGATION: Final = re.compile(r"^delegate: (\S+) \| [^|]+ \| /([a-z-]+)(?: .*)?$", re.MULTILINE)
COMMENT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})T\d{9}Z-([a-z]+)-[0-9a-f]{4}\.yaml")
MENTION: Final = re.compile(r"(?<![\w@/.])@([a-z]+)")

Record = dict[str, Any]


def records(folder: str) -> dict[str, Record]:
    paths = sorted((CONTROL / folder).rglob("*.yaml"))
    return {path.stem: yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader) for path in paths}


ORG: Final = records("org")
GOALS: Final = records("goals")
PROJECTS: Final = records("projects")
TASKS: Final = records("tasks")
ROUTINES: Final = records("routines")
AGENTS: Final = {name: member for name, member in ORG.items() if member["kind"] == "agent"}
OPEN: Final = {name: task for name, task in TASKS.items() if task["status"] not in CLOSED}
WORKABLE: Final = {
    name: task for name, task in OPEN.items() if task["status"] == "todo" and task["assignee"] in AGENTS
}


def subtree(manager: str) -> set[str]:
    below = {name for name, member in ORG.items() if member.get("reports_to") == manager}
    return below.union(*(subtree(name) for name in below))


def has_skill(name: str) -> bool:
    return (FACTORY / "skills" / name / "run.py").is_file()


def prompts() -> list[str]:
    written = [task.get("description", "") for task in TASKS.values()]
    written += [routine["task"].get("description", "") for routine in ROUTINES.values()]
    return written + [agent["heartbeat"]["prompt"] for agent in AGENTS.values() if "heartbeat" in agent]


def test_there_are_eleven_agents_and_one_person() -> None:
    assert len(AGENTS) == 11
    assert [name for name in ORG if name not in AGENTS] == ["alex"]


def test_everybody_reports_up_to_the_owner() -> None:
    assert "reports_to" not in ORG["alex"]
    assert subtree("alex") == set(AGENTS)


def test_each_agent_has_the_name_and_the_title_of_its_role_page_and_no_role_text_of_its_own() -> None:
    for name, agent in AGENTS.items():
        assert agent["instructions"] == f"roles/{name}/role.md"
        page = (FACTORY / agent["instructions"]).read_text("utf-8").split("---")[1]

        assert {"name": agent["name"], "title": agent["title"]}.items() <= yaml.safe_load(page).items()
        assert "description" not in agent


def test_every_agent_runs_the_worker_in_the_factory_within_limits() -> None:
    for agent in AGENTS.values():
        assert agent["runtime"] == {"type": "process", "command": ["gitcp", "worker"]}
        assert agent["repository"] == "factory"
        assert {"usd", "minutes"} <= agent["limits"].keys()


def test_riley_alone_has_a_heartbeat() -> None:
    assert [name for name, agent in AGENTS.items() if "heartbeat" in agent] == ["riley"]
    assert ORG["riley"]["heartbeat"] == {
        "cron": "0 9 * * MON",
        "timezone": "Europe/Madrid",
        "prompt": "/rd-scan",
    }


def test_there_are_forty_six_tasks_of_every_common_status() -> None:
    assert len(TASKS) == 46
    assert {task["status"] for task in TASKS.values()} == STATUSES & {"backlog", "todo", "done", "cancelled"}


def test_the_numbers_of_a_project_have_no_gap_and_the_counter_follows_them() -> None:
    for key in PROJECTS:
        numbers = sorted(int(name.partition("-")[2]) for name in TASKS if name.startswith(f"{key}-"))

        assert numbers == list(range(1, len(numbers) + 1))
        assert (CONTROL / "tasks" / key / "next").read_text() == f"{len(numbers) + 1}\n"


def test_a_task_lies_in_the_folder_of_its_project() -> None:
    for path in (CONTROL / "tasks").rglob("*.yaml"):
        assert path.parent.name == path.stem.partition("-")[0]
        assert path.parent.name in PROJECTS


@pytest.mark.parametrize("name", sorted(TASKS))
def test_whatever_a_task_names_exists(name: str) -> None:
    task = TASKS[name]

    assert {task["assignee"], task["created_by"], *task.get("review", ())} <= ORG.keys()
    assert task["goal"] in GOALS
    assert {*task.get("blocked_by", ()), task.get("parent", name)} <= TASKS.keys()
    assert task["assignee"] not in task.get("review", ())


def test_no_task_waits_for_itself() -> None:
    settled: set[str] = set()
    while ready := {
        n for n, t in TASKS.items() if n not in settled and settled.issuperset(t.get("blocked_by", ()))
    }:
        settled |= ready

    assert settled == TASKS.keys()


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_is_closed_after_it_was_created_and_only_if_it_is_over(name: str) -> None:
    task = TASKS[name]
    dates = [task[key] for key in ("created", "submitted", "closed") if key in task]

    assert dates == sorted(dates)
    assert all("2026-09-01" <= day <= f"{LAST_DAY}T23:59:59Z" for day in dates)
    assert ("closed" in task) == (task["status"] in CLOSED)
    assert task.get("reviewed", []) == (task.get("review", []) if task["status"] == "done" else [])


def test_goals_cascade_from_the_company_to_an_agent() -> None:
    assert "quality" in GOALS
    assert sorted(goal["level"] for goal in GOALS.values()) == ["agent", "company", "team"]
    for goal in GOALS.values():
        assert goal["owner"] in ORG
        assert (goal["level"] == "company") == ("parent" not in goal)
        assert "parent" not in goal or goal["parent"] in GOALS


def test_every_project_works_in_the_factory_and_has_a_lead_and_a_goal() -> None:
    company = yaml.load((CONTROL / "gitcp.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)

    assert list(company["repositories"]) == ["factory"]
    for project in PROJECTS.values():
        assert project["repository"] == "factory"
        assert project["lead"] in ORG
        assert project["goal"] in GOALS
        assert project["integrate"] == "branch"


def test_the_scan_cadence_is_rileys_and_its_blocker_is_done() -> None:
    task = TASKS["CI-0028"]

    assert task["title"] == "Scan cadence enforcement"
    assert (task["assignee"], task["goal"], task["priority"]) == ("riley", "quality", "high")
    assert task["verify"] == [["python", "tools/check_cadence.py"]]
    assert [TASKS[blocker]["status"] for blocker in task["blocked_by"]] == ["done"]
    assert COMMAND.findall(task["description"]) == ["rd-scan"]


def test_a_handful_of_tasks_can_be_worked_on_each_with_one_command() -> None:
    assert 14 <= len(WORKABLE) <= 16
    for task in WORKABLE.values():
        assert len(COMMAND.findall(task["description"])) == 1


def test_every_skill_is_put_to_work() -> None:
    used = {name for task in WORKABLE.values() for name in COMMAND.findall(task["description"])}

    assert used == {path.parent.name for path in FACTORY.glob("skills/*/run.py")}


def test_every_command_that_a_description_or_a_prompt_names_is_a_skill() -> None:
    for text in prompts():
        assert all(has_skill(name) for name in COMMAND.findall(text))
        assert all(has_skill(name) for _, name in DELEGATION.findall(text))


def test_one_task_is_delegated_in_part_to_somebody_below_its_assignee() -> None:
    found = [
        (task["assignee"], to) for task in OPEN.values() for to, _ in DELEGATION.findall(task["description"])
    ]

    assert len(found) == 1
    assert found[0][1] in subtree(found[0][0])


def test_one_task_ends_blocked() -> None:
    blocked = [
        name for name, task in OPEN.items() if re.search("^blocked: ", task["description"], re.MULTILINE)
    ]

    assert blocked == ["REQ-0006"]


@pytest.mark.parametrize("name", sorted(OPEN))
def test_the_checks_of_an_open_task_exist_in_the_factory(name: str) -> None:
    for program, *arguments in OPEN[name].get("verify", ()):
        assert program == "python"
        if arguments[0] == "-m":
            assert arguments[1] in {"json.tool", "unittest"}
        else:
            assert (FACTORY / arguments[0]).is_file()
        if "--line" in arguments:
            assert (FACTORY / "lines" / arguments[arguments.index("--line") + 1]).is_dir()


def test_every_agent_has_a_budget_and_every_budget_somebody_or_something_that_it_is_for() -> None:
    scopes = {path.relative_to(CONTROL / "budgets") for path in (CONTROL / "budgets").rglob("*.yaml")}

    assert {path.stem for path in scopes if path.parts[0] == "agent"} == AGENTS.keys()
    assert {path.stem for path in scopes if path.parts[0] == "subtree"} <= AGENTS.keys()
    assert {path.stem for path in scopes if path.parts[0] == "project"} <= PROJECTS.keys()
    assert {path.as_posix() for path in scopes if len(path.parts) == 1} == {"company.yaml"}


def test_hugo_has_one_task_more_than_runs() -> None:
    runs = int(records("budgets/agent")["hugo"]["limits"]["runs"])

    assert len([task for task in WORKABLE.values() if task["assignee"] == "hugo"]) == runs + 1


def test_routines_are_paused() -> None:
    assert ROUTINES
    for routine in ROUTINES.values():
        assert routine["status"] == "paused"
        assert routine["task"]["assignee"] in AGENTS
        assert routine["task"]["project"] in PROJECTS
        assert routine["task"]["goal"] in GOALS


def test_comments_are_about_open_tasks_by_members_and_before_the_last_day() -> None:
    for path in (CONTROL / "comments").rglob("*.yaml"):
        match = COMMENT.fullmatch(path.name)

        assert match is not None
        assert "-".join(match.groups()[:3]) <= LAST_DAY
        assert match[4] in ORG
        assert path.parent.name in OPEN
        assert path.parent.parent.name == path.parent.name.partition("-")[0]


def test_one_comment_wakes_an_agent_the_owners_question_to_pablo() -> None:
    said = {path.name: path.read_text("utf-8") for path in (CONTROL / "comments").rglob("*.yaml")}
    found = [(name.split("-")[1], member) for name, text in said.items() for member in MENTION.findall(text)]

    assert found == [("alex", "pablo")]


def test_nothing_lies_outside_of_the_known_folders() -> None:
    assert {path.name for path in CONTROL.iterdir()} == FOLDERS | {"gitcp.yaml", "README.md"}
    assert {path.suffix for path in CONTROL.rglob("*") if path.is_file()} == {".yaml", ".md", ""}
    assert {path.name for path in CONTROL.rglob("*") if path.is_file() and not path.suffix} == {"next"}


def test_the_blank_company_is_its_settings_and_its_owner() -> None:
    blank = COMPANIES / "blank" / "control"
    files = {path.relative_to(blank).as_posix() for path in blank.rglob("*") if path.is_file()}

    assert files == {"README.md", "gitcp.yaml", "org/owner.yaml"}


@pytest.mark.parametrize("path", ["talent-factory/control/org/alex.yaml", "blank/control/org/owner.yaml"])
def test_the_owner_is_a_placeholder_for_whoever_founds_the_company(path: str) -> None:
    owner = yaml.safe_load((COMPANIES / path).read_text("utf-8"))

    assert owner["kind"] == "person"
    assert owner["emails"] == ["owner@example.com"]
    assert owner["roles"] == ["owner"]
