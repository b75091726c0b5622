"""A worker in its run: a real checkout, the real callback, records in memory."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gitcp.cli.worker import work
from gitcp.core.brief import brief
from gitcp.errors import CallbackError, GitcpError
from gitcp.model.members import WakeReason
from gitcp.model.runs import Declared, Run
from gitcp.model.tasks import Delivery, TaskStatus
from tests.api.company import NOW, RUN, Store, a_cause, a_comment, a_run, a_task, an_ended_run, the_company
from tests.api.served import Served, serving

SKILLS = {
    "rd-scan": """\
import argparse, os, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("--today")
parser.add_argument("text", nargs="*")
given = parser.parse_args()
pathlib.Path("radar.md").write_text(f"scanned {given.today}\\n")
print(f"Scan of {given.today}: 3 items.")
print("ask @hugo", *given.text)
print(sorted(name for name in os.environ if name.startswith("GITCP_")))
""",
    "idle": "print('nothing new')\n",
    "quiet": "open('quiet.txt', 'w').close()\n",
    "chatty": "[print('line', n) for n in range(100)]\n",
    "fails": "import sys\nprint('out')\nprint('``` err', file=sys.stderr)\nsys.exit(3)\n",
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an execution repository once."""
    folder = tmp_path_factory.mktemp("prepared") / "factory"
    for name, text in SKILLS.items():
        program = folder / "skills" / name / "run.py"
        program.parent.mkdir(parents=True)
        program.write_text(text)
    (folder / "check.py").write_text("import pathlib, sys\nsys.exit(not pathlib.Path('radar.md').exists())\n")
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "Begin")
    return folder


@dataclass
class Desk:
    """A worker's place: its checkout, the store, and what is served."""

    checkout: Path
    store: Store
    tmp: Path

    def work(self, run: str = RUN, **environment: str) -> int:
        with self.at(run) as (environ, _):
            return work(environ | environment, self.checkout)

    @contextmanager
    def at(self, run: str = RUN) -> Iterator[tuple[dict[str, str], Served]]:
        """Serve a run, and yield the environment that its program has."""
        with serving(self.store, self.tmp / "declarations.json", run=run) as served:
            record = self.store.records.get(Run, run)
            assert record is not None
            context = self.tmp / "context.json"
            context.write_text(json.dumps(brief(self.store.records, record).context))
            yield dict(os.environ) | served.environment | {"GITCP_WAKE_CONTEXT": str(context)}, served
            self.said = served.declarations.value

    def describe(self, text: str, **fields: Any) -> None:
        task = self.store.task("CI-0001")
        self.store.put(task.evolve(**({"description": text, "verify": ()} | fields)))

    @property
    def log(self) -> list[str]:
        return git(self.checkout, "log", "--format=%an <%ae> %s").split("\n")


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    checkout = tmp_path / "factory"
    shutil.copytree(prepared, checkout)
    return Desk(checkout, Store(the_company()), tmp_path)


def test_a_skill_is_run_committed_reported_and_the_task_finished(desk: Desk) -> None:
    desk.describe("Scan, please.\n\n/rd-scan 'two words'")

    assert desk.work() == 0

    head = git(desk.checkout, "rev-parse", "HEAD")
    (report,) = desk.store.said("CI-0001")
    assert (desk.checkout / "radar.md").read_text() == "scanned 2026-11-23\n"
    assert desk.log == [
        "Ada Author <ada@example.org> rd-scan: Scan of 2026-11-23: 3 items.",
        "Ada Author <ada@example.org> Begin",
    ]
    assert report.startswith(
        f"Ran `/rd-scan 'two words'`; commit {head[:10]} changes 1 file.\n\n```text\nScan of"
    )
    assert (desk.said.declared, desk.said.summary) == (
        Declared.FINISH,
        "rd-scan: Scan of 2026-11-23: 3 items.",
    )
    assert git(desk.checkout, "status", "--porcelain") == ""


def test_a_report_wakes_nobody_and_a_skill_never_learns_of_gitcp(desk: Desk) -> None:
    desk.describe("/rd-scan")
    desk.work()

    (comment,) = desk.store.records.comments("CI-0001")

    assert "ask hugo" in comment.body
    assert comment.mentions == ()
    assert comment.body.rstrip("\n`").endswith("[]")


