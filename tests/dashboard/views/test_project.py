from gitcp.dashboard import SiteInput
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.project import ProjectView, project_view
from gitcp.model.company import Company, Repository
from gitcp.model.planning import Integration, Project, WorkspaceMode
from gitcp.model.tasks import Paused
from tests.dashboard.company import NOW, a_bare_site, a_site


def shown(key: str, site: SiteInput | None = None) -> ProjectView:
    register = Register(site or a_site())
    found = register.project(key)
    assert found is not None
    return project_view(register, found, Prose(register.find, "../"))


def delivery(view: ProjectView) -> dict[str, str]:
    return {fact.label: fact.text for fact in view.delivery}


def test_a_project_says_where_its_work_goes() -> None:
    view = shown("CI")

    assert delivery(view) == {
        "Repository": "guides",
        "Address": "https://git.fieldnotes.example/guides",
        "Base branch": "main",
        "Delivery": "pushes a branch",
        "Branches": "{agent}/{task}",
        "Work in": "a checkout for each task",
        "File": "projects/CI.yaml",
    }
    assert [fact.url for fact in view.delivery if fact.label == "Address"] == [
        "https://git.fieldnotes.example/guides"
    ]


def test_what_the_project_says_otherwise_holds() -> None:
    project = Project(
        id="CI",
        name="CI",
        repository="r",
        base="next",
        branch="bots/{task}",
        concurrency=2,
        integrate=Integration.PULL_REQUEST,
        workspace=WorkspaceMode.RUN,
    )
    company = Company(id="gitcp", name="x", repositories={"r": Repository(url="git@host:x.git")})
    view = shown("CI", a_bare_site(project, company))

    assert delivery(view) == {
        "Repository": "r",
        "Address": "git@host:x.git",
        "Base branch": "next",
        "Delivery": "opens a pull request",
        "Branches": "bots/{task}",
        "Work in": "a checkout for each run",
        "Runs at once": "2 at most",
        "File": "projects/CI.yaml",
    }
    assert [fact.url for fact in view.delivery if fact.url] == []


def test_a_repository_that_the_company_does_not_name_has_no_address() -> None:
    found = delivery(shown("CI", a_bare_site(Project(id="CI", name="CI", repository="r"))))

    assert "Address" not in found
    assert found["Base branch"] == "main"


def test_open_tasks_are_counted_by_status_and_lead_to_all_of_them() -> None:
    view = shown("CI")

    assert [(it.status.label, it.number) for it in view.statuses] == [
        ("Backlog", "2"),
        ("To do", "4"),
        ("In progress", "1"),
        ("In review", "2"),
        ("Blocked", "1"),
    ]
    assert [task.id for task in view.tasks.tasks][:2] == ["CI-0025", "CI-0028"]
    assert view.tasks.more is None


def test_activity_is_drawn_by_week() -> None:
    view = shown("CI")

    assert [chart.title for chart in view.charts] == ["Tasks done by week", "Runs by week", "Cost by week"]
    assert [row[0] for row in view.charts[0].table.rows] == [
        "week from 26 Oct",
        "week from 2 Nov",
        "week from 9 Nov",
        "week from 16 Nov",
    ]
    assert shown("CI", a_bare_site(Project(id="CI", name="CI", repository="r"))).charts == ()


def test_a_project_leads_to_the_goals_that_it_serves_and_to_its_budget() -> None:
    assert [ref.href for ref in shown("CI").path] == ["goals/season.html", "goals/fresh.html"]
    assert [fact.ref.href for fact in shown("WEB").facts if fact.ref] == ["budgets/project/WEB.html"]
    assert [fact.tone for fact in shown("WEB").facts if fact.ref] == ["bad"]


def test_a_paused_project_says_by_whom() -> None:
    project = Project(id="CI", name="CI", repository="r", paused=Paused(by="ada", at=NOW))

    assert str(shown("CI", a_bare_site(project)).paused) == "Paused by @ada"
