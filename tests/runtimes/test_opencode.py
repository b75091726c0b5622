import json
from pathlib import Path
from typing import Any

import pytest

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import OpenCodeRuntime
from gitcp.runtimes import StopCause
from gitcp.runtimes.events import (
    Call,
    Ended,
    Happening,
    Opened,
    StepBegun,
    Text,
    Tokens,
    ToolCall,
    ToolResult,
)
from gitcp.runtimes.opencode import OpenCode, OpenCodeReader
from tests.agents.model_server import ModelServer
from tests.agents.programs import run_agent
from tests.runtimes.programs import RUN, a_launch, of_run


def told(*events: dict[str, Any]) -> list[Happening]:
    reader = OpenCodeReader("anthropic/claude-sonnet-4-5")
    return [happening for event in events for happening in reader.read(event)]


def step(reason: str, **part: Any) -> dict[str, Any]:
    return {"type": "step_finish", "part": {"messageID": "m", "reason": reason, **part}}


def settings_of(launch: Any) -> Any:
    return json.loads(OpenCode().invocation("opencode", launch).environment["OPENCODE_CONFIG_CONTENT"])


def test_its_command_line_holds_no_prompt_and_its_folders_are_those_of_the_task(tmp_path: Path) -> None:
    config = OpenCodeRuntime(type="opencode", agent="plan", arguments=("--thinking",))
    launch = a_launch(tmp_path, config, home=tmp_path / "home", resume="ses_1")

    invocation = OpenCode().invocation("/bin/opencode", launch)

    assert invocation.argv == (
        *("/bin/opencode", "run", "--format", "json", "--title", RUN),
        *("--agent", "plan", "--session", "ses_1", "--thinking"),
    )
    assert invocation.environment["XDG_DATA_HOME"] == str(tmp_path / "home" / "opencode" / "data")
    assert invocation.environment["OPENCODE_DISABLE_AUTOUPDATE"] == "1"


def test_its_configuration_is_the_records_laid_over_what_keeps_it_quiet(tmp_path: Path) -> None:
    given = {"share": "auto", "instructions": ["CONTRIBUTING.md"], "permission": {"*": "deny"}}
    config = OpenCodeRuntime(type="opencode", model="anthropic/claude-sonnet-4-5", config=given)
    system = tmp_path / "system.md"

    plain = settings_of(a_launch(tmp_path, OpenCodeRuntime(type="opencode", permission_mode="ask")))
    full = settings_of(a_launch(tmp_path, config, system_prompt=system))

    assert (plain["autoupdate"], plain["share"], plain["snapshot"]) == (False, "disabled", False)
    assert plain["permission"] == {"*": "ask", "task": "deny"}
    assert "model" not in plain
    assert full["model"] == "anthropic/claude-sonnet-4-5"
    assert (full["share"], full["permission"]) == ("auto", {"*": "deny"})
    assert full["instructions"] == ["CONTRIBUTING.md", str(system)]


def test_its_skill_is_in_its_configuration_folder_and_nothing_is_left_to_install(tmp_path: Path) -> None:
    skill = tmp_path / "given" / "coordination"
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text("Talk.")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "opencode").symlink_to(tmp_path / "elsewhere")

    OpenCode().invocation(
        "opencode", a_launch(tmp_path, OpenCodeRuntime(type="opencode"), home=tmp_path / "home", skill=skill)
    )

    folder = tmp_path / "home" / "opencode" / "config" / "opencode"
    assert (folder / "skills" / "coordination" / "SKILL.md").read_text() == "Talk."
    locked = json.loads((folder / "package-lock.json").read_text())["packages"][""]["dependencies"]
    assert locked.keys() == json.loads((folder / "package.json").read_text())["dependencies"].keys()
    assert (folder / "node_modules").is_dir()
    assert not (tmp_path / "elsewhere").exists()


def test_a_step_tells_its_tokens_whole_and_its_price_if_it_has_one() -> None:
    tokens = {"input": 80, "output": 45, "reasoning": 5, "cache": {"read": 20, "write": 7}}
    expected = Tokens(input=107, cached=20, written=7, output=50, reasoning=5)

    priced, free = (told(step("tool-calls", tokens=tokens, cost=cost))[0] for cost in (0.25, 0))

    assert isinstance(priced, Call)
    assert (priced.model, priced.tokens, str(priced.usd)) == ("claude-sonnet-4-5", expected, "0.250000")
    assert isinstance(free, Call)
    assert free.usd is None