def test_a_commit_bears_the_agents_name_where_the_environment_has_none(desk: Desk) -> None:
    desk.describe("/rd-scan")
    with desk.at() as (environ, _):
        for role in ("AUTHOR", "COMMITTER"):
            for part in ("NAME", "EMAIL"):
                del environ[f"GIT_{role}_{part}"]
        assert work(environ, desk.checkout) == 0

    assert desk.log[0].startswith("Riley <riley@agents.invalid> rd-scan:")


def test_the_cost_is_the_same_for_the_same_work(prepared: Path, tmp_path: Path) -> None:
    costs = []
    for place in ("one", "two"):
        shutil.copytree(prepared, tmp_path / place / "factory")
        desk = Desk(tmp_path / place / "factory", Store(the_company()), tmp_path / place)
        desk.describe("/rd-scan")
        desk.work()
        costs.append((desk.said.costs.usd, desk.said.costs.tokens))

    assert costs[0] == costs[1]
    assert 0 < costs[0][0] < 1
    assert desk.said.costs.models == ("gitcp-worker",)


def test_a_skill_that_changes_nothing_makes_no_commit(desk: Desk) -> None:
    desk.describe("/idle")

    assert desk.work() == 0
    assert len(desk.log) == 1
    assert desk.store.said("CI-0001") == ["Ran `/idle`; nothing changed.\n\n```text\nnothing new\n```"]


def test_a_skill_that_says_nothing_is_committed_all_the_same(desk: Desk) -> None:
    desk.describe("/quiet")

    assert desk.work() == 0
    assert desk.log[0].endswith("quiet: ran")


def test_a_long_output_is_cut_in_the_report(desk: Desk) -> None:
    desk.describe("/chatty")
    desk.work()

    (report,) = desk.store.said("CI-0001")

    assert "(71 lines left out)\nline 71\n" in report
    assert report.count("\n") < 40


def test_a_skill_that_fails_is_told_and_fails_the_run(desk: Desk) -> None:
    desk.describe("/fails")

    assert desk.work() == 1
    assert desk.store.said("CI-0001") == ["`/fails` ended with 3.\n\n````text\nout\n``` err\n````"]
    assert desk.said.declared is Declared.NOTHING
    assert desk.said.costs.usd > 0


def test_a_skill_that_does_not_exist_blocks_the_task(desk: Desk) -> None:
    desk.describe("/unheard-of")

    assert desk.work() == 0
    assert desk.said.declared is Declared.BLOCK
    assert desk.said.reason == "there is no skill unheard-of: skills/unheard-of/run.py does not exist"


def test_a_prompt_without_a_task_is_done_and_summed_up(desk: Desk) -> None:
    desk.store.put(
        a_run(task=None, prompt="/rd-scan\n/idle", answers=(a_cause(WakeReason.HEARTBEAT, "riley"),))
    )

    assert desk.work() == 0
    assert desk.said.summary == "rd-scan: Scan of 2026-11-23: 3 items.; idle: nothing new"
    assert [task.id for task in desk.store.records.tasks() if desk.store.said(task.id)] == []


def test_work_is_delegated_once_and_waited_for(desk: Desk) -> None:
    desk.describe("/rd-scan\ndelegate: nadia | Index the notes | /kb-curate agents", goal="trust")

    assert (desk.work(), desk.work()) == (0, 0)

    (child,) = desk.store.records.tasks(parent="CI-0001")
    assert (child.title, child.assignee, child.description) == (
        "Index the notes",
        "nadia",
        "/kb-curate agents",
    )
    assert (child.priority, child.goal, child.created_by) == ("high", "trust", "riley")
    assert (desk.said.declared, desk.said.summary) == (
        Declared.CONTINUE,
        f"waits for its children: {child.id}",
    )
    assert len(desk.log) == 1


def test_when_the_children_are_closed_the_own_skill_is_run(desk: Desk) -> None:
    desk.describe("/rd-scan\ndelegate: nadia | Index the notes | /kb-curate")
    desk.work()
    (child,) = desk.store.records.tasks(parent="CI-0001")
    desk.store.put(child.evolve(status=TaskStatus.DONE, closed=NOW))

    assert desk.work() == 0
    assert desk.said.declared is Declared.FINISH
    assert len(desk.log) == 2


@pytest.mark.parametrize("member", ["clara", "nobody"])
def test_what_may_not_be_delegated_blocks_the_task(desk: Desk, member: str) -> None:
    desk.describe(f"delegate: {member} | Index the notes | /kb-curate\ndelegate: nadia | More")

    assert desk.work() == 0
    assert desk.said.declared is Declared.BLOCK
    assert (desk.said.reason or "").startswith(
        f"cannot delegate 'Index the notes' to {member}: agent riley may"
    )
    assert desk.store.records.tasks(parent="CI-0001") == []


