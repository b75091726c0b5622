import os
from pathlib import Path

import pytest

from gitcp.model.runs import FailureClass
from gitcp.runtimes import StopCause
from tests.agents.model_server import ModelServer
from tests.agents.programs import run_agent
from tests.runtimes.programs import of_run


def test_it_answers_and_tells_what_that_cost(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("claude-code", tmp_path, model, "[[say: all done]]")

    assert (ending.exit_code, ending.stopped, ending.failure, ending.error) == (0, None, None, None)
    assert ending.final_text == "all done"
    assert ending.usage is not None
    assert (ending.usage.input_tokens, ending.usage.cached_tokens) == (100, 20)
    assert (ending.usage.output_tokens, ending.usage.turns) == (50, 1)
    assert ending.usage.usd > 0
    assert ending.priced_by is None
    assert ending.session
    assert ending.model
    assert [asked.headers["x-api-key"] for asked in model.asked] == ["key-of-the-test"]


def test_its_tools_work_in_the_checkout_and_a_person_can_follow(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("claude-code", tmp_path, model, "[[bash: echo made > here.txt; cat here.txt]]")

    assert ending.error is None
    assert (tmp_path / "checkout" / "here.txt").read_text() == "made\n"
    log = (tmp_path / "agent.log").read_text()
    assert "> Bash: echo made > here.txt; cat here.txt\n    made\n" in log
    assert log.endswith("the tool said: made\n" + log.splitlines()[-1] + "\n")
    assert "2 model calls, 200 tokens in, 100 out, USD 0.00" in log
    assert of_run(tmp_path) == []


def test_a_tool_that_is_not_allowed_is_denied_and_said(tmp_path: Path, model: ModelServer) -> None:
    config = {"permission_mode": "default", "allowed_tools": ()}

    ending = run_agent("claude-code", tmp_path, model, "[[bash: touch here.txt]]", config=config)

    assert (ending.failure, ending.error) == (None, None)
    assert not (tmp_path / "checkout" / "here.txt").exists()
    assert "! denied: Bash touch here.txt\n" in (tmp_path / "agent.log").read_text()


def test_what_was_asked_of_the_program_before_its_last_word_is_priced_by_a_list(
    tmp_path: Path, model: ModelServer
) -> None:
    started = tmp_path / "checkout" / "started"

    ending = run_agent(
        "claude-code",
        tmp_path,
        model,
        "[[bash: touch started; tail -f /dev/null]]",
        watch=lambda: StopCause.CANCEL if started.exists() else None,
    )

    assert ending.usage is not None
    assert (ending.usage.input_tokens, ending.usage.output_tokens, ending.usage.turns) == (100, 50, 1)
    assert ending.usage.usd > 0
    assert str(ending.priced_by).startswith("genai-prices ")


@pytest.mark.skipif(os.geteuid() != 0, reason="as another user it may, and does")
def test_as_root_it_refuses_to_go_without_permissions_and_that_is_not_gone_around(
    tmp_path: Path, model: ModelServer
) -> None:
    config = {"permission_mode": "bypassPermissions", "sandbox": "process-group"}

    ending = run_agent("claude-code", tmp_path, model, "[[bash: touch here.txt]]", config=config)

    assert ending.failure is FailureClass.PLATFORM
    assert "root" in str(ending.error)
    assert model.asked == []
