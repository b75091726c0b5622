import importlib
import re
import shlex
from dataclasses import replace
from decimal import Decimal
from typing import Any

import click
import pytest

from gitcp.cli.grammar import VERBS, module_of
from gitcp.core.approvals import content_hash
from gitcp.dashboard import SiteInput
from gitcp.dashboard.forges import Forge
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.act import act_of
from gitcp.dashboard.views.adding import ADDING, MOST_PROJECTS
from gitcp.dashboard.views.offers import Act
from gitcp.model.amounts import BudgetLimits
from gitcp.model.base import Record
from gitcp.model.company import Company, ForgeKind
from gitcp.model.guards import Approval, Budget, Period, Policy
from gitcp.model.planning import Project, Routine, RoutineStatus, TaskTemplate
from gitcp.model.tasks import Blocked
from gitcp.store.layout import path_of
from tests.dashboard.company import a_bare_site, a_person, a_run, a_site, a_task, ago, an_agent, an_ended_run

REPOSITORY = "https://github.com/acme/company"
ROUTINE = Routine(id="weekly", title="Weekly", cron="0 9 * * MON", task=TaskTemplate(project="CI", title="T"))
RECORDS = (
    Company(id="gitcp", name="Acme"),
    a_person("ada"),
    an_agent("riley"),
    an_agent("mira", status="paused"),
    a_task("CI-0001"),
    a_task("CI-0002", status="in_review", review=("ada",), assignee="riley"),
    a_task("CI-0003", status="blocked", blocked=Blocked(reason="x")),
    a_task("CI-0004", status="done", closed=ago(hours=1)),
    Project(id="CI", name="Checks", repository="factory"),
    ROUTINE,
    Budget(id="company", period=Period.MONTH, limits=BudgetLimits()),
    Policy(id="money", title="Money"),
    Approval(id="AP-1", title="Ask", requested_by="riley", requested_at=ago(hours=1), options=("a", "b")),
    Approval(id="AP-2", title="Ask", requested_by="riley", requested_at=ago(hours=1), status="approved"),
    a_run("riley", ago(minutes=5)),
    an_ended_run("riley", ago(minutes=50), 3, "0.25"),
)


def site(*records: Record, **fields: Any) -> SiteInput:
    found = replace(
        a_bare_site(*(records or RECORDS)), path_of=path_of, forge=Forge(ForgeKind.GITHUB, REPOSITORY)
    )
    return replace(found, **fields)


def act(kind: str, name: str, **fields: Any) -> Act:
    found = act_of(Register(site(**fields)), kind, name)
    assert found is not None
    return found


def commands(found: Act) -> list[str]:
    return [step.command for step in found.steps]


def test_a_record_is_edited_in_its_file_on_the_branch_of_record() -> None:
    found = act("task", "CI-0001", branch="records")

    assert (found.forge, found.path) == ("GitHub", "tasks/CI/CI-0001.yaml")
    assert [(way.label, way.url) for way in found.ways] == [
        ("Edit on GitHub", f"{REPOSITORY}/edit/records/tasks/CI/CI-0001.yaml"),
        ("History", f"{REPOSITORY}/commits/records/tasks/CI/CI-0001.yaml"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("member", "ada", "org/ada.yaml"),
        ("member", "riley", "org/riley.yaml"),
        ("project", "CI", "projects/CI.yaml"),
        ("routine", "weekly", "routines/weekly.yaml"),
        ("budget", "company", "budgets/company.yaml"),
        ("policy", "money", "policies/money.yaml"),
        ("approval", "AP-1", "approvals/AP-1.yaml"),
        ("edition.html", "", "gitcp.yaml"),
    ],
)
def test_whatever_people_write_can_be_edited(kind: str, name: str, path: str) -> None:
    found = act(kind, name)

    assert found.path == path
    assert found.ways[0].url == f"{REPOSITORY}/edit/main/{path}"
    assert found.steps


def test_nobody_edits_a_run_nor_a_request_that_is_over_nor_the_archive() -> None:
    run = next(record.id for record in RECORDS if record.kind == "run")
    archived = act("task", "CI-0004", path_of=lambda *_: "archive/tasks/CI/CI-0004.yaml")

    for found in (act("run", run), act("approval", "AP-2"), archived):
        assert [way.label for way in found.ways] == ["See on GitHub", "History"]


def test_without_a_forge_there_are_commands_alone() -> None:
    found = act("task", "CI-0001", forge=None)

    assert (found.forge, found.ways, found.path) == (None, (), "tasks/CI/CI-0001.yaml")
    assert [offer.url for offer in found.offers] == [None]
    assert "gitcp task edit CI-0001 --priority high" in commands(found)


