"""Commands inside a run: they talk to its callback and look like those outside."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.model.guards import Gate, Policy, Verdict
from gitcp.model.runs import Declared
from gitcp.model.tasks import Document
from tests.api.company import NOW as AT
from tests.api.company import RUN, Store, a_comment, a_task, an_ended_run, the_company
from tests.api.served import Served, serving
from tests.cli.conftest import Shell


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve riley's run on CI-0001, and be in it."""
    store = Store(the_company())
    store.put(Document(id="CI-0001/plan", text="# Plan\n"), a_comment("CI-0001", "oscar", AT, "Hurry."))
    monkeypatch.chdir(tmp_path)
    with serving(store, tmp_path / "declarations.json") as found:
        variables = {**found.environment, "GITCP_TASK_ID": "CI-0001", "GITCP_AGENT_ID": "riley"}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def gitcp(served: Served) -> Shell:
    return Shell()


def test_the_inbox_is_the_agents_own(gitcp: Shell) -> None:
    done = gitcp("inbox")

    assert done.out == (
        "task     status       priority  why       title\n"
        "CI-0001  in_progress  high      assigned  Enforce the scan cadence\n"
        "CI-0003  in_review    medium    review    Title of CI-0003\n"
    )
    assert gitcp("inbox", "riley", "--json").json["member"] == "riley"
    assert gitcp("inbox", "hugo").err == (
        "Error: the inbox of hugo is not told inside a run\n  hint: gitcp task list --assignee hugo\n"
    )


def test_the_runs_own_task_needs_no_id(gitcp: Shell) -> None:
    assert gitcp("task", "show").out.startswith("CI-0001  Enforce the scan cadence\n")
    assert gitcp("comment").out.endswith("  Hurry.\n")
    assert gitcp("document").out == "plan\n"


def test_tasks_are_listed_and_filtered(gitcp: Shell, served: Served) -> None:
    served.store.put(a_task("CI-0008", labels=("scan",), goal="trust"))

    assert [row["id"] for row in gitcp("task", "--json").json] == ["CI-0003", "CI-0001", "CI-0002", "CI-0008"]
    assert [
        row["id"] for row in gitcp("task", "list", "--label", "scan", "--goal", "trust", "--json").json
    ] == ["CI-0008"]
    assert [
        row["id"] for row in gitcp("task", "list", "--mine", "--status", "in_progress", "--json").json
    ] == ["CI-0001"]
    assert [
        row["id"] for row in gitcp("task", "list", "--project", "ci", "--assignee", "hugo", "--json").json
    ] == ["CI-0003", "CI-0002"]


def test_more_tasks_than_can_be_told_are_an_error_and_not_a_part(gitcp: Shell, served: Served) -> None:
    served.store.put(*(a_task(f"CI-{number:04d}") for number in range(1000, 1502)))

    done = gitcp("task")

    assert (done.code, done.out) == (1, "")
    assert "hint: narrow it: --status, --assignee, --project" in done.err


def test_changes_are_operations_of_the_agent(gitcp: Shell, served: Served) -> None:
    said = gitcp("comment", "new", "I begin.")
    made = gitcp("task", "new", "--title", "Part of it", "--parent", "ci-1", "--assignee", "nadia")
    gitcp("document", "write", "ci-1", "notes", stdin="# Notes\n")
    gitcp("task", "edit", "--label", "x")

    assert said.out == "comment on task CI-0001: I begin.\n"
    assert made.out == "create task CI-0004 for nadia below CI-0001: Part of it\n"
    assert made.err == "next: gitcp task show CI-0004\n"
    assert served.store.said("CI-0001") == ["Hurry.", "I begin."]
    assert served.store.task("CI-0001").labels == ("x",)
    assert {actor for actor, _ in served.store.log} == {"riley"}


@pytest.mark.parametrize(
    ("words", "declared"),
    [
        (["task", "finish", "--summary", "It fails now."], Declared.FINISH),
        (["task", "finish", "ci-1"], Declared.FINISH),
        (["task", "block", "--reason", "no key", "--waits-for", "alex"], Declared.BLOCK),
        (["task", "continue", "-m", "Half of it."], Declared.CONTINUE),
        (["run", "finish", "-m", "Found by its other noun."], Declared.FINISH),
        (["run", "block", "--reason", "no key"], Declared.BLOCK),
        (["run", "continue"], Declared.CONTINUE),
    ],
)
def test_how_the_run_ends_is_declared(
    gitcp: Shell, served: Served, words: list[str], declared: Declared
) -> None:
    done = gitcp(*words)

    assert done.code == 0, done.err
    assert done.out.startswith(f"declared: {declared}")
    assert "it takes effect when the run ends" in done.err
    assert served.declarations.value.declared is declared
    assert served.store.log == []


def test_a_declaration_is_printed_as_json(gitcp: Shell) -> None:
    word = gitcp("task", "block", "--reason", "no key", "--waits-for", "alex", "--json").json

    assert (word["declared"], word["waits_for"]) == ("block", "alex")


