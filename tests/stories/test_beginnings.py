"""How a company begins, and what is not one."""

from pathlib import Path

import pytest

from gitcp.control.checking import check
from gitcp.control.clock import Clock
from gitcp.control.founding import Wish, found
from gitcp.control.plane import Plane
from gitcp.control.templates import company_templates
from gitcp.control.tick import look
from gitcp.core.actions import Adopt
from gitcp.errors import GitcpError, NotAControlRepositoryError
from gitcp.model.problem import Severity
from tests.stories.company import BEGIN, OWNER, a_company, commit_all, git


def test_a_repository_without_a_company_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    company = a_company(tmp_path)

    with (
        pytest.raises(NotAControlRepositoryError, match=r"found a repository without gitcp\.yaml"),
        Plane.open(company.work, Clock()),
    ):
        pass

    assert not (company.work / ".git" / "gitcp").exists()


@pytest.mark.parametrize("template", sorted(company_templates()))
def test_every_template_founds_a_company_without_an_error(template: str, tmp_path: Path) -> None:
    founded = found(Wish(template, tmp_path / "acme", OWNER, name="Acme"), BEGIN)

    with Plane.open(founded.control, Clock.at(BEGIN)) as plane:
        problems = [problem for problem in check(plane) if problem.severity is Severity.ERROR]
        company = plane.snapshot().company
        person = plane.person()
        undated = [action for action in look(plane).actions if isinstance(action, Adopt)]

    assert problems == []
    assert undated == []
    assert company is not None
    assert company.name == "Acme"
    assert person.email == OWNER.email
    assert git(founded.control, "status", "--porcelain") == ""


def test_a_company_is_never_founded_over_something(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "notes.txt").write_text("mine")

    with pytest.raises(GitcpError, match="expected a new or an empty folder"):
        found(Wish("blank", tmp_path / "acme", OWNER), BEGIN)

    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["notes.txt"]


def test_one_tick_numbers_a_filed_task_and_starts_it(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    folder = company.control / "tasks/CI/new"
    folder.mkdir(parents=True)
    (folder / "first.yaml").write_text("title: The first\nassignee: riley\n")
    commit_all(company.control, "file it")

    ticked = company.tick()

    assert [item.run.task for item in ticked.started] == ["CI-0001"]
