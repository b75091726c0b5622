from dataclasses import replace
from datetime import UTC, datetime

from gitcp.dashboard.log import written_at
from gitcp.dashboard.register import Register
from gitcp.dashboard.rows import run_row
from gitcp.model.company import Company
from gitcp.model.guards import Approval, ApprovalStatus
from gitcp.model.memory import Records
from gitcp.model.planning import Project
from gitcp.model.tasks import Comment, Document
from tests.dashboard.company import a_bare_site, a_comment, a_person, a_run, a_site, a_task, ago


def test_tasks_are_found_by_who_does_them_what_they_belong_to_and_what_blocks_them() -> None:
    register = Register(a_site())

    assert [task.id for task in register.children("CI-0022")] == ["CI-0028"]
    assert [task.id for task in register.dependents("CI-0028")] == ["CI-0029"]
    assert [run.agent for run in register.active] == ["riley", "mira"]


def test_comments_are_the_oldest_first() -> None:
    new, old = (
        a_comment("CI-0001", "ada", ago(hours=1), "new"),
        a_comment("CI-0001", "zoe", ago(hours=2), "old"),
    )

    assert Register(a_bare_site(new, old)).comments("CI-0001") == (old, new)


def test_every_page_that_asks_for_a_task_s_comments_notes_it() -> None:
    register = Register(a_bare_site(a_comment("CI-0001", "ada", ago(hours=1), "said")))
    asked = []

    for _ in range(2):
        with register.noting() as notes:
            register.comments("CI-0001")
        asked.append(notes)

    assert asked == [{"comments CI-0001"}] * 2


def test_a_comment_was_written_when_its_name_says() -> None:
    at = datetime(2026, 11, 22, 9, 0, 1, 250_000, tzinfo=UTC)

    assert written_at(a_comment("CI-0001", "ada", at, "x")) == at
    assert written_at(Comment(id="CI-0001/hello", body="x")) is None


def test_a_task_serves_its_own_goal_else_its_project_s() -> None:
    tasks = [a_task("CI-0001", goal="own"), a_task("CI-0002", parent="CI-0001"), a_task("XX-0001")]
    register = Register(a_bare_site(*tasks, Project(id="CI", name="CI", repository="r", goal="project")))

    assert [register.goal_of(task) for task in tasks] == ["own", "project", None]


def test_only_undecided_approvals_are_pending_the_oldest_first() -> None:
    def approval(number: int, hours: int, status: ApprovalStatus = ApprovalStatus.PENDING) -> Approval:
        return Approval(
            id=f"AP-{number}", title="x", requested_by="ada", requested_at=ago(hours=hours), status=status
        )

    register = Register(a_bare_site(approval(1, 1), approval(2, 2), approval(3, 3, ApprovalStatus.APPROVED)))

    assert [pending.id for pending in register.pending] == ["AP-2", "AP-1"]


def test_people_are_sorted_by_name() -> None:
    register = Register(a_bare_site(a_person("b", name="abel"), a_person("a", name="Zoe")))

    assert [person.id for person in register.persons] == ["b", "a"]


def test_the_whole_log_is_there_newest_first() -> None:
    entries = Register(a_site()).entries

    assert len(entries) == 17
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)


def test_the_time_is_that_of_the_company_or_utc() -> None:
    assert Register(a_bare_site()).clock.zone_name == "UTC"
    assert (
        Register(a_bare_site(Company(id="gitcp", name="x", timezone="Asia/Tokyo"))).clock.zone_name
        == "Asia/Tokyo"
    )


def test_what_is_archived_has_its_pages_and_counts_as_before() -> None:
    task, child = a_task("CI-0001"), a_task("CI-0002", parent="CI-0001")
    comment, run = (
        a_comment("CI-0001", "ada", ago(days=200), "so be it"),
        a_run("ada", ago(days=200), task="CI-0001"),
    )
    document = Document(id="CI-0001/plan", text="first")
    archived = Records.of([child], archived=[task, comment, document, run])

    register = Register(replace(a_bare_site(), snapshot=archived))

    assert list(register.tasks) == ["CI-0001", "CI-0002"]
    assert register.comments("CI-0001") == (comment,)
    assert register.documents("CI-0001") == [document]
    assert register.runs_on("CI-0001") == register.runs_by("ada") == [run_row(run)]
    assert register.find("CI-0001") == "tasks/CI-0001.html"
