"""What the events of Claude Code say."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from gitcp.runtimes.base import StopCause
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
from gitcp.runtimes.failures import failure_of
from gitcp.runtimes.stream import Event, count, look, money, objects, text

_STOPPED: Final = {"error_max_turns": StopCause.TURNS, "error_max_budget_usd": StopCause.BUDGET}
# Claude's own messages, of errors for example, bear this as their model.
_NO_MODEL: Final = "<synthetic>"
_ARGUMENTS: Final = (
    "command",
    "file_path",
    "path",
    "pattern",
    "url",
    "query",
    "skill",
    "description",
    "prompt",
)


class ClaudeReader:
    """Reads the events of one start."""

    def __init__(self) -> None:
        self._call = Call("", "", Tokens())
        self._total = Total(Tokens(), Decimal(0))

    def read(self, event: Event) -> Iterable[Happening]:
        """Say what an event tells."""
        match text(event, "type"):
            case "system":
                return self._system(event)
            case "stream_event":
                return self._part(look(event, "event"))
            case "assistant":
                return self._assistant(event)
            case "user":
                return _results(look(event, "message"))
            case "result":
                return self._result(event)
        return ()

    def poll(self) -> Iterable[Happening]:
        """Its events say everything."""
        return ()

    def close(self) -> None:
        """Nothing is kept: what it tells at its end is of one start alone."""

    def _system(self, event: Event) -> Iterator[Happening]:
        match text(event, "subtype"):
            case "init":
                yield Opened(text(event, "session_id"), text(event, "model"))
            case "api_retry":
                status = count(event, "error_status") or text(event, "error")
                yield Note(
                    f"the model did not answer ({status}); attempt {count(event, 'attempt')} of {count(event, 'max_retries')} follows"
                )

    def _part(self, event: Any) -> Iterator[Happening]:
        """Read a part of a message that is being written: what it has used is known only here while it runs."""
        if text(event, "type") == "message_start":
            yield from self._used(look(event, "message"))
        elif text(event, "type") == "message_delta" and self._call.id:
            self._call = Call(
                self._call.id, self._call.model, _tokens(look(event, "usage"), self._call.tokens)
            )
            yield self._call

    def _assistant(self, event: Event) -> Iterator[Happening]:
        message = look(event, "message")
        if text(message, "model") == _NO_MODEL:
            return
        # The parts of a message say what it has used in the end; a subagent's has none, and says it here.
        if text(message, "id") != self._call.id:
            yield from self._used(message)
        for block in objects(message, "content"):
            if text(block, "type") == "text" and look(event, "parent_tool_use_id") is None:
                yield Text(text(block, "text"))
            elif text(block, "type") == "tool_use":
                yield ToolCall(text(block, "name"), _argument(look(block, "input")))

    def _result(self, event: Event) -> Iterator[Happening]:
        for denied in objects(event, "permission_denials"):
            yield Note(f"denied: {text(denied, 'tool_name')} {_argument(look(denied, 'tool_input'))}")
        self._total = _total(event, self._total)
        yield self._total
        yield _ended(event)

    def _used(self, message: Any) -> Iterator[Happening]:
        self._call = Call(text(message, "id"), text(message, "model"), _tokens(look(message, "usage")))
        if self._call.id:
            yield self._call


def _tokens(usage: Any, before: Tokens = Tokens()) -> Tokens:  # noqa: B008 — a value
    cached, written = count(usage, "cache_read_input_tokens"), count(usage, "cache_creation_input_tokens")
    found = Tokens(
        input=count(usage, "input_tokens") + cached + written,
        cached=cached,
        written=written,
        output=count(usage, "output_tokens"),
        reasoning=count(usage, "output_tokens_details", "thinking_tokens"),
    )
    # The end of a message may tell its output alone.
    return (
        found
        if found.input
        else Tokens(before.input, before.cached, before.written, found.output, found.reasoning)
    )


def _argument(given: Any) -> str:
    return next((found for name in _ARGUMENTS if (found := text(given, name))), "")


def _results(message: Any) -> Iterator[Happening]:
    for block in objects(message, "content"):
        if text(block, "type") == "tool_result":
            said = text(block, "content") or "\n".join(
                text(part, "text") for part in objects(block, "content")
            )
            yield ToolResult(said, failed=look(block, "is_error") is True)


def _total(event: Event, before: Total) -> Total:
    """Read what this start has used, `before` its last result and since.

    Its sums are of the whole session in newer versions, earlier runs and all; what is new since the last result then has a place of its own.
    """
    new = look(event, "model_usage_since_last_result")
    if not isinstance(new, dict):
        tokens = _all_tokens(look(event, "modelUsage"))
        return Total(tokens if tokens.all else _tokens(look(event, "usage")), money(event, "total_cost_usd"))
    told = [money(used, "costUSD") for used in new.values()]
    known = [amount for amount in told if amount is not None]
    is_known = len(known) == len(told) and before.usd is not None
    return Total(
        _all_tokens(new).plus(before.tokens), sum(known, before.usd or Decimal(0)) if is_known else None
    )


def _all_tokens(models: Any) -> Tokens:
    found = Tokens()
    for used in models.values() if isinstance(models, dict) else ():
        cached, written = count(used, "cacheReadInputTokens"), count(used, "cacheCreationInputTokens")
        found = found.plus(
            Tokens(
                count(used, "inputTokens") + cached + written,
                cached,
                written,
                count(used, "outputTokens"),
                count(used, "thinkingTokens"),
            )
        )
    return found


def _ended(event: Event) -> Ended:
    subtype, said = text(event, "subtype"), text(event, "result")
    if subtype in _STOPPED:
        return Ended(stopped=_STOPPED[subtype])
    # An error of the API is called a success, with an error inside.
    if look(event, "is_error") is False and subtype == "success":
        return Ended(text=said)
    errors = look(event, "errors")
    told = "; ".join(each for each in errors if isinstance(each, str)) if isinstance(errors, list) else ""
    why = said or told or subtype or "an error without words"
    return Ended(error=why, failure=failure_of(why, count(event, "api_error_status") or None))
