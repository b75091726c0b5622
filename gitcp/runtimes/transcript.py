"""What happens in a run as lines for a person who follows it."""

from typing import Final

from gitcp.model.amounts import Usage
from gitcp.runtimes.events import Ended, Happening, Note, Opened, Text, ToolCall, ToolResult
from gitcp.runtimes.output import clean, one_line

ARGUMENT_CHARACTERS: Final = 300
RESULT_LINES: Final = 12
RESULT_CHARACTERS: Final = 1_500


def lines_of(happening: Happening) -> str:
    """Return the lines for a happening, each with its end; none for what is only counted."""
    match happening:
        case Opened(session, model):
            return f"[session {_line(session)}{', ' + _line(model) if model else ''}]\n"
        case Text(text):
            return f"{clean(text).strip()}\n"
        case ToolCall(name, argument):
            return f"> {_line(name)}{': ' + _line(argument) if argument else ''}\n"
        case ToolResult(text, failed):
            return _result(text, failed=failed)
        case Note(text):
            return f"! {_line(text)}\n"
        case Ended(error=str(error)):
            return f"! {_line(error)}\n"
    return ""


def last_line(usage: Usage | None) -> str:
    """Say what the run used."""
    if usage is None:
        return "[what it used is not known]\n"
    money = f", USD {usage.usd or usage.usd_imputed}" if usage.usd or usage.usd_imputed else ""
    calls = "1 model call" if usage.turns == 1 else f"{usage.turns or 0} model calls"
    return f"[{calls}, {usage.input_tokens or 0} tokens in, {usage.output_tokens or 0} out{money}]\n"


def _result(text: str, *, failed: bool) -> str:
    lines = clean(text).strip().splitlines()
    shown = "\n".join(lines[:RESULT_LINES])[:RESULT_CHARACTERS].splitlines()
    more = len(lines) - len(shown)
    ending = [f"[{more} lines more]"] if more > 0 else []
    mark = "!" if failed else " "
    return "".join(f"  {mark} {line}\n" for line in [*shown, *ending])


def _line(text: str) -> str:
    return one_line(text, ARGUMENT_CHARACTERS)