def test_a_run_without_a_task_declares_as_well(
    gitcp: Shell, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITCP_TASK_ID", "")

    assert gitcp("task", "finish").code == 0
    assert "Missing argument 'TASK': this run has no task." in gitcp("task", "show").err


def test_another_task_is_not_the_runs_to_end(gitcp: Shell) -> None:
    finish, go_on = gitcp("task", "finish", "ci-2"), gitcp("task", "continue", "ci-2")
    block = gitcp("task", "block", "ci-2", "--reason", "x")

    assert (finish.code, go_on.code, block.code) == (1, 1, 1)
    assert "CI-0002 is not the task of this run" in go_on.err


def test_an_agent_does_not_waive_its_checks(gitcp: Shell) -> None:
    done = gitcp("task", "finish", "--without-checks", "trust me")

    assert done.err == (
        "Error: an agent may not finish its task without its checks\n"
        "  hint: deliver what passes them, or: gitcp task block --reason TEXT\n"
    )


def test_a_review_is_said_like_outside(gitcp: Shell, served: Served) -> None:
    done = gitcp("task", "review", "ci-3", "--approve", "-m", "Looked at it.")

    assert done.out == "approve task CI-0003\n"
    assert served.store.task("CI-0003").status == "done"


def test_costs_add_up(gitcp: Shell) -> None:
    gitcp("run", "cost", "--usd", "0.10", "--tokens", "5")

    assert gitcp("run", "cost", "--usd", ".05").out == "reported up to now: 0.15 USD, 5 tokens\n"
    assert gitcp("run", "cost", "--input-tokens", "3", "--model", "sonnet", "--json").json["tokens"] == 8


def test_runs_of_a_task_are_told(gitcp: Shell, served: Served) -> None:
    served.store.put(an_ended_run("hugo", AT.replace(hour=1)))

    assert gitcp("run", "show", RUN).out.startswith(f"run {RUN}\n")
    assert len(gitcp("run", "list", "--task", "ci-1", "--json").json) == 2
    assert [
        row["id"]
        for row in gitcp("run", "list", "--task", "ci-1", "--agent", "riley", "--active", "--json").json
    ] == [RUN]
    assert gitcp("run", "list", "--task", "ci-1", "--outcome", "failed").err == "no runs\n"


def test_the_agent_sees_itself(gitcp: Shell) -> None:
    assert gitcp("agent", "show", "riley").out.startswith("riley  Riley, R&D scout\n")


def test_a_document_is_read(gitcp: Shell) -> None:
    assert gitcp("document", "show", "ci-1", "plan").out == "# Plan\n"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["company"], "the company"),
        (["status"], "the status of the company"),
        (["org"], "the org chart"),
        (["agent"], "the org chart"),
        (["agent", "show", "clara"], "member clara"),
        (["goal"], "what `gitcp goal` lists"),
        (["budget", "show", "company"], "budget company"),
        (["run"], "the list of runs"),
        (["run", "list", "--archived"], "the archive"),
        (["task", "list", "--archived"], "the archive"),
        (["run", "log", RUN], f"agent.log of run {RUN}"),
    ],
)
def test_what_is_not_told_inside_a_run_names_the_next_step(gitcp: Shell, words: list[str], what: str) -> None:
    done = gitcp(*words)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"Error: {what} is not told inside a run\n  hint: ")


@pytest.mark.parametrize("words", [["plan"], ["tick"], ["archive"], ["check"], ["audit"], ["site", "build"]])
def test_commands_that_read_the_repository_say_what_there_is_instead(gitcp: Shell, words: list[str]) -> None:
    assert gitcp(*words).err == (
        "Error: a run does not see the control repository\n"
        "  hint: inside a run there are gitcp inbox, task, comment, document and run\n"
    )


def test_what_an_agent_may_not_do_is_the_servers_word(gitcp: Shell) -> None:
    done = gitcp("agent", "hire", "friend", "--command", "true")

    assert (
        done.err == "Error: agent riley may not agent.hire\n  hint: ask a person, or comment on your task\n"
    )
    assert gitcp("task", "show", "ci-77").code == 1


def test_an_agent_asks_before_what_it_may(gitcp: Shell, served: Served) -> None:
    gate = Gate(operations=("task.edit",), verdict=Verdict.APPROVAL, approvers=("alex",), labels=("old",))
    served.store.put(Policy(id="rules", title="Rules", gates=(gate,)))

    held = gitcp("policy", "test", "task.edit", "--task", "CI-0001", "--label", "old")
    hire = gitcp("policy", "test", "agent.hire", "--usd", "5", "--json")

    assert (held.code, held.err) == (1, "")
    assert held.out.startswith(
        "task.edit by riley needs approval: every gate that matches needs its approval\n"
    )
    assert held.out.endswith("\nApproval by 1 of alex\n")
    assert (hire.code, hire.json["reason"]) == (1, "no agent may agent.hire")
    assert "agent riley may not ask what hugo may" in gitcp("policy", "test", "task.edit", "--as", "hugo").err


def test_a_repository_that_is_named_is_read_all_the_same(gitcp: Shell, shell: Shell) -> None:
    assert shell("inbox", "--json").json["member"] == "alex"


def test_the_time_is_not_shifted_inside_a_run(gitcp: Shell) -> None:
    done = gitcp("--at", "2026-12-01T00:00:00Z", "inbox")

    assert done.err == "Error: --at: a run has the time of its runner\n  hint: leave --at out\n"


def test_a_runner_that_is_gone_is_an_error_with_the_next_step(
    gitcp: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITCP_API_URL", "http://127.0.0.1:9")

    done = gitcp("inbox")

    assert done.code == 1
    assert "the runner at 127.0.0.1:9 does not answer" in done.err


def test_commands_inside_a_run_import_nothing_heavy(gitcp: Shell) -> None:
    program = (
        "import sys\n"
        "from gitcp.cli.application import gitcp\n"
        "for words in (['inbox'], ['task', 'show'], ['comment', 'new', 'Hello.'], ['task', 'finish', '-m', 'Done.']):\n"
        "    assert gitcp(words, prog_name='gitcp') == 0\n"
        "heavy = {'pydantic', 'pygit2', 'git', 'jinja2', 'yaml', 'croniter', 'sqlite3', 'psutil'} & sys.modules.keys()\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("Error")) == (0, 0), done.stderr
