import json
from pathlib import Path
from typing import Any

import pytest

from gitcp.model.runs import FailureClass
from gitcp.model.runtimes import GeminiRuntime
from gitcp.runtimes import Limits, StopCause
from gitcp.runtimes.events import (
    Call,
    Ended,
    Happening,
    Note,
    Opened,
    Text,
    Tokens,
    ToolCall,
    ToolResult,
    Total,
)
from gitcp.runtimes.gemini import Gemini
from gitcp.runtimes.gemini_chats import Chats
from gitcp.runtimes.gemini_reader import GeminiReader
from tests.agents.model_server import ModelServer
from tests.agents.programs import run_agent
from tests.runtimes.programs import a_launch, of_run

TOKENS = {"input": 100, "output": 45, "cached": 20, "thoughts": 5, "tool": 3, "total": 153}
USED = Tokens(input=103, cached=20, output=50, reasoning=5)


def told(folder: Path, *events: dict[str, Any]) -> list[Happening]:
    reader = GeminiReader(Chats(folder))
    return [happening for event in events for happening in reader.read(event)]


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": text, "delta": True}


def a_chat(folder: Path, *lines: dict[str, Any]) -> None:
    path = folder / "tmp" / "checkout" / "chats" / "session-1.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


def a_call(name: str) -> dict[str, Any]:
    return {"id": name, "type": "gemini", "model": "gemini-2.5-pro", "tokens": TOKENS}


def settings_of(folder: Path, **given: Any) -> Any:
    Gemini().invocation("gemini", a_launch(folder, GeminiRuntime(type="gemini"), **given))
    return json.loads((folder / "gemini" / ".gemini" / "settings.json").read_text())


def test_its_command_line_holds_no_prompt_and_its_home_is_that_of_the_task(tmp_path: Path) -> None:
    config = GeminiRuntime(
        type="gemini", model="gemini-2.5-pro", permission_mode="auto_edit", arguments=("-d",)
    )
    launch = a_launch(tmp_path, config, home=tmp_path / "home", resume="s-1")

    invocation = Gemini().invocation("/bin/gemini", launch)

    assert invocation.argv == (
        *("/bin/gemini", "--output-format", "stream-json", "--approval-mode", "auto_edit"),
        *("--model", "gemini-2.5-pro", "--resume", "s-1", "-d"),
    )
    assert invocation.environment["GEMINI_CLI_HOME"] == str(tmp_path / "home" / "gemini")


def test_its_settings_keep_it_quiet_and_to_its_turns(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, limits=Limits(minutes=1, turns=7))

    assert settings["model"]["maxSessionTurns"] == 7
    assert settings["privacy"] == {"usageStatisticsEnabled": False}
    assert settings["telemetry"] == {"enabled": False}
    assert not settings["general"]["enableAutoUpdate"]


def test_what_it_is_told_is_in_its_home_and_that_of_the_run_before_is_not(tmp_path: Path) -> None:
    skill, system = tmp_path / "coordination", tmp_path / "system.md"
    skill.mkdir()
    (skill / "SKILL.md").write_text("Talk.")
    system.write_text("Be brief.")
    home = tmp_path / "gemini" / ".gemini"

    settings_of(tmp_path, skill=skill, system_prompt=system)
    first = (home / "GEMINI.md").read_text()
    settings_of(tmp_path)

    assert (first, (home / "GEMINI.md").read_text()) == ("Be brief.", "")
    assert (home / "skills" / "coordination" / "SKILL.md").read_text() == "Talk."


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"GEMINI_API_KEY": "x"}, "gemini-api-key"),
        ({}, "gemini-api-key"),
        ({"GOOGLE_API_KEY": "x"}, "vertex-ai"),
        ({"GOOGLE_API_KEY": "x", "GEMINI_API_KEY": "y"}, "gemini-api-key"),
        ({"GOOGLE_APPLICATION_CREDENTIALS": "/x"}, "vertex-ai"),
    ],
)
def test_it_is_signed_in_with_what_the_run_was_given(
    tmp_path: Path, environment: dict[str, str], way: str
) -> None:
    assert settings_of(tmp_path, environment=environment)["security"]["auth"]["selectedType"] == way


