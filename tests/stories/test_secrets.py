"""Secrets: had by the runs that name them, and by nobody who reads what the runs leave."""

from pathlib import Path

import pytest

from gitcp.control.outbox.executing import execute_aside
from gitcp.control.tick import Terms, tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.model.runs import FailureClass, Outcome
from gitcp.model.tasks import TaskStatus
from tests.stories.company import Company, a_company, commit_all, git

VALUE = "hunter2-of-the-company"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setenv("MODEL_KEY", VALUE)
    company = a_company(tmp_path)
    record = company.control / "org" / "riley.yaml"
    record.write_text(
        record.read_text().replace("sandbox: auto", "sandbox: auto\n  secrets: {KEY: env:MODEL_KEY}")
    )
    commit_all(company.control, "give riley a secret")
    return company


def worked(company: Company, program: str) -> None:
    company.program("riley", program)
    company.does(CreateTask(project="CI", title="Write it", assignee="riley", verify=(("cat", "told.txt"),)))
    company.tick()


def test_a_secret_is_in_no_record_and_in_no_transcript(company: Company) -> None:
    worked(
        company,
        """
        key = os.environ["KEY"]
        print("the key is", key, flush=True)
        client.apply("comment.create", {"task": context["task"]["id"], "body": f"I use {key}"})
        pathlib.Path("told.txt").write_text("half: " + key[:10] + "\\n")
        subprocess.run("git add told.txt && git commit -qm told", shell=True, check=True)
        client.finish(f"done with {key}")
        """,
    )

    [run] = company.runs()
    transcripts = "".join(path.read_text() for path in (company.folder / "state" / "runs").rglob("*.log"))
    assert run.outcome is Outcome.SUCCEEDED, transcripts
    assert run.summary == "done with [secret KEY]"
    assert "the key is [secret KEY]" in transcripts
    assert VALUE not in transcripts
    history = git(company.control, "log", "-p", "--all")
    assert "I use [secret KEY]" in history
    assert VALUE not in history


@pytest.mark.parametrize(
    ("program", "place"),
    [
        ('commit("config.txt", os.environ["KEY"])', "in config.txt"),
        ('commit("key.bin", b"\\0".decode() + os.environ["KEY"])', "in key.bin"),
        (
            'subprocess.run(["git", "commit", "--allow-empty", "-qm", "with " + os.environ["KEY"]], check=True)',
            "in its message",
        ),
        (
            'commit("config.txt", os.environ["KEY"])\nsubprocess.run(["git", "revert", "--no-edit", "HEAD"], check=True)',
            "in config.txt",
        ),
    ],
)
def test_a_commit_with_a_secret_is_not_pushed_and_its_task_comes_back(
    company: Company, program: str, place: str
) -> None:
    worked(company, f'{program}\nclient.finish("done")\n')

    [run], task = company.runs(), company.task("CI-0001")
    assert run.undelivered is not None
    assert f"holds the secret KEY {place}, so that nothing was pushed" in run.undelivered
    assert run.rescue is not None
    assert task.status is not TaskStatus.DONE
    assert git(company.work, "branch", "--list", "riley/*") == ""


def test_a_secret_that_was_in_the_repository_before_holds_nobody_up(company: Company) -> None:
    (company.work / "old.txt").write_text(f"{VALUE}\n")
    commit_all(company.work, "keep a secret badly")

    worked(company, 'commit("old.txt", os.environ["KEY"] + "\\nmore\\n")\nclient.finish("done")\n')

    [run] = company.runs()
    assert (run.undelivered, run.branch) == (None, "riley/CI-0001")


def test_a_missing_secret_starts_nothing_and_is_named(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MODEL_KEY")

    worked(company, 'mark("ran")\n')

    [run] = company.runs()
    assert (run.outcome, run.failure) == (Outcome.FAILED, FailureClass.PLATFORM)
    assert "secret env:MODEL_KEY: is not set, or is empty" in str(run.reason)
    assert run.isolation is None
    assert company.marked("riley") == []


@pytest.mark.parametrize(
    "program",
    [
        'pathlib.Path(".env").write_text("KEY=" + os.environ["KEY"])',
        'subprocess.run("git checkout -qb aside && echo $KEY > key.txt && git add . && git commit -qm aside && git checkout -q -", shell=True, check=True)',
    ],
)
def test_what_is_rescued_with_a_secret_leaves_the_machine_in_no_outbox(
    company: Company, tmp_path: Path, program: str
) -> None:
    company.program("riley", f'{program}\ncommit("work.txt", "done")\nclient.finish("done")\n')
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    outbox = tmp_path / "outbox"

    with company.plane() as plane:
        [run] = tick(plane, terms=Terms(starts=False)).claimed
        worked = execute_aside(plane, run.id, outbox)

    assert worked.delivery.undelivered is not None
    assert "holds the secret KEY in " in worked.delivery.undelivered
    assert worked.delivery.rescue is not None
    assert not (outbox / "work.bundle").exists()
    assert VALUE not in "".join(
        path.read_text(errors="replace") for path in outbox.rglob("*") if path.is_file()
    )
