"""`gitcp archive`, and how what it moved is found again."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.company import FILES, found_company
from tests.cli.conftest import Ran, Shell

TASK = "title: {}\nassignee: riley\ngoal: quality\nstatus: done\ncreated: 2026-01-02T08:00:00Z\nclosed: 2026-01-03T08:00:00Z\n"
RUN = """\
agent: riley
task: CI-0020
runtime: process
status: ended
outcome: succeeded
claimed_by: here
claimed_at: 2026-01-02T09:00:00Z
deadline: 2026-01-02T10:00:00Z
ended_at: 2026-01-02T09:10:00Z
charges: [company]
usage: {usd: 0.5, runs: 1}
"""
OLD = {
    "tasks/CI/next": "30\n",
    "tasks/CI/CI-0020.yaml": TASK.format("Look at the old sources"),
    "tasks/CI/CI-0021.yaml": TASK.format("Read them"),
    "comments/CI/CI-0020/20260102T090000000Z-alex-1f3a.yaml": "body: so be it\n",
    "documents/CI/CI-0020/plan.md": "first\n",
    "runs/2026/01/02/20260102T090000Z-riley.yaml": RUN,
    "budgets/company.yaml": "period: total\nlimits: {usd: 10}\n",
}


class Later(Shell):
    """Calls `gitcp` at a time that is fixed: how old things are must not depend on the day of the test."""

    def __call__(self, *argv: str, stdin: str | None = None) -> Ran:
        return super().__call__("--at", "2026-11-23T09:00:00Z", *argv, stdin=stdin)


@pytest.fixture
def old(tmp_path: Path) -> Shell:
    """Return the command on a company with two tasks that were done long ago."""
    return Later(found_company(tmp_path / "old", {**FILES, **OLD}))


def test_a_dry_run_says_what_would_move_and_why_the_rest_stays_and_moves_nothing(old: Shell) -> None:
    before = old("task", "list", "--all", "--json").out
    done = old("archive", "--dry-run")
    view = old("archive", "--dry-run", "--json").json

    assert done.code == 0
    assert "Would move: 2 tasks, 1 comment, 1 document, 1 run" in done.out
    assert "CI-0020, CI-0021" in done.out
    assert "less than 90 days old" in done.out
    assert (view["dry_run"], view["days"], view["revision"]) == (True, 90, None)
    assert view["moved"]["runs"] == ["20260102T090000Z-riley"]
    assert view["ledgers"] == ["2026-01"]
    assert {"kind", "id", "reason"} == set(view["kept"][0])
    assert old("task", "list", "--all", "--json").out == before


def test_a_summary_says_what_was_moved_and_a_second_time_nothing_is(old: Shell) -> None:
    first, second = old("archive"), old("archive", "--json").json

    assert (first.code, first.out) == (0, "")
    assert first.err.startswith("archived 2 tasks, 1 comment, 1 document, 1 run in commit ")
    assert "stay; see why with `gitcp archive --dry-run`" in first.err
    assert second["revision"] is None
    assert not any(second["moved"].values())
    assert old("archive").err.startswith("nothing to archive: ")


def test_json_names_what_was_moved(old: Shell) -> None:
    view = old("archive", "--json").json

    assert len(view["revision"]) == 40
    assert view["moved"]["tasks"] == ["CI-0020", "CI-0021"]
    assert view["moved"]["documents"] == ["CI-0020/plan"]
    assert (view["dry_run"], view["ledgers"]) == (False, ["2026-01"])


def test_the_days_are_given_or_the_companys(old: Shell) -> None:
    assert old("archive", "--dry-run", "--json", "--older-than", "5000").json["moved"]["tasks"] == []
    assert old("archive", "--older-than", "0").code == 2
    assert old.folder is not None
    company = FILES["gitcp.yaml"] + "archive: {after_days: 4000}\n"
    own = Later(found_company(old.folder.parent / "own", {**FILES, **OLD, "gitcp.yaml": dedented(company)}))
    assert own("archive", "--dry-run", "--json").json["days"] == 4000


def dedented(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


def but_for_tasks(budget: dict[str, Any]) -> dict[str, Any]:
    # The ledger knows agents, and no tasks.
    return budget | {"spenders": {"agents": budget["spenders"]["agents"]}}


def test_what_is_archived_is_shown_listed_and_counted_as_before(old: Shell) -> None:
    def looks() -> dict[str, Any]:
        return {
            "task": old("task", "show", "CI-20", "--json").json | {"archived": None},
            "run": old("run", "show", "20260102T090000Z-riley", "--json").json | {"archived": None},
            "comments": old("comment", "list", "CI-20", "--json").json,
            "documents": (old("document", "list", "CI-20").out, old("document", "show", "CI-20", "plan").out),
            "budget": but_for_tasks(old("budget", "show", "company", "--json").json),
            "goals": old("goal", "--json").json,
            "projects": (old("project", "--json").json, old("project", "show", "CI", "--json").json),
            "plan": {**old("plan", "--json").json, "actions": None},
            "problems": old("check", "--json").json,
        }

    before = looks()
    old("archive")

    after = looks()
    for name, look in before.items():
        assert after[name] == look, name
    assert old("task", "show", "CI-20").out.startswith(
        "CI-0020  Look at the old sources\nstatus    done, archived\n"
    )
    assert "ended, archived" in old("run", "show", "20260102T090000Z-riley").out


def test_the_archive_is_listed_when_it_is_asked_for(old: Shell) -> None:
    old("archive")

    listed = [row["id"] for row in old("task", "list", "--archived", "--json").json]
    assert listed == ["CI-0020", "CI-0021"]
    assert "CI-0020" not in old("task", "list", "--all").out
    assert old("task", "list", "--archived", "--assignee", "hugo", "--json").json == []
    assert old("task", "list", "--archived", "--status", "cancelled", "--json").json == []
    runs = old("run", "list", "--archived", "--json").json
    assert [row["id"] for row in runs] == ["20260102T090000Z-riley"]
    assert old("run", "list", "--archived", "--task", "CI-21", "--json").json == []


def test_a_comment_brings_an_archived_task_back(old: Shell) -> None:
    old("archive")
    told = old("comment", "new", "CI-20", "was it?")

    assert told.code == 0
    assert "CI-0020" in old("task", "list", "--all").out
    assert json.loads(old("task", "show", "CI-20", "--json").out)["archived"] is False
    assert len(old("comment", "list", "CI-20", "--json").json) == 2


def test_what_somebody_edits_stays_and_is_told(old: Shell) -> None:
    assert old.folder is not None
    (old.folder / "documents/CI/CI-0020/plan.md").write_text("second\n", encoding="utf-8")

    view = old("archive", "--json").json

    assert view["moved"]["tasks"] == ["CI-0021"]
    reasons = {kept["id"]: kept["reason"] for kept in view["kept"]}
    assert reasons["CI-0020"] == "a file of it has uncommitted edits"
    assert old.text("documents/CI/CI-0020/plan.md") == "second\n"


def test_where_nothing_may_go_a_dry_run_says_so(idle: Shell) -> None:
    done = idle("archive", "--dry-run")

    assert done.code == 0
    assert done.out.startswith(
        "Nothing to archive: no closed task or ended run that may go is older than 90 days\n"
    )


def test_of_many_names_the_first_are_shown(tmp_path: Path) -> None:
    many = {f"tasks/CI/CI-00{number}.yaml": TASK.format("Old") for number in range(40, 52)}
    shell = Later(found_company(tmp_path / "many", {**FILES, "tasks/CI/next": "60\n", **many}))

    done = shell("archive", "--dry-run")

    assert "CI-0048, CI-0049 … 2 more\n" in done.out