def test_a_message_is_whole_when_something_else_follows(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        {"type": "init", "session_id": "s-1", "model": "gemini-2.5-pro"},
        {"type": "message", "role": "user", "content": "Do it."},
        said("I lo"),
        said("ok."),
        {"type": "tool_use", "tool_name": "run_shell_command", "parameters": {"command": "ls"}},
        {"type": "tool_result", "status": "success", "output": "a"},
        {"type": "tool_result", "status": "error", "error": {"message": "no"}},
        said("Done."),
        {"type": "result", "status": "success"},
    )

    assert found == [
        Opened("s-1", "gemini-2.5-pro"),
        Text("I look."),
        ToolCall("run_shell_command", "ls"),
        ToolResult("a"),
        ToolResult("no", failed=True),
        Text("Done."),
        Ended(),
    ]


def test_its_calls_are_read_where_it_writes_them_down(tmp_path: Path) -> None:
    a_chat(tmp_path, a_call("before"))
    reader = GeminiReader(Chats(tmp_path))
    a_chat(tmp_path, {"$set": {"messages": [a_call("x")]}}, a_call("before"), {"type": "user"}, a_call("one"))

    found = list(reader.poll())
    again = list(reader.poll())

    assert found == [Call("one", "gemini-2.5-pro", USED)]
    assert again == []


def test_what_it_thought_is_in_its_total_alone(tmp_path: Path) -> None:
    models = {"gemini-2.5-pro": {"total_tokens": 140}, "gemini-2.5-flash": {"total_tokens": 13}}
    stats = {"total_tokens": 153, "input_tokens": 103, "output_tokens": 45, "cached": 20, "models": models}

    total, _ = told(tmp_path, {"type": "result", "status": "success", "stats": stats})

    assert total == Total(USED, model="gemini-2.5-pro")


def test_a_total_of_nought_after_calls_is_not_believed(tmp_path: Path) -> None:
    reader = GeminiReader(Chats(tmp_path))
    a_chat(tmp_path, a_call("one"))
    calls = list(reader.poll())

    found = list(reader.read({"type": "result", "status": "error", "stats": {"total_tokens": 0}}))

    assert len(calls) == 1
    assert not any(isinstance(each, Total) for each in found)


@pytest.mark.parametrize(
    ("events", "last"),
    [
        (
            [{"error": {"type": "FatalTurnLimitedError", "message": "too many"}}],
            Ended(stopped=StopCause.TURNS),
        ),
        (
            [{"error": {"message": '{"error":{"code":503}}'}}],
            Ended(error='{"error":{"code":503}}', failure=FailureClass.TRANSIENT),
        ),
        (
            [{"type": "error", "message": "Model stream ended without a finish reason."}, {}],
            Ended(error="Model stream ended without a finish reason.", failure=FailureClass.TRANSIENT),
        ),
        ([{}], Ended(error="", failure=FailureClass.AGENT)),
    ],
)
def test_an_error_is_told_by_whose_fault_it_is(
    tmp_path: Path, events: list[dict[str, Any]], last: Ended
) -> None:
    found = told(tmp_path, *({"type": "result", "status": "error", **event} for event in events))

    assert found[-1] == last
    assert [each for each in found if isinstance(each, Note)] == [
        Note(event["message"]) for event in events if "message" in event
    ]


@pytest.mark.slow
def test_its_tools_work_in_the_checkout_with_what_the_run_was_given(
    tmp_path: Path, model: ModelServer
) -> None:
    config = {"environment": {"GITCP_API_KEY": "token-of-the-run"}}
    script = 'echo "$GITCP_API_KEY" > here.txt; cat here.txt'

    ending = run_agent("gemini", tmp_path, model, f"[[bash: {script}]]", config=config)

    assert (ending.exit_code, ending.error) == (0, None)
    assert (tmp_path / "checkout" / "here.txt").read_text() == "token-of-the-run\n"
    log = (tmp_path / "agent.log").read_text()
    assert f"> run_shell_command: {script}\n    token-of-the-run\n" in log
    assert "2 model calls, 200 tokens in, 100 out, USD 0.000" in log
    assert str(ending.priced_by).startswith("genai-prices ")
    assert of_run(tmp_path) == []


@pytest.mark.parametrize("link", ["tmp", "tmp/checkout", "tmp/checkout/chats"])
def test_no_link_among_its_folders_is_followed(tmp_path: Path, link: str) -> None:
    a_chat(tmp_path / "elsewhere", a_call("one"))
    place = tmp_path / "home" / link
    place.parent.mkdir(parents=True)
    reader = GeminiReader(Chats(tmp_path / "home"))
    place.symlink_to(tmp_path / "elsewhere" / link)

    assert list(reader.poll()) == []
