"""What programs read: every file keeps the published schema, and says what its page says."""

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

import pytest

from gitcp.dashboard import Files, SiteInput, build
from gitcp.dashboard.register import Register
from gitcp.dashboard.surfaces.site_file import BUCKET, MOST
from gitcp.model.problem import Problem
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import (
    REVISION,
    a_bare_site,
    a_person,
    a_site,
    a_task,
    ago,
    an_agent,
    an_ended_run,
)
from tests.dashboard.markup import Pages

Draft202012Validator = pytest.importorskip("jsonschema").Draft202012Validator
SCHEMA = PurePosixPath("schema/site.json")


def read(files: Files, path: str) -> Any:
    return json.loads(files[PurePosixPath(path)])


def data(files: Files) -> dict[str, Any]:
    return {
        str(path): json.loads(text)
        for path, text in files.items()
        if path.suffix == ".json" and path != SCHEMA
    }


def test_every_file_keeps_the_published_schema(any_files: Files) -> None:
    schema = read(any_files, str(SCHEMA))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    found = data(any_files)

    assert "site.json" in found
    for path, file in found.items():
        assert (path, [error.message for error in validator.iter_errors(file)]) == (path, [])


def test_the_schema_refuses_what_is_no_such_file(company_files: Files) -> None:
    validator = Draft202012Validator(read(company_files, str(SCHEMA)))
    task = read(company_files, "tasks/CI-0028.json")

    assert validator.is_valid(task)
    changes: list[dict[str, Any]] = [{"kind": "tusk"}, {"format": 2}, {"record": {}}]
    for change in changes:
        assert not validator.is_valid(task | change)
    assert not validator.is_valid({})


def test_every_page_leads_to_its_data(any_pages: Pages, any_files: Files) -> None:
    for path, page in any_pages.items():
        (href,) = [
            element.attributes["href"]
            for element in page.elements
            if element.tag == "link" and element.attributes.get("rel") == "alternate"
            if element.attributes.get("type") == "application/json"
        ]
        found = PurePosixPath(normpath(str(PurePosixPath(path).parent / href)))
        assert found in any_files
        assert found.name == "site.json" or found == PurePosixPath(path).with_suffix(".json")


def test_a_task_is_told_with_all_that_stands_around_it(company_files: Files) -> None:
    task = read(company_files, "tasks/CI-0028.json")

    assert task["where"] == {
        "page": "tasks/CI-0028.html",
        "file": "tasks/CI/CI-0028.yaml",
        "edit": "https://github.com/field-guides/company/edit/main/tasks/CI/CI-0028.yaml",
    }
    assert task["record"]["title"] == "Enforce the scan cadence"
    assert task["comments"]
    assert {run["task"] for run in task["runs"]} == {"CI-0028"}
    assert task["log"][0]["revision"]


def test_nobody_learns_an_address(company_files: Files) -> None:
    emails = {email for person in Register(a_site()).persons for email in person.emails}
    text = "".join(str(file) for file in data(company_files).values())

    assert emails
    assert [email for email in emails if email in text] == []


def test_the_company_is_told_in_one_file_that_leads_to_the_rest(company_files: Files) -> None:
    site, register = read(company_files, "site.json"), Register(a_site())

    assert (site["revision"], site["at"]) == (REVISION, "2026-11-22T09:30:00Z")
    assert sum(site["tasks_by_status"].values()) == len(register.rows.tasks)
    assert list(site["tasks_by_status"]) == [status.value for status in TaskStatus]
    listed = [task["id"] for shard in site["tasks"] for task in read(company_files, shard["path"])["tasks"]]
    assert sorted(listed) == sorted(register.rows.tasks)
    runs = [run["id"] for shard in site["runs"] for run in read(company_files, shard["path"])["runs"]]
    assert sorted(runs) == sorted(register.rows.runs)
    assert [shard["count"] for shard in site["tasks"]] == [
        len(read(company_files, shard["path"])["tasks"]) for shard in site["tasks"]
    ]
    assert {member["id"] for member in site["members"]} == set(register.members)


def test_money_is_told_by_the_day_and_the_month_in_the_companys_zone(templates: Path) -> None:
    runs = [
        an_ended_run("riley", at, 3, usd)
        for at, usd in ((ago(hours=1), "1"), (ago(days=2), "2"), (ago(days=40), "4"))
    ]
    site = read(build(a_bare_site(an_agent("riley"), *runs), templates), "site.json")

    assert (site["usd_today"], site["usd_this_month"]) == ("1", "3")


def test_lists_of_tasks_are_cut_by_number_so_that_old_ones_stay(templates: Path) -> None:
    tasks = [a_task(f"CI-{number:04d}") for number in (1, BUCKET - 1, BUCKET, 2 * BUCKET + 5)]
    files = build(a_bare_site(*tasks, a_task("WEB-0001")), templates)

    found = {shard["path"]: shard["count"] for shard in read(files, "site.json")["tasks"]}
    assert found == {
        "data/tasks-CI-0.json": 2,
        "data/tasks-CI-1000.json": 1,
        "data/tasks-CI-2000.json": 1,
        "data/tasks-WEB-0.json": 1,
    }


def test_very_many_problems_do_not_make_the_file_endless(templates: Path) -> None:
    problems = [Problem(path=f"org/a{number}.yaml", message="x") for number in range(MOST + 5)]
    site: SiteInput = a_bare_site(a_person("ada"))
    snapshot = type(site.snapshot).of([a_person("ada")], problems=problems)  # type: ignore[attr-defined]

    assert len(read(build(replace(site, snapshot=snapshot), templates), "site.json")["problems"]) == MOST


@pytest.mark.parametrize("path", ["tasks/CI-0028.json", "org/riley.json", "approvals/AP-3.json", "site.json"])
def test_the_same_input_makes_the_same_bytes(company_files: Files, templates: Path, path: str) -> None:
    assert build(a_site(), templates)[PurePosixPath(path)] == company_files[PurePosixPath(path)]