@pytest.mark.parametrize("text", ["delegate: nadia | " + "x" * 400, "blocked: " + "x" * 4000])
def test_an_order_that_is_too_long_blocks_the_task_as_well(desk: Desk, text: str) -> None:
    desk.describe(text)

    assert desk.work() == 0
    assert desk.said.declared is Declared.BLOCK


def test_a_block_names_who_must_act(desk: Desk) -> None:
    desk.describe("/rd-scan\nblocked: @alex must give us the key")

    assert desk.work() == 0
    assert (desk.said.declared, desk.said.waits_for) == (Declared.BLOCK, "alex")
    assert len(desk.log) == 2


def test_a_block_that_names_nobody_known_waits_for_the_manager(desk: Desk) -> None:
    desk.describe("blocked: @ghost must act")

    assert desk.work() == 0
    assert (desk.said.reason, desk.said.waits_for) == ("@ghost must act", None)


def test_after_somebody_acted_a_blocked_task_goes_on(desk: Desk) -> None:
    desk.describe("/idle\nblocked: @alex must look")
    desk.store.put(an_ended_run("riley", NOW - timedelta(hours=1), declared=Declared.BLOCK))

    assert desk.work() == 0
    assert desk.said.declared is Declared.FINISH


def review_by_riley(desk: Desk, *commands: tuple[str, ...]) -> str:
    """Let hugo deliver a commit for CI-0003 that riley is to review; return it."""
    (desk.checkout / "radar.md").write_text("by hand\n")
    git(desk.checkout, "add", "--all")
    git(desk.checkout, "commit", "--quiet", "-m", "Write the radar")
    commit = git(desk.checkout, "rev-parse", "HEAD")
    delivery = Delivery(commit=commit, branch="hugo/CI-0003", run=RUN)
    task = desk.store.task("CI-0003").evolve(delivery=delivery, verify=commands, description="/fails")
    desk.store.put(task, a_run(task="CI-0003", answers=(a_cause(WakeReason.REVIEW, "CI-0003"),)))
    return commit


def test_a_review_runs_the_checks_and_approves_what_passes(desk: Desk) -> None:
    commit = review_by_riley(desk, ("python3", "check.py"), ("git", "log", "-1"))

    assert desk.work() == 0

    (said,) = desk.store.said("CI-0003")
    assert desk.store.task("CI-0003").status is TaskStatus.DONE
    assert said.startswith(f"Good. Looked at commit {commit[:10]}.\n\n- `python3 check.py` ended with 0\n")
    assert "Write the radar" in said
    assert "radar.md" in said
    assert desk.said.declared is Declared.FINISH


def test_a_review_looks_at_the_commit_that_was_delivered(desk: Desk) -> None:
    commit = review_by_riley(desk, ("python3", "check.py"))
    git(desk.checkout, "checkout", "--quiet", "--detach", "HEAD~1")

    assert desk.work() == 0
    assert desk.store.task("CI-0003").status is TaskStatus.DONE
    assert git(desk.checkout, "rev-parse", "HEAD") == commit


def test_a_review_asks_for_changes_when_a_check_is_red(desk: Desk) -> None:
    review_by_riley(
        desk, ("python3", "-c", "import sys; print('too old'); sys.exit(2)"), ("no-such-program",)
    )

    assert desk.work() == 0

    (said,) = desk.store.said("CI-0003")
    assert desk.store.task("CI-0003").status is TaskStatus.TODO
    assert said.startswith("Not yet.")
    assert "ended with 2" in said
    assert "too old" in said
    assert "`no-such-program` ended with 127" in said


def test_a_review_of_nothing_but_words_is_one_too(desk: Desk) -> None:
    desk.store.put(a_run(task="CI-0003", answers=(a_cause(WakeReason.REVIEW, "CI-0003"),)))

    assert desk.work() == 0
    assert desk.store.said("CI-0003") == [
        "Good. Nothing was delivered as a commit.\n\n- the task declares no checks"
    ]


