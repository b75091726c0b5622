"""What a stub model does, said by marks in the prompt.

Each model call takes the next mark; when none is left, the model says `done`, or what the last tool said. The marks of the latest prompt
that has any count, and the tool results since then tell how far the model is, so that the server keeps no state of a conversation.

    [[bash: CMD]]         calls the shell tool of the program that asks
    [[loop: CMD]]         calls it for ever
    [[tool: NAME {…}]]    calls any tool
    [[say: TEXT]]         answers
    [[slow: SECONDS]]     waits, then goes on with the next mark
    [[stall]]             never answers
    [[status: N]]         answers with that HTTP status, however often it is asked
    [[drop]]              closes the connection in the middle of the answer
    [[tokens: IN OUT]]    what each call of this prompt uses, instead of 100 and 50
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

_MARK: Final = re.compile(r"\[\[(bash|loop|tool|say|slow|stall|status|drop|tokens)(?::\s*(.*?))?\]\]", re.S)


@dataclass(frozen=True)
class Tokens:
    """What one call uses. `cached` and `reasoning` are parts of `input` and `output`."""

    input: int = 100
    cached: int = 20
    output: int = 50
    reasoning: int = 5


@dataclass(frozen=True)
class Turn:
    """One answer of the model. `tool`: the name, or none for the shell; `arguments` then holds its `command`."""

    text: str | None = None
    shell: str | None = None
    tool: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    tokens: Tokens = Tokens()
    seconds: float = 0.0
    stall: bool = False
    drop: bool = False
    status: int | None = None


def turn_of(prompts: Sequence[str], results: Sequence[str]) -> Turn:
    """Return the next answer; `results` are what tools said since the latest prompt with marks."""
    marks = next((found for text in reversed(prompts) if (found := _MARK.findall(text))), [])
    tokens = Tokens()
    seconds, step = 0.0, 0
    for kind, said in marks:
        if kind == "tokens":
            used = said.split()
            tokens = Tokens(int(used[0]), 0, int(used[1]), 0)
        elif kind == "slow":
            seconds = float(said) if step == len(results) else 0.0
        elif step == len(results) or kind == "loop":
            return replace(_turn(kind, said), tokens=tokens, seconds=seconds)
        elif kind in {"bash", "tool"}:
            step += 1
    return Turn(text=f"the tool said: {results[-1]}" if results else "done", tokens=tokens, seconds=seconds)


def _turn(kind: str, said: str) -> Turn:
    match kind:
        case "bash" | "loop":
            return Turn(shell=said)
        case "tool":
            name, _, arguments = said.partition(" ")
            return Turn(tool=name, arguments=json.loads(arguments or "{}"))
        case "status":
            return Turn(status=int(said))
        case "stall":
            return Turn(stall=True)
        case "drop":
            return Turn(text="half of it", drop=True)
        case _:
            return Turn(text=said)


def has_marks(text: str) -> bool:
    """Whether a text tells the model what to do."""
    return _MARK.search(text) is not None
