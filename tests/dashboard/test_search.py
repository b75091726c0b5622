import json
from pathlib import PurePosixPath
from typing import Any

from gitcp.dashboard import Files, search
from gitcp.dashboard.register import Register
from gitcp.model.guards import Approval
from tests.dashboard.company import a_bare_site, a_run, a_site, a_task, ago


def value(script: str | bytes | None) -> Any:
    """Return what a script of data hands over."""
    assert isinstance(script, str)
    return json.loads(f"[{script.removeprefix('gitcp.take(').removesuffix(');' + chr(10))}]")[1]


def test_the_index_names_just_the_shards_that_there_are(company_files: Files) -> None:
    index = value(company_files[PurePosixPath(search.INDEX)])
    there = {path.stem for path in company_files if path.parent == PurePosixPath("data/search")}

    assert there == {*index["words"], *(f"runs-{day}" for day in index["days"]), "others", "approvals"}


def test_whatever_is_found_by_its_name_has_its_page(company_files: Files) -> None:
    entries = [
        *value(company_files[PurePosixPath(search.OTHERS)]),
        *value(company_files[PurePosixPath(search.APPROVALS)]),
    ]

    assert {PurePosixPath(href.partition("#")[0]) for *_, href in entries} <= company_files.keys()
    assert list(dict.fromkeys(entry[0] for entry in entries)) == [
        "Agents",
        "People",
        "Projects",
        "Goals",
        "Routines",
        "Budgets",
        "Policies",
        "Approvals",
    ]
    assert ["Agents", "riley", "Riley", "Research scout", "org/riley.html"] in entries


def test_open_tasks_are_told_by_project() -> None:
    register = Register(a_bare_site(a_task("CI-0001"), a_task("CI-0002"), a_task("WEB-0007")))

    assert value(search.open_tasks(register)) == [["CI", "1x2"], ["WEB", "7"]]


def test_runs_are_found_by_the_day_that_their_id_begins_with() -> None:
    run = a_run("riley", ago(hours=1), task="CI-0001")
    register = Register(a_bare_site(run, a_run("mira", ago(days=2))))

    assert list(search.day_names(register)) == ["20261120", "20261122"]
    assert value(search.day(register, "20261122")) == [[run.id, "riley", "CI-0001"]]
    assert search.day(register, "20200101") is None


def test_there_is_no_shard_of_words_that_are_nowhere() -> None:
    register = Register(a_bare_site(a_task("CI-0001", title="Scan")))

    assert list(search.shard_names(register)) == ["sc"]
    assert search.shard(register, "zz") is None


def test_of_very_many_requests_the_newest_are_found() -> None:
    asked = [
        Approval(id=f"AP-{n}", title=f"x{n}", requested_by="ada", requested_at=ago(hours=1))
        for n in range(1, 3_003)
    ]

    found = value(search.approvals(Register(a_bare_site(*asked))))

    assert (len(found), found[0][1], found[-1][1]) == (3_000, "AP-3", "AP-3002")


def test_the_status_of_a_task_touches_no_words() -> None:
    register = Register(a_site())

    with register.noting() as asked:
        search.shard(register, "sc")

    assert asked == {"words-of-shard sc"}
