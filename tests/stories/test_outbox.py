"""Runs where nothing may be pushed: claimed with the credential, done without, settled with it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gitcp.control.outbox.executing import execute_aside
from gitcp.control.outbox.settling import Settled, Standing, settle
from gitcp.control.plane import Plane
from gitcp.control.tick import Terms, tick
from gitcp.core.operations.cancel_run import CancelRun
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditProject
from gitcp.core.operations.edit_task import EditTask
from gitcp.errors import ConflictError, FormatVersionError, GitcpError, RecordError
from gitcp.model.actors import as_person
from gitcp.model.members import Person
from gitcp.model.operation import Operation
from gitcp.model.runs import Outcome, Run, Settlement
from gitcp.model.tasks import Task, TaskStatus
from gitcp.runtimes.base import StopCause
from tests.stories.company import Company, a_company, git
from tests.test_documents import titled

WORKS = """
made = client.apply("task.create", {"project": "CI", "title": "Look again", "assignee": "riley", "backlog": True})
client.apply("comment.create", {"task": context["task"]["id"], "body": "Next is " + made["task"] + "."})
client.apply("comment.create", {"task": made["task"], "body": "Soon."})
mark(client.task(made["task"])["comments"][0]["body"])
client.cost("c1", usd=0.25, tokens=100)
commit("work.txt", str(time.time_ns()))
print("said aloud")
client.finish("wrote it, see " + made["task"])
"""
REFUSES = "#!/bin/sh\ntest ! -e refusing || { echo nobody may push here; exit 1; }\n"


@dataclass
class Place:
    """A company on a server, and three machines that each have a clone."""

    company: Company
    server: Path
    claiming: Path
    running: Path
    settling: Path

    @property
    def outbox(self) -> Path:
        return self.company.folder / "outbox"

    def claim(self) -> Run:
        with self.company.plane(self.claiming) as plane:
            [run] = tick(plane, terms=Terms(starts=False)).claimed
        return run

    def execute(self, run: Run, outbox: Path | None = None) -> Any:
        """Run it where every push is refused."""
        marks = [self.server / "refusing", self.company.work / ".git" / "refusing"]
        for mark in marks:
            mark.touch()
        try:
            with self.company.plane(self.running) as plane:
                return execute_aside(plane, run.id, outbox or self.outbox)
        finally:
            for mark in marks:
                mark.unlink()

    def settle(self, run: Run, outbox: Path | None = None) -> Settled:
        with self.company.plane(self.settling) as plane:
            return settle(plane, run.id, outbox or self.outbox)

    def does(self, operation: Operation) -> None:
        with self.company.plane(self.claiming) as plane:
            alex = plane.snapshot().get(Person, "alex")
            assert alex is not None
            plane.apply(operation, as_person(alex, "alex@example.com"))

    def task(self, name: str) -> Task:
        with self.company.plane(self.claiming) as plane:
            plane.store.fetch()
            found = plane.snapshot().get(Task, name)
        assert found is not None
        return found

    def comments(self, task: str) -> list[str]:
        with self.company.plane(self.claiming) as plane:
            plane.store.fetch()
            return [comment.body for comment in plane.snapshot().comments(task)]

    def subjects(self) -> list[str]:
        return git(self.server, "log", "--format=%s", "main").splitlines()

    def result(self) -> Any:
        return json.loads((self.outbox / "result.json").read_text())

    def write_result(self, result: Any) -> None:
        (self.outbox / "result.json").write_text(json.dumps(result))


def a_clone(company: Company, server: Path, name: str) -> Path:
    clone = company.folder / name
    git(company.folder, "clone", "-q", str(server), str(clone))
    git(clone, "config", "gitcp.state", str(company.folder / f"state-{name}"))
    return clone


def a_place(folder: Path, works: str = WORKS, sandbox: str = "auto") -> Place:
    company = a_company(folder, sandbox=sandbox)
    company.program("riley", works)
    server = folder / "server.git"
    git(folder, "clone", "-q", "--bare", str(company.control), str(server))
    for hooks in (server / "hooks", company.work / ".git" / "hooks"):
        hooks.mkdir(exist_ok=True)
        (hooks / "pre-receive").write_text(REFUSES)
        (hooks / "pre-receive").chmod(0o755)
    clones = [a_clone(company, server, name) for name in ("claiming", "running", "settling")]
    place = Place(company, server, *clones)
    place.does(
        CreateTask(project="CI", title="Write it", assignee="riley", verify=(("test", "-f", "work.txt"),))
    )
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path)


def test_a_day_without_a_credential_ends_as_one_with_it(place: Place) -> None:
    run = place.claim()
    before = git(place.server, "for-each-ref")
    place.execute(run)
    assert git(place.server, "for-each-ref") == before
    assert git(place.company.work, "branch", "--list", "riley/*") == ""

    settled = place.settle(run)

    task, ended = place.task("CI-0001"), settled.run
    assert (settled.standing, ended.outcome, task.status) == (
        Standing.SETTLED,
        Outcome.SUCCEEDED,
        TaskStatus.DONE,
    )
    assert ended.usage is not None
    assert (str(ended.usage.usd), ended.settled_by) == ("0.25", Settlement.REPORTED)
    assert ended.verification is not None
    assert ended.verification.passed
    assert task.delivery is not None
    assert git(place.company.work, "rev-parse", "riley/CI-0001") == task.delivery.commit == ended.commits[-1]
    assert place.subjects()[:5] == [
        f"finish run {run.id} of CI-0001: succeeded, CI-0001 is done",
        *place.subjects()[1:4],
        f"claim run {run.id} for CI-0001",
    ]


def told(plane: Plane) -> dict[str, Any]:
    """Return what a day has left, but for times and for what the way of it decides."""
    snapshot, [run] = plane.snapshot(), plane.snapshot().runs()
    said = {task.id: [comment.body for comment in snapshot.comments(task.id)] for task in snapshot.tasks()}
    kept = run.outcome, run.declared, run.settled_by, run.branch, run.summary, run.progress, run.answers
    usage, checked = run.usage, run.verification
    return {
        "tasks": [
            (t.id, t.title, t.status, t.assignee, t.created_by, t.given, t.attempts) for t in snapshot.tasks()
        ],
        "comments": said,
        "run": kept,
        "usage": (usage and usage.usd, usage and usage.tokens, checked and checked.passed, len(run.commits)),
    }


def test_the_same_day_leaves_the_same_either_way(tmp_path: Path) -> None:
    aside = a_place(tmp_path / "aside")
    run = aside.claim()
    aside.execute(run)
    aside.settle(run)
    usual = a_place(tmp_path / "usual")
    usual.company.tick(usual.claiming)

    with aside.company.plane(aside.settling) as one, usual.company.plane(usual.claiming) as other:
        assert told(one) == told(other)
    files = [git(p.company.work, "ls-tree", "-r", "--name-only", "riley/CI-0001") for p in (aside, usual)]
    assert files == ["README.md\nwork.txt"] * 2


def test_ids_that_were_lent_become_real_wherever_the_agent_wrote_them(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    place.does(CreateTask(project="CI", title="Of a person in between", assignee="alex"))

    settled = place.settle(run)

    assert place.company.marked("riley")[1:] == ["Soon."]
    assert settled.ids == {"CI-900000001": "CI-0003"}
    assert place.task("CI-0003").title == "Look again"
    assert place.comments("CI-0001") == ["Next is CI-0003."]
    assert place.comments("CI-0003") == ["Soon."]
    assert settled.run.summary == "wrote it, see CI-0003"
    ref = f"refs/gitcp/logs/2026-11-16/{run.id}"
    assert settled.transcript == ref
    assert git(place.settling, "show", f"{ref}:agent.log") == "said aloud"
    told = json.loads(git(place.settling, "show", f"{ref}:settlement.json"))
    assert told["ids"] == settled.ids
    assert [write["subject"] for write in told["writes"]] == place.subjects()[3:0:-1]


def test_settling_twice_is_as_once(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    first = place.settle(run)
    before = git(place.server, "for-each-ref") + git(place.company.work, "for-each-ref")

    again = place.settle(run)

    assert (first.standing, again.standing) == (Standing.SETTLED, Standing.AGAIN)
    assert git(place.server, "for-each-ref") + git(place.company.work, "for-each-ref") == before


@pytest.mark.parametrize("step", ["delivered", "settled_by"])
def test_a_settlement_that_died_in_the_middle_goes_on_from_there(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    run = place.claim()
    place.execute(run)
    with monkeypatch.context() as patch:
        patch.setattr(f"gitcp.control.outbox.settling.{step}", died)
        with pytest.raises(KeyboardInterrupt):
            place.settle(run)

    settled = place.settle(run)

    assert settled.standing is Standing.SETTLED
    assert settled.refused == ()
    assert settled.ids == {"CI-900000001": "CI-0002"}
    assert len(settled.run.commits) == 1
    assert place.comments("CI-0001") == ["Next is CI-0002."]
    assert sum(subject.startswith("create task CI-0002") for subject in place.subjects()) == 1


def died(*_: object) -> None:
    raise KeyboardInterrupt


def test_of_two_outboxes_of_one_run_the_first_that_is_settled_counts(place: Place, tmp_path: Path) -> None:
    run = place.claim()
    place.execute(run)
    place.company.passes(minutes=1)
    place.execute(run, tmp_path / "second")
    first = place.settle(run)

    late = place.settle(run, tmp_path / "second")

    assert late.standing is Standing.LATE
    assert late.run.late is not None
    assert (late.run.commits, late.run.rescue) == (first.run.commits, f"refs/gitcp/rescue/{run.id}")
    assert [told.why for told in late.refused] == ["too late: the run had ended, succeeded"] * 3
    assert place.comments("CI-0001") == ["Next is CI-0002."]


def test_what_comes_after_its_run_was_reaped_is_evidence_and_may_raise_the_cost(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    result = place.result()
    result["worked"]["ending"]["usage"] = {"usd": "3.5"}
    place.write_result(result)
    place.company.passes(hours=1)
    place.company.tick(place.claiming, wait=False)

    late = place.settle(run)

    assert (late.standing, late.run.outcome) == (Standing.LATE, Outcome.ABANDONED)
    assert late.run.usage is not None
    assert late.run.usage.usd == Decimal("3.5")
    assert late.run.late is not None
    assert late.run.late.outcome is Outcome.SUCCEEDED
    assert "too late" in (late.run.late.summary or "")
    assert place.task("CI-0001").status is not TaskStatus.DONE
    assert place.comments("CI-0001") != ["Next is CI-0002."]
    assert git(place.company.work, "branch", "--list", "riley/*") == ""


def test_a_run_that_a_person_cancelled_meanwhile_changes_nothing_and_keeps_its_work(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    place.does(CancelRun(run=run.id, reason="wrong branch"))

    settled = place.settle(run)

    assert settled.run.outcome is Outcome.CANCELLED
    assert [told.why for told in settled.refused] == ["too late: alex had cancelled the run"] * 3
    assert place.task("CI-0001").status is TaskStatus.BLOCKED
    assert (settled.run.commits, settled.run.rescue) == ((), f"refs/gitcp/rescue/{run.id}")
    assert git(place.company.work, "branch", "--list", "riley/*") == ""


def test_checks_count_only_while_they_are_the_tasks_own(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    place.does(EditTask(task="CI-0001", fields={"verify": [["test", "-f", "other.txt"]]}))

    settled = place.settle(run)

    assert settled.run.verification is None
    assert place.task("CI-0001").status is TaskStatus.IN_PROGRESS


def test_a_project_that_delivers_nothing_has_its_checks_run_on_what_was_there(place: Place) -> None:
    place.does(EditProject(id="CI", fields={"integrate": "none"}))
    place.does(EditTask(task="CI-0001", fields={"verify": [["test", "-f", "README.md"]]}))
    run = place.claim()
    place.execute(run)

    settled = place.settle(run)

    assert (settled.run.commits, settled.run.rescue) == ((), f"refs/gitcp/rescue/{run.id}")
    assert place.task("CI-0001").status is TaskStatus.DONE
    assert git(place.company.work, "branch", "--list", "riley/*") == ""


def test_a_task_that_became_somebody_elses_gets_nothing_delivered(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    place.does(EditTask(task="CI-0001", fields={"assignee": "alex"}))

    settled = place.settle(run)

    assert "assigned to alex" in (settled.run.undelivered or "")
    assert git(place.company.work, "branch", "--list", "riley/*") == ""


def test_an_outbox_is_begun_once(place: Place) -> None:
    run = place.claim()
    place.execute(run)

    with pytest.raises(ConflictError, match="holds an outbox already"):
        place.execute(run)


def test_what_has_ended_is_not_begun_again_elsewhere(place: Place, tmp_path: Path) -> None:
    run = place.claim()
    place.execute(run)
    place.settle(run)

    with pytest.raises(ConflictError, match="has ended"):
        place.execute(run, tmp_path / "second")


def test_an_outbox_lies_apart_from_where_agents_work(place: Place, tmp_path: Path) -> None:
    run = place.claim()

    with pytest.raises(GitcpError, match="apart"):
        place.execute(run, tmp_path / "state-running" / "runs" / run.id / "outbox")


def test_a_runner_that_died_settles_at_its_reservation_with_what_it_had_accepted(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    (place.outbox / "result.json").unlink()
    with (place.outbox / "intents.jsonl").open("ab") as intents:
        intents.write(b'{"request": "torn')

    settled = place.settle(run)

    assert settled.run.outcome is Outcome.ABANDONED
    assert settled.run.settled_by is Settlement.RESERVED
    assert settled.run.usage is not None
    assert settled.run.usage.usd == run.reserved.usd
    assert place.comments("CI-0001")[0] == "Next is CI-0002."


def test_a_claim_for_elsewhere_is_started_by_no_later_tick_of_the_same_machine(place: Place) -> None:
    run = place.claim()

    ticked = place.company.tick(place.claiming, wait=False)

    assert (ticked.started, ticked.claimed) == ((), ())
    with place.company.plane(place.claiming) as plane:
        assert [found.executor for found in plane.snapshot().runs()] == ["elsewhere"]
        assert [found.id for found in plane.snapshot().runs(active=True)] == [run.id]


# -- what a hostile outbox holds


def forged(place: Place, **intent: Any) -> None:
    with (place.outbox / "intents.jsonl").open("a") as intents:
        intents.write(
            json.dumps({"request": "0" * 16, "at": "2026-11-16T08:00:30Z", "fields": {}} | intent) + "\n"
        )


FORGED: list[tuple[str, dict[str, Any], str]] = [
    ("run.finish", {"run": "20261116T080000Z-riley", "outcome": "succeeded"}, "agents may not"),
    ("budget.edit", {"budget": "company"}, "agents may not"),
    ("task.assign", {"task": "CI-0001", "assignee": "riley"}, "may not"),
    ("task.edit", {"task": "CI-0001", "fields": {"verify": []}}, "may not"),
    ("comment.create", {"task": "CI-0001", "body": "x", "author": "alex"}, "do not fit"),
    ("comment.create", {"task": "../../org/alex", "body": "x"}, "do not fit"),
    ("comment.create", {"task": "CI-0001", "body": "see CI-900000777"}, "was not created"),
]


def test_forged_writes_are_decided_on_as_any_other(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    for number, (operation, fields, _) in enumerate(FORGED):
        forged(place, request=f"{number:016x}", operation=operation, fields=fields)
    forged(place, request="0" * 16, operation="comment.create", fields={"task": "CI-0001", "body": "again"})

    settled = place.settle(run)

    *refused, again = settled.refused
    for told, (operation, _, why) in zip(refused, FORGED, strict=True):
        assert told.operation == operation
        assert why in (told.why or "")
        assert f"- {operation}: " in (settled.run.summary or "")
    assert again.why == "its request is that of an earlier one"
    assert place.comments("CI-0001") == ["Next is CI-0002."]
    assert place.task("CI-0001").status is TaskStatus.DONE


DAMAGED: list[tuple[str, str, type[GitcpError]]] = [
    ("outbox.json", '{"format": 2}', FormatVersionError),
    ("outbox.json", "[" * 60_000, RecordError),
    ("outbox.json", "{}", GitcpError),
    ("result.json", '{"format": 1}', RecordError),
    ("result.json", "\x00", RecordError),
    ("intents.jsonl", "no json\n", RecordError),
    ("intents.jsonl", "{}\n" * 501, RecordError),
    ("intents.jsonl", "x" * (16 * 1024 * 1024 + 1), GitcpError),
]
IMPOSSIBLE: list[tuple[tuple[str, ...], Any, str]] = [
    (("ending", "usage"), {"usd": "-5"}, "usage"),
    (("ending", "usage"), {"tokens": -1}, "usage"),
    (("ending", "usage"), {"usd": "NaN"}, "usage"),
    (("ending", "usage"), {"usd": "1e30"}, "usage"),
    (("started_at",), "2026-11-16T08:00:00", "zone"),
]


def test_a_damaged_outbox_is_told_and_changes_nothing(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    (place.outbox / "intents.jsonl").rename(place.outbox / "kept")
    before = place.subjects()

    for name, content, kind in DAMAGED:
        path = place.outbox / name
        sound = path.read_text() if path.exists() else ""
        path.write_text(content)
        with pytest.raises(kind):
            place.settle(run)
        path.write_text(sound)
    for (*way, last), value, told in IMPOSSIBLE:
        result = place.result()
        part = result["worked"]
        for name in way:
            part = part[name]
        part[last] = value
        sound = (place.outbox / "result.json").read_text()
        place.write_result(result)
        with pytest.raises(RecordError, match=told):
            place.settle(run)
        (place.outbox / "result.json").write_text(sound)

    assert place.subjects() == before
    (place.outbox / "kept").rename(place.outbox / "intents.jsonl")
    assert place.settle(run).standing is Standing.SETTLED


def test_links_in_an_outbox_are_not_followed(place: Place, tmp_path: Path) -> None:
    run = place.claim()
    place.execute(run)
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    shutil.rmtree(place.outbox / "transcript")
    (place.outbox / "transcript").mkdir()
    (place.outbox / "transcript" / "agent.log").symlink_to(secret)
    (place.outbox / "work.bundle").unlink()
    (place.outbox / "work.bundle").symlink_to(secret)

    with pytest.raises(GitcpError, match="plain file"):
        place.settle(run)

    (place.outbox / "work.bundle").unlink()
    ref = place.settle(run).transcript
    assert ref is not None
    assert git(place.settling, "ls-tree", "--name-only", ref) == "settlement.json"


def test_the_outbox_of_another_run_is_refused(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    opening = json.loads((place.outbox / "outbox.json").read_text())
    (place.outbox / "outbox.json").write_text(json.dumps(opening | {"run": "20261116T080000Z-other"}))

    with pytest.raises(RecordError, match="expected 20261116T080000Z-riley"):
        place.settle(run)


def test_a_run_that_says_nothing_of_its_cost_settles_at_its_reservation(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    result = place.result()
    result["worked"] |= {"said": None, "started": False}
    place.write_result(result)

    settled = place.settle(run)

    assert (settled.run.settled_by, settled.run.usage and settled.run.usage.usd) == (
        Settlement.RESERVED,
        run.reserved.usd,
    )


def test_a_run_took_no_longer_than_since_its_claim(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    result = place.result()
    result["worked"] |= {"started_at": "1999-01-01T00:00:00Z", "ended_at": "2099-01-01T00:00:00Z"}
    place.write_result(result)

    settled = place.settle(run)

    assert settled.run.usage is not None
    assert settled.run.usage.minutes < 5


def test_a_bundle_with_something_else_in_it_delivers_nothing(place: Place) -> None:
    run = place.claim()
    place.execute(run)
    (place.outbox / "work.bundle").write_bytes(b"# v2 git bundle\n\nPACK")

    settled = place.settle(run)

    assert "expected a bundle" in (settled.run.undelivered or "")
    assert place.task("CI-0001").status is TaskStatus.IN_PROGRESS


def test_a_wish_to_cancel_reaches_a_run_that_holds_no_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = a_place(tmp_path, sandbox="process-group")
    place.company.program("riley", CANCELS.format(claiming=str(place.claiming)))
    monkeypatch.setattr("gitcp.control.outbox.executing._LOOK_SECONDS", 0.2)
    run = place.claim()

    with place.company.plane(place.running) as plane:
        worked = execute_aside(plane, run.id, place.outbox)

    assert worked.ending.stopped is StopCause.CANCEL
    assert place.settle(run).run.outcome is Outcome.CANCELLED


CANCELS = """
from gitcp.control.clock import Clock
from gitcp.control.plane import Plane
from gitcp.core.operations.cancel_run import CancelRun
from gitcp.model.actors import as_person
from gitcp.model.members import Person
with Plane.open(pathlib.Path({claiming!r}), Clock()) as plane:
    alex = as_person(plane.snapshot().get(Person, "alex"), "alex@example.com")
    plane.apply(CancelRun(run=os.environ["GITCP_RUN_ID"], reason="stop"), alex)
time.sleep(60)
"""


def test_the_commands_of_the_page_do_what_it_says(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, run, settle_it = (block.text for block in titled("sh") if block.page == "docs/outbox.md")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gitcp").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gitcp "$@"\n')
    (programs / "gitcp").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CONTROL", f"file://{place.server}")

    def step(name: str, text: str, *brought: Path) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file in brought:
            shutil.copy(file, folder)
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state-{name}"))
        subprocess.run(["sh", "-e", "-c", text], cwd=folder, check=True, capture_output=True)
        return folder

    [name] = (step("first", claim) / "runs").read_text().split()
    monkeypatch.setenv("RUN", name)
    (place.server / "refusing").touch()
    step("job", run)
    (place.server / "refusing").unlink()
    step("last", settle_it, tmp_path / "job" / "outbox.tar")

    assert place.task("CI-0001").status is TaskStatus.DONE