def test_what_can_be_done_follows_where_a_record_is() -> None:
    assert 'gitcp task review CI-0002 --approve -m "WHY"' in commands(act("task", "CI-0002"))
    assert "gitcp task unblock CI-0003" in commands(act("task", "CI-0003"))
    assert 'gitcp task reopen CI-0004 -m "WHY"' in commands(act("task", "CI-0004"))
    assert act("task", "CI-0004").offers == ()
    assert "gitcp agent resume mira" in commands(act("member", "mira"))
    assert not [command for command in commands(act("member", "mira")) if "wake" in command]
    active, ended = (record.id for record in RECORDS if record.kind == "run")
    assert commands(act("run", active))[1:] == [f'gitcp run cancel {active} -m "WHY"']
    assert commands(act("run", ended)) == [f"gitcp run log {ended}"]


def test_a_task_is_begun_in_the_forges_editor() -> None:
    (part,) = act("task", "CI-0001").offers
    (task,) = act("tasks.html", "").offers

    assert (part.draft.label, part.is_filled) == ("New subtask", True)
    assert str(part.url).startswith(
        f"{REPOSITORY}/new/main?filename=tasks/CI/new/part-of-ci-0001.yaml&value="
    )
    assert "parent%3A%20CI-0001" in str(part.url)
    assert task.draft.label == "New task"


def test_a_forge_that_fills_nothing_says_so() -> None:
    (part,) = act("task", "CI-0001", forge=Forge(ForgeKind.BITBUCKET, "https://bitbucket.org/a/b")).offers

    assert (part.url, part.is_filled) == ("https://bitbucket.org/a/b/create-file/main/?at=main", False)


def test_a_budget_is_raised_in_the_first_metric_that_it_caps() -> None:
    ours = Budget(id="company", period=Period.MONTH, limits=BudgetLimits(usd_imputed=Decimal(3)))
    of_runs = Budget(id="company", period=Period.RUN, limits=BudgetLimits())

    assert commands(shown(ours)) == [
        "gitcp budget raise company --usd-imputed 20",
        "gitcp budget raise company --usd-imputed 20 --this-period",
        "gitcp budget edit company --usd-imputed 60",
    ]
    assert commands(shown(of_runs)) == [
        "gitcp budget raise company --usd 20",
        "gitcp budget edit company --usd 60",
    ]


def test_a_paused_routine_is_told_how_it_goes_on() -> None:
    assert 'gitcp routine pause weekly -m "WHY"' in commands(shown(ROUTINE))
    resting = Routine(
        id="weekly", title="Weekly", cron=ROUTINE.cron, task=ROUTINE.task, status=RoutineStatus.PAUSED
    )
    assert "gitcp routine resume weekly" in commands(shown(resting))


def shown(record: Budget | Routine) -> Act:
    found = act_of(Register(site(record)), record.kind, record.id)
    assert found is not None
    return found


def test_a_decision_by_hand_binds_to_what_is_asked() -> None:
    (lines,) = act("approval", "AP-1").offers
    asked = Register(site()).approval("AP-1")

    assert asked is not None
    assert f"content: {content_hash(asked)}" in lines.draft.text
    assert "option:" in lines.draft.text
    assert lines.url is None


def test_a_company_of_many_projects_does_not_offer_a_task_of_each() -> None:
    many = [Project(id=f"P{number}", name="P", repository="factory") for number in range(10, 30)]
    found = act_of(Register(site(*many)), "tasks.html", "")

    assert found is not None
    assert [offer.draft.label for offer in found.offers] == ["New task in P"] * MOST_PROJECTS


@pytest.mark.parametrize(
    ("kind", "name"),
    [("task", "CI-9999"), ("member", "nobody"), ("goal", "none"), ("project", "NO"), ("routine", "no"),
     ("budget", "no"), ("policy", "no"), ("approval", "AP-9"), ("run", "no"), ("month", "2026-11")],
)  # fmt: skip
def test_what_is_not_there_cannot_be_acted_on(kind: str, name: str) -> None:
    assert act_of(Register(site()), kind, name) is None


def test_an_empty_company_can_still_be_added_to() -> None:
    register = Register(a_bare_site())

    assert act_of(register, "edition.html", "") is None
    for kind in ADDING:
        found = act_of(register, kind, "")
        assert found is not None
        assert found.steps


def _all_commands() -> set[str]:
    register = Register(a_site([*RECORDS]))
    pages = [(record.kind, record.id) for record in RECORDS]
    pages += [("goal", goal) for goal in register.goals] + [(kind, "") for kind in ADDING]
    named = [("member" if kind in {"agent", "person"} else kind, name) for kind, name in pages]
    acts = [act_of(register, kind, name) for kind, name in [*named, ("edition.html", "")]]
    return {step.command for found in acts if found for step in found.steps}


@pytest.mark.parametrize("command", sorted(_all_commands()))
def test_every_command_is_one_that_gitcp_has(command: str) -> None:
    program, noun, verb, *arguments = shlex.split(command)
    assert program == "gitcp"
    assert verb in VERBS[noun]
    found = importlib.import_module(module_of(noun, verb)).command
    assert isinstance(found, click.Command)
    filled = [re.sub(r"^(MEMBER|NAME|ADDRESS|REPOSITORY|ROLE)$", "riley", argument) for argument in arguments]
    filled = ["CI" if argument == "KEY" else argument for argument in filled]

    with found.make_context(verb, filled, resilient_parsing=False) as context:
        assert context.params
