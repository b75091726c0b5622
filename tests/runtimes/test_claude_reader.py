from decimal import Decimal
from typing import Any

import pytest

from gitcp.runtimes import StopCause
from gitcp.runtimes.claude_reader import ClaudeReader
from gitcp.runtimes.events import Call, Ended, Happening, Note, Text, Tokens, ToolCall, ToolResult, Total


def read(*events: dict[str, Any]) -> list[Happening]:
    reader = ClaudeReader()
    return [happening for event in events for happening in reader.read(event)]


def started(name: str, output: int = 1) -> dict[str, Any]:
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 5,
        "cache_creation_input_tokens": 3,
        "output_tokens": output,
    }
    message = {"id": name, "model": "opus", "usage": usage}
    return {"type": "stream_event", "event": {"type": "message_start", "message": message}}


def result(**given: Any) -> dict[str, Any]:
    return {"type": "result", "subtype": "success", "is_error": False, "result": "done", **given}


def test_a_call_counts_from_its_first_word_and_grows_with_its_output() -> None:
    grown = {"type": "stream_event", "event": {"type": "message_delta", "usage": {"output_tokens": 70}}}

    calls = [each for each in read(started("a"), grown) if isinstance(each, Call)]

    assert [call.id for call in calls] == ["a", "a"]
    assert [call.tokens for call in calls] == [Tokens(18, 5, 3, 1), Tokens(18, 5, 3, 70)]


def test_the_whole_message_does_not_take_back_what_its_parts_said() -> None:
    grown = {"type": "stream_event", "event": {"type": "message_delta", "usage": {"output_tokens": 70}}}
    whole = {"type": "assistant", "message": {"id": "a", "model": "opus", "usage": {"output_tokens": 1}}}

    assert [type(each) for each in read(started("a"), grown, whole)] == [Call, Call]


def test_a_message_of_a_subagent_counts_but_is_not_what_the_agent_says() -> None:
    message = {
        "id": "b",
        "model": "haiku",
        "usage": {"input_tokens": 4},
        "content": [{"type": "text", "text": "psst"}],
    }

    found = read(started("a"), {"type": "assistant", "parent_tool_use_id": "t", "message": message})

    assert found[1:] == [Call("b", "haiku", Tokens(input=4))]


def test_what_claude_says_itself_is_no_call() -> None:
    message = {
        "id": "b",
        "model": "<synthetic>",
        "usage": {},
        "content": [{"type": "text", "text": "API Error"}],
    }

    assert read({"type": "assistant", "message": message}) == []


def test_tools_are_told_by_what_says_most() -> None:
    use = [
        {"type": "tool_use", "name": "Read", "input": {"limit": 5, "file_path": "a.py"}},
        {"type": "text", "text": "so"},
    ]
    answer = [
        {
            "type": "tool_result",
            "content": [{"type": "text", "text": "no"}, {"type": "image"}],
            "is_error": True,
        }
    ]

    found = read(
        {"type": "assistant", "message": {"content": use}}, {"type": "user", "message": {"content": answer}}
    )

    assert found == [ToolCall("Read", "a.py"), Text("so"), ToolResult("no\n", failed=True)]


def test_results_of_one_start_add_up_and_what_a_session_used_before_is_left_out() -> None:
    new = {"opus": {"inputTokens": 10, "outputTokens": 1, "costUSD": 0.25}}
    all_of_it = {"total_cost_usd": 9, "modelUsage": {"opus": {"inputTokens": 1000, "outputTokens": 100}}}
    told = result(model_usage_since_last_result=new, **all_of_it)

    totals = [each for each in read(told, told) if isinstance(each, Total)]

    assert totals == [
        Total(Tokens(input=10, output=1), Decimal("0.25")),
        Total(Tokens(input=20, output=2), Decimal("0.5")),
    ]


def test_a_model_without_a_price_leaves_the_money_open() -> None:
    new = {"opus": {"inputTokens": 1, "costUSD": 0.25}, "mine": {"inputTokens": 2}}

    (total, _) = read(result(model_usage_since_last_result=new))

    assert total == Total(Tokens(input=3), None)


@pytest.mark.parametrize(
    ("given", "ended"),
    [
        ({}, Ended(text="done")),
        ({"subtype": "error_max_turns", "is_error": True}, Ended(stopped=StopCause.TURNS)),
        ({"subtype": "error_max_budget_usd", "is_error": True}, Ended(stopped=StopCause.BUDGET)),
    ],
)
def test_a_limit_that_claude_kept_is_a_stop(given: dict[str, Any], ended: Ended) -> None:
    assert read(result(**given))[-1] == ended


@pytest.mark.parametrize(
    "given",
    [{"is_error": True}, {"is_error": None}, {"subtype": "error_during_execution", "is_error": False}],
)
def test_whatever_is_not_plainly_a_success_is_an_error(given: dict[str, Any]) -> None:
    last = read(result(**given))[-1]

    assert isinstance(last, Ended)
    assert last.error == "done"


def test_a_retry_and_a_denial_are_noted() -> None:
    retry = {"type": "system", "subtype": "api_retry", "attempt": 1, "max_retries": 3, "error_status": 529}
    denied = {"permission_denials": [{"tool_name": "Bash", "tool_input": {"command": "rm x"}}]}

    notes = [each.text for each in read(retry, result(**denied)) if isinstance(each, Note)]

    assert notes == ["the model did not answer (529); attempt 1 of 3 follows", "denied: Bash rm x"]
