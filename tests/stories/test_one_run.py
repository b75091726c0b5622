"""One task from its creation to its end."""

from decimal import Decimal
from pathlib import Path

from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditMember
from gitcp.model.runs import FailureClass, Outcome, Settlement
from gitcp.model.tasks import TaskStatus
from tests.stories.company import a_company, git


def test_a_task_is_claimed_worked_on_delivered_paid_and_recorded(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program(
        "riley",
        'commit("work.txt", "hello\\n")\nclient.cost("c1", usd=0.25, tokens=100)\nclient.finish("wrote it")\n',
    )
    company.does(
        CreateTask(project="CI", title="Write it", assignee="riley", verify=(("test", "-f", "work.txt"),))
    )

    company.tick()

    task, [run] = company.task("CI-0001"), company.runs()
    assert task.status is TaskStatus.DONE
    assert run.outcome is Outcome.SUCCEEDED
    assert run.settled_by is Settlement.REPORTED
    assert run.usage is not None
    assert str(run.usage.usd) == "0.25"
    assert run.summary == "wrote it"
    assert run.verification is not None
    assert run.verification.passed
    assert task.delivery is not None
    assert run.commits == (task.delivery.commit,)
    assert git(company.work, "rev-parse", "riley/CI-0001") == task.delivery.commit
    assert (
        git(company.work, "log", "-1", "--format=%an <%ae>", "riley/CI-0001")
        == "Riley <riley@agents.invalid>"
    )


def test_every_step_is_a_commit_that_says_who_what_and_why(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()

    subjects = [
        (entry.author, entry.subject, entry.trailers.get("Gitcp-Op")) for entry in reversed(company.log())
    ]

    assert subjects == [
        ("Alex Example", "found", None),
        ("Alex", "create task CI-0001 for riley: Write it", "task.create"),
        ("gitcp scheduler", "claim run 20261116T080000Z-riley for CI-0001", "run.claim"),
        (
            "gitcp scheduler",
            "finish run 20261116T080000Z-riley of CI-0001: succeeded, CI-0001 is done",
            "run.finish",
        ),
    ]
    claim = company.log()[1]
    assert claim.trailers["Gitcp-Task"] == "CI-0001"
    assert claim.trailers["Gitcp-Reason"] == "assignment"
    assert git(company.control, "status", "--porcelain") == ""


def test_ticking_again_does_nothing_and_starts_no_process(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()
    before = git(company.control, "rev-parse", "HEAD")

    ticked = company.tick()

    assert ticked.is_idle
    assert git(company.control, "rev-parse", "HEAD") == before
    assert len(company.marked("riley")) == 1


def test_the_execution_repository_holds_nothing_of_gitcp_but_the_delivered_branch(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    git_folder = company.work / ".git"
    before = {path.relative_to(git_folder) for path in git_folder.rglob("*") if "objects" not in path.parts}
    config = (git_folder / "config").read_bytes()
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    company.tick()

    after = {path.relative_to(git_folder) for path in git_folder.rglob("*") if "objects" not in path.parts}
    delivered = {"refs/heads/riley", "refs/heads/riley/CI-0001"}
    assert {str(path) for path in after - before} == delivered | {f"logs/{name}" for name in delivered}
    assert (git_folder / "config").read_bytes() == config
    assert (git_folder / "HEAD").read_text() == "ref: refs/heads/main\n"
    everything = git(company.work, "log", "--all", "-p", "--format=fuller")
    reflogs = "".join(path.read_text() for path in (git_folder / "logs").rglob("*") if path.is_file())
    assert "gitcp" not in (everything + reflogs).lower()
    assert git(company.work, "worktree", "list", "--porcelain").count("worktree ") == 1


def test_checks_that_fail_on_what_was_delivered_return_the_task_with_their_output(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    check = ("sh", "-c", "echo the file is empty; exit 3")
    company.does(CreateTask(project="CI", title="Write it", assignee="riley", verify=(check,)))

    company.tick()

    task, [run] = company.task("CI-0001"), company.runs()
    assert task.status is TaskStatus.IN_PROGRESS
    assert task.attempts == 1
    assert run.verification is not None
    assert run.verification.exit_code == 3
    with company.plane() as plane:
        [comment] = plane.snapshot().comments("CI-0001")
    assert "the file is empty" in comment.body
    company.passes(minutes=1)
    assert [item.run.task for item in company.tick().started] == ["CI-0001"]


def test_a_failed_program_is_tried_again_later_and_given_up_after_three_attempts(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'sys.exit("cannot")\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    assert len(company.tick().started) == 1
    assert company.tick().started == ()
    for _ in range(2):
        company.passes(minutes=10)
        assert len(company.tick().started) == 1
    company.passes(hours=10)

    assert company.tick().started == ()
    assert company.task("CI-0001").status is TaskStatus.BLOCKED
    assert [run.outcome for run in company.runs()] == [Outcome.FAILED] * 3


def test_a_run_whose_cost_nobody_knows_settles_at_its_reservation(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.settled_by is Settlement.RESERVED
    assert run.usage is not None
    assert run.usage.usd == run.reserved.usd == 1


def test_who_calls_done_what_it_has_not_committed_has_delivered_nothing(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program(
        "riley",
        """
        if len(list(marks.iterdir())) < 2:
            mark("again")
            (marks / "second").touch()
            pathlib.Path("work.txt").write_text("forgotten\\n")
        else:
            commit("work.txt", "remembered\\n")
        client.finish("wrote it")
        """,
    )
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    company.tick()

    [run], task = company.runs(), company.task("CI-0001")
    assert task.status is TaskStatus.IN_PROGRESS
    assert run.undelivered is not None
    assert "committed nothing" in run.undelivered
    assert run.rescue is not None
    assert run.rescue in run.undelivered
    with company.plane() as plane:
        [comment] = plane.snapshot().comments("CI-0001")
    assert "changes that are not committed" in comment.body

    company.passes(minutes=10)
    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE


def test_who_has_nothing_to_commit_may_be_done(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program("riley", 'client.finish("looked at it: all is well")\n')
    company.does(CreateTask(project="CI", title="Look at it", assignee="riley"))

    company.tick()

    assert company.task("CI-0001").status is TaskStatus.DONE


def test_a_run_whose_program_never_started_costs_nothing_but_its_place(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    runtime = {"type": "process", "command": ["./not-in-the-checkout"]}
    company.does(EditMember(id="riley", fields={"runtime": runtime}))
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))

    company.tick()

    [run] = company.runs()
    assert run.outcome is Outcome.FAILED
    assert run.failure is FailureClass.PLATFORM
    assert run.usage is not None
    assert (run.usage.usd, run.usage.tokens, run.usage.runs) == (Decimal(0), 0, 1)


def test_what_an_agent_leaves_in_its_home_makes_no_check_green(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    company.program(
        "riley",
        """
        profile = pathlib.Path(os.environ["HOME"], ".profile")
        profile.write_text(profile.read_text() + "exit 0\\n")
        commit("work.txt", "x")
        client.finish("done")
        """,
    )
    red = ("/bin/sh", "-lc", "gitcp --version && false")
    company.does(CreateTask(project="CI", title="Write it", assignee="riley", verify=(red,)))

    company.tick()

    [run] = company.runs()
    assert run.verification is not None
    assert (run.verification.passed, run.verification.exit_code) == (False, 1)
    assert run.verification.tail
    assert "gitcp" in run.verification.tail
