import subprocess
from pathlib import Path
from typing import Any

import pytest

from gitcp.model.runtimes import CodexRuntime
from gitcp.runtimes import RUNTIMES
from gitcp.runtimes.codex import Codex
from tests.agents.model_server import ModelServer
from tests.agents.programs import an_agents_launch, needs_namespaces, program, run_agent
from tests.runtimes.programs import a_launch, never, of_run


@pytest.fixture
def namespaces() -> None:
    """Skip where Codex cannot have its sandbox."""
    needs_namespaces()


def test_it_answers_and_a_price_list_tells_what_that_cost(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("codex", tmp_path, model, "[[say: all done]]")

    assert (ending.exit_code, ending.stopped, ending.failure, ending.error) == (0, None, None, None)
    assert ending.final_text == "all done"
    assert ending.usage is not None
    assert (ending.usage.input_tokens, ending.usage.cached_tokens) == (100, 20)
    assert (ending.usage.output_tokens, ending.usage.reasoning_tokens, ending.usage.turns) == (50, 5, 1)
    assert ending.usage.usd > 0
    assert str(ending.priced_by).startswith("genai-prices ")
    assert ending.session
    assert ending.model == "gpt-5.2-codex"
    assert [asked.headers["authorization"] for asked in model.asked] == ["Bearer key-of-the-test"]


def test_its_tools_work_in_the_checkout_and_a_person_can_follow(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("codex", tmp_path, model, "[[bash: sleep 0.3; echo made > here.txt; cat here.txt]]")

    assert ending.error is None
    assert (tmp_path / "checkout" / "here.txt").read_text() == "made\n"
    log = (tmp_path / "agent.log").read_text()
    assert "> shell: /bin/bash -lc 'sleep 0.3; echo made > here.txt; cat here.txt'\n    made\n" in log
    assert "2 model calls, 200 tokens in, 100 out, USD 0.00" in log
    assert of_run(tmp_path) == []


def test_its_own_choice_of_a_model_is_followed_and_priced_just_as_well(
    tmp_path: Path, model: ModelServer
) -> None:
    script = "[[bash: sleep 0.3; echo made > here.txt; cat here.txt]] [[say: all done]]"

    ending = run_agent("codex", tmp_path, model, script, config={"model": None})

    assert (ending.error, ending.final_text) == (None, "all done")
    assert (tmp_path / "checkout" / "here.txt").read_text() == "made\n"
    assert "echo made > here.txt" in (tmp_path / "agent.log").read_text()
    assert ending.usage is not None
    assert (ending.usage.turns, ending.usage.usd > 0) == (2, True)
    assert ending.model == model.asked[0].model


@pytest.mark.usefixtures("namespaces")
def test_a_tool_that_is_not_allowed_fails(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent(
        "codex", tmp_path, model, "[[bash: touch here.txt]]", config={"permission_mode": "read-only"}
    )

    assert (ending.failure, ending.error) == (None, None)
    assert not (tmp_path / "checkout" / "here.txt").exists()
    assert "cannot touch 'here.txt': Read-only file system\n" in (tmp_path / "agent.log").read_text()


@pytest.mark.parametrize(
    ("given", "boxed", "mode"),
    [
        ({}, True, "danger-full-access"),
        ({}, False, "workspace-write"),
        ({"permission_mode": "workspace-write"}, True, "workspace-write"),
        ({"permission_mode": "read-only"}, True, "read-only"),
        ({"permission_mode": "danger-full-access"}, False, "danger-full-access"),
        ({"config": {"sandbox_workspace_write": {"network_access": False}}}, True, "workspace-write"),
    ],
)
def test_its_own_sandbox_is_left_out_where_gitcp_has_one_unless_its_record_wants_it(
    given: dict[str, Any], boxed: bool, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitcp.runtimes.codex.is_boxed", lambda _: boxed)

    argv = Codex().invocation("codex", a_launch(tmp_path, CodexRuntime(type="codex", **given))).argv

    assert argv[argv.index("--sandbox") + 1] == mode


@pytest.mark.usefixtures("namespaces")
def test_what_it_does_can_be_committed_in_a_work_tree_whose_settings_stay_as_they_are(
    tmp_path: Path, model: ModelServer
) -> None:
    clone = tmp_path / "clone.git"
    git(tmp_path, "init", "--quiet", "--bare", str(clone))
    tree = git(clone, "hash-object", "-t", "tree", "-w", "--stdin")
    first = git(clone, "commit-tree", tree, "-m", "begin")
    git(clone, "update-ref", "refs/heads/main", first)
    git(clone, "worktree", "add", "--quiet", "-b", "riley/work", str(tmp_path / "checkout"), first)
    me = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    outside = f"touch {clone}/hooks/post-checkout {clone}/config"
    script = f"echo x > a.txt; git add a.txt; git commit -q -m work; {outside}"
    # The folders of tests are in /tmp, which it may write otherwise.
    config = {
        "permission_mode": "workspace-write",
        "environment": me,
        "config": {"sandbox_workspace_write": {"exclude_slash_tmp": True}},
    }

    run_agent("codex", tmp_path, model, f"[[bash: {script}]]", config=config)

    assert git(clone, "log", "--format=%s", "riley/work") == "work\nbegin"
    assert not (clone / "hooks" / "post-checkout").exists()
    assert "config': Read-only file system" in (tmp_path / "agent.log").read_text()


def test_its_commands_see_what_they_are_given_but_not_its_key(tmp_path: Path, model: ModelServer) -> None:
    config = {"environment": {"GITCP_API_KEY": "token of the run"}}

    run_agent("codex", tmp_path, model, "[[bash: env > env.txt]]", config=config)

    seen = (tmp_path / "checkout" / "env.txt").read_text()
    assert "GITCP_API_KEY=token of the run" in seen
    assert "key-of-the-test" not in seen


@pytest.mark.usefixtures("namespaces")
@pytest.mark.parametrize(
    ("network", "reached"), [({}, "200"), ({"network_access": False}, "000")], ids=["open", "closed"]
)
def test_its_commands_reach_the_network_unless_its_settings_say_no(
    network: dict[str, bool], reached: str, tmp_path: Path, model: ModelServer
) -> None:
    ask = f"curl --noproxy '*' --silent --head --output /dev/null --write-out %{{http_code}} {model.url} > code.txt"

    run_agent(
        "codex",
        tmp_path,
        model,
        f"[[bash: {ask}]]",
        config={"permission_mode": "workspace-write", "config": {"sandbox_workspace_write": network}},
    )

    assert (tmp_path / "checkout" / "code.txt").read_text() == reached


def test_the_key_that_everybody_knows_signs_it_in(tmp_path: Path, model: ModelServer) -> None:
    config: dict[str, Any] = {
        "environment": {"OPENAI_API_KEY": "key-of-the-test"},
        "config": {"openai_base_url": f"{model.url}/v1"},
    }

    configured = CodexRuntime(type="codex", program=program("codex"), model="gpt-5.2-codex", **config)
    launch = an_agents_launch(tmp_path, configured, model, "[[say: done]]")

    ending = RUNTIMES["codex"].run(launch, never)

    assert ending.final_text == "done"
    assert model.asked[0].headers["authorization"] == "Bearer key-of-the-test"


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_what_was_counted_of_its_sessions_lies_where_it_cannot_write(
    tmp_path: Path, model: ModelServer
) -> None:
    run_agent("codex", tmp_path, model, "[[say: all done]]")

    [counted] = tmp_path.rglob("*codex-counted.json")
    assert counted == tmp_path / "home.codex-counted.json"
