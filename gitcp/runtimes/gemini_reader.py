"""What the events of Gemini CLI say."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gitcp.runtimes.base import StopCause
from gitcp.runtimes.events import Ended, Happening, Note, Opened, Text, Tokens, ToolCall, ToolResult, Total
from gitcp.runtimes.failures import failure_of
from gitcp.runtimes.gemini_chats import Chats
from gitcp.runtimes.stream import Event, count, look, text

_TURNS: Final = "FatalTurnLimitedError"
_ARGUMENTS: Final = ("command", "file_path", "absolute_path", "dir_path", "pattern", "query", "prompt", "url")


class GeminiReader:
    """Reads the events of one start, and the calls from what it writes down."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self._said = ""
        self._wrong = ""
        self._called = False

    def read(self, event: Event) -> Iterable[Happening]:
        """Say what an event tells."""
        match text(event, "type"):
            case "init":
                yield Opened(text(event, "session_id"), text(event, "model"))
            case "message" if text(event, "role") == "assistant":
                self._said += text(event, "content")
            case "tool_use":
                yield from self._spoken()
                yield ToolCall(text(event, "tool_name"), _argument(look(event, "parameters")))
            case "tool_result":
                yield _result(event)
            case "error":
                self._wrong = text(event, "message")
                yield Note(self._wrong)
            case "result":
                yield from self._ended(event)

    def poll(self) -> Iterable[Happening]:
        """Say which calls were made."""
        for call in self._chats.calls():
            self._called = True
            yield call

    def close(self) -> None:
        """Nothing is kept: what it tells is of one start alone."""

    def _spoken(self) -> Iterator[Happening]:
        # A message comes in pieces; it is whole when something else follows.
        said, self._said = self._said, ""
        if said.strip():
            yield Text(said)

    def _ended(self, event: Event) -> Iterator[Happening]:
        yield from self._spoken()
        stats = look(event, "stats")
        # After an error it may say nought, though there were calls.
        if stats is not None and (count(stats, "total_tokens") or not self._called):
            yield Total(_tokens(stats), model=_model(stats))
        if text(event, "status") == "success":
            yield Ended()
            return
        kind, why = text(event, "error", "type"), text(event, "error", "message")
        if kind == _TURNS:
            yield Ended(stopped=StopCause.TURNS)
        else:
            why = why or self._wrong or kind
            yield Ended(error=why, failure=failure_of(why))


def _tokens(stats: Any) -> Tokens:
    # What was thought is in the total alone.
    given, said, everything = (count(stats, f"{kind}_tokens") for kind in ("input", "output", "total"))
    output = max(everything - given, said)
    return Tokens(input=given, cached=count(stats, "cached"), output=output, reasoning=output - said)


def _model(stats: Any) -> str:
    models = look(stats, "models")
    used = {name: count(models, name, "total_tokens") for name in models} if isinstance(models, dict) else {}
    return max(used, key=lambda name: used[name], default="")


def _argument(given: Any) -> str:
    return next((found for name in _ARGUMENTS if (found := text(given, name))), "")


def _result(event: Event) -> ToolResult:
    failed = text(event, "status") == "error"
    return ToolResult(text(event, "error", "message") or text(event, "output"), failed=failed)