@pytest.mark.parametrize(
    ("cost", "usd"),
    [({"input": 0, "output": 0}, 0), ({"input": 0, "output": 1}, None), ({}, None), (None, None)],
)
def test_a_model_is_free_if_the_record_says_so(tmp_path: Path, cost: Any, usd: int | None) -> None:
    config = {"provider": {"own": {"models": {"m/1": {"cost": cost}}}}}
    launch = a_launch(tmp_path, OpenCodeRuntime(type="opencode", model="own/m/1", config=config))

    (call,) = OpenCode().reader(launch).read(step("tool-calls", tokens={"input": 5}, cost=0))

    assert isinstance(call, Call)
    assert call.usd == usd


def test_a_step_that_does_not_go_on_is_the_last_one_until_another_begins() -> None:
    begun = {"type": "step_start"}

    found = told(begun, step("tool-calls"), begun, step("stop"), begun)

    assert [type(each) for each in found] == [StepBegun, Call, StepBegun, Call, Ended, StepBegun]


@pytest.mark.parametrize(
    ("reason", "ends"), [("stop", True), ("length", True), ("unknown", False), ("", False)]
)
def test_its_reason_says_whether_a_step_is_the_last(reason: str, ends: bool) -> None:
    assert any(isinstance(each, Ended) for each in told(step(reason))) is ends


def test_its_session_is_told_once() -> None:
    found = told({"type": "x", "sessionID": "ses_1"}, {"type": "y", "sessionID": "ses_1"})

    assert found == [Opened("ses_1", "claude-sonnet-4-5")]


def test_what_tools_do_and_the_agent_says_is_told() -> None:
    state = {"status": "completed", "input": {"command": "ls"}, "output": "a\n"}

    found = told(
        {"type": "tool_use", "part": {"tool": "bash", "state": state}},
        {"type": "text", "part": {"text": "hello"}},
        {"type": "text", "part": {}},
    )

    assert found == [ToolCall("bash", "ls"), ToolResult("a\n"), Text("hello")]


def test_a_tool_that_is_not_permitted_is_the_end() -> None:
    why = "The user rejected permission to use this specific tool call."
    state = {"status": "error", "input": {"command": "ls"}, "error": why}

    *_, last = told({"type": "tool_use", "part": {"tool": "bash", "state": state}})

    assert last == Ended(error="the tool bash is not permitted: ls", failure=FailureClass.AGENT)


@pytest.mark.parametrize(
    ("error", "why", "failure"),
    [
        (
            {"name": "APIError", "data": {"message": "busy", "statusCode": 503}},
            "APIError: busy",
            FailureClass.TRANSIENT,
        ),
        ({"name": "ProviderAuthError"}, "ProviderAuthError", FailureClass.AGENT),
        ({}, "an error without words", FailureClass.AGENT),
        (None, "an error without words", FailureClass.AGENT),
    ],
)
def test_an_error_is_told_by_whose_fault_it_is(error: Any, why: str, failure: FailureClass) -> None:
    call, last = told({"type": "error", "error": error})

    assert isinstance(call, Call)
    assert call.tokens == Tokens()
    assert last == Ended(error=why, failure=failure)


@pytest.mark.slow
def test_its_tools_work_in_the_checkout_and_a_person_can_follow(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("opencode", tmp_path, model, "[[bash: echo made > here.txt; cat here.txt]]")

    assert (ending.exit_code, ending.error) == (0, None)
    assert (tmp_path / "checkout" / "here.txt").read_text() == "made\n"
    log = (tmp_path / "agent.log").read_text()
    assert "> bash: echo made > here.txt; cat here.txt\n    made\n" in log
    assert "2 model calls, 200 tokens in, 100 out, USD 0.001992" in log
    assert ending.priced_by is None
    assert "task" not in model.asked[0].tools
    assert of_run(tmp_path) == []


@pytest.mark.slow
def test_a_tool_that_it_would_ask_for_is_refused_and_said(tmp_path: Path, model: ModelServer) -> None:
    config = {"permission_mode": "ask"}

    ending = run_agent("opencode", tmp_path, model, "[[bash: touch x]]", config=config)

    assert (ending.failure, ending.error) == (FailureClass.AGENT, "the tool bash is not permitted: touch x")
    assert not (tmp_path / "checkout" / "x").exists()


@pytest.mark.slow
def test_a_model_that_fails_for_ever_is_silence(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("opencode", tmp_path, model, "[[status: 500]]", silence_minutes=0.4)

    assert (ending.stopped, ending.failure) == (StopCause.SILENCE, None)
    assert of_run(tmp_path) == []


@pytest.mark.slow
def test_answers_that_break_off_for_ever_end_at_its_turns(tmp_path: Path, model: ModelServer) -> None:
    ending = run_agent("opencode", tmp_path, model, "[[drop]]", turns=3)

    assert (ending.stopped, ending.failure) == (StopCause.TURNS, None)
    assert of_run(tmp_path) == []
