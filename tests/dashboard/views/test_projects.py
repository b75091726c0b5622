from gitcp.dashboard.register import Register
from gitcp.dashboard.views.projects import WEEKS, newest_weeks, project_line, projects
from gitcp.model.planning import Project, ProjectStatus
from gitcp.model.tasks import TaskStatus
from tests.dashboard.company import a_bare_site, a_site, a_task, ago


def test_projects_say_who_leads_them_how_far_they_are_and_what_they_cost() -> None:
    found = projects(Register(a_site())).projects

    assert [(it.key, it.lead and it.lead.text, it.goal and it.goal.href) for it in found] == [
        ("CI", "Clara", "goals/fresh.html"),
        ("WEB", "Hugo", "goals/readers.html"),
    ]
    assert [(it.progress.text, it.progress.cost) for it in found] == [
        ("10 of 20 done", "$4.40"),
        ("1 of 6 done", "$1.38"),
    ]


def test_those_that_go_on_come_before_those_that_are_over() -> None:
    site = a_bare_site(
        *(
            Project(id=f"P{number}", name="x", repository="r", status=status)
            for number, status in enumerate(reversed(ProjectStatus))
        )
    )

    assert [it.status.label for it in projects(Register(site)).projects] == [
        "Planned",
        "Active",
        "Paused",
        "Completed",
        "Cancelled",
    ]


def test_the_newest_weeks_have_no_gaps() -> None:
    done = [
        a_task(f"CI-{number:04d}", created=ago(days=30), status=TaskStatus.DONE, closed=ago(days=days))
        for number, days in enumerate((2, 23))
    ]
    register = Register(a_bare_site(*done))

    weeks = newest_weeks(register, "CI", 10)

    assert [(week.name, week.created, week.done) for week in weeks] == [
        ("2026-10-19", 2, 0),
        ("2026-10-26", 0, 1),
        ("2026-11-02", 0, 0),
        ("2026-11-09", 0, 0),
        ("2026-11-16", 0, 1),
    ]
    assert [week.name for week in newest_weeks(register, "CI", 2)] == ["2026-11-09", "2026-11-16"]
    assert newest_weeks(register, "XX", 2) == []


def test_what_was_done_lately_is_drawn_in_the_same_room_for_all() -> None:
    line = project_line(Register(a_site()), "CI")

    assert len(line.lately.marks) == WEEKS
    assert line.lately.text == "10 tasks done in the newest 4 weeks"
    assert project_line(Register(a_bare_site()), "XX").name == "XX"