def test_a_delivered_commit_that_is_not_here_fails_the_run(desk: Desk) -> None:
    review_by_riley(desk)
    task = desk.store.task("CI-0003")
    desk.store.put(task.evolve(delivery=Delivery(commit="0" * 40, branch="b", run=RUN)))

    with pytest.raises(GitcpError, match="git checkout ended with"):
        desk.work()


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, "CI-0002 is todo, with hugo."),
        (
            {"assignee": None, "blocked_by": ("CI-0001",)},
            "CI-0002 is todo, with nobody and waits for CI-0001.",
        ),
        ({"status": "in_review", "review": ("clara",)}, "CI-0002 is in_review, with hugo; clara reviews it."),
    ],
)
def test_a_mention_is_answered_with_where_the_task_stands(
    desk: Desk, fields: dict[str, Any], standing: str
) -> None:
    asked = a_comment("CI-0002", "oscar", NOW, "\n@riley, is `it` done? @hugo too\nMore")
    cause = a_cause(WakeReason.MENTION, asked.id)
    task = desk.store.task("CI-0002").evolve(**fields)
    desk.store.put(task, asked, a_run(task=None, answers=(cause,)))

    assert desk.work() == 0

    answer = desk.store.records.comments("CI-0002")[-1]
    assert answer.body == f"> ``riley, is `it` done? hugo too``\n\n{standing}"
    assert answer.mentions == ()
    assert desk.said.summary == "answered 1"


def test_the_mention_of_a_task_that_is_gone_cannot_be_answered(desk: Desk) -> None:
    asked = a_comment("CI-0404", "oscar", NOW, "@riley?")
    desk.store.put(asked, a_run(task=None, answers=(a_cause(WakeReason.MENTION, asked.id),)))

    with pytest.raises(GitcpError, match="task CI-0404 does not exist"):
        desk.work()


def test_in_a_folder_that_is_no_checkout_nothing_is_committed(desk: Desk) -> None:
    shutil.rmtree(desk.checkout / ".git")
    desk.describe("/rd-scan")

    assert desk.work() == 0
    assert "; nothing changed." in desk.store.said("CI-0001")[0]


def test_a_worker_whose_run_is_over_says_so(desk: Desk) -> None:
    desk.describe("/rd-scan")
    with desk.at() as (environ, served):
        served.server.close()
        with pytest.raises(GitcpError, match="is over"):
            work(environ, desk.checkout)


def test_a_worker_whose_runner_is_gone_says_so(desk: Desk) -> None:
    desk.describe("/rd-scan")
    with desk.at() as (environ, served):
        served.server.stop()
        with pytest.raises(CallbackError, match="does not answer"):
            work(environ, desk.checkout)


def test_outside_of_a_run_a_worker_does_nothing(tmp_path: Path) -> None:
    with pytest.raises(GitcpError, match="this is not a run") as caught:
        work({}, tmp_path)

    assert "gitcp worker" in (caught.value.hint or "")


def test_the_command_says_so_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gitcp", "worker"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "this is not a run" in done.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2}'])
def test_a_wake_that_cannot_be_read_is_told(desk: Desk, text: str) -> None:
    with desk.at() as (environ, _):
        Path(environ["GITCP_WAKE_CONTEXT"]).write_text(text)
        with pytest.raises(GitcpError, match="expected the context of a wake"):
            work(environ, desk.checkout)


def test_the_factorys_own_skills_run(desk: Desk, project_root: Path) -> None:
    source = project_root / "templates" / "companies" / "talent-factory" / "factory"
    shutil.rmtree(desk.checkout)
    shutil.copytree(source, desk.checkout, ignore=shutil.ignore_patterns("__pycache__"))
    git(desk.checkout, "init", "--quiet", "--template=", "--initial-branch=main")
    git(desk.checkout, "add", "--all")
    git(desk.checkout, "commit", "--quiet", "-m", "Begin")
    desk.describe("/rd-scan")

    assert desk.work() == 0
    assert desk.log[0].startswith("Ada Author <ada@example.org> rd-scan: Scan of 2026-11-23")
    assert desk.said.declared is Declared.FINISH


def test_the_worker_is_light_to_start() -> None:
    script = "import sys, json, gitcp.cli.worker.steps; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert not {"pydantic", "jinja2", "croniter", "git", "pygit2", "yaml"} & set(json.loads(found.stdout))


def test_a_worker_without_work_says_that_there_is_none(desk: Desk) -> None:
    desk.store.put(a_task("CI-0001", assignee="hugo"))

    assert desk.work() == 0
    assert desk.said.summary == "nothing to do"
