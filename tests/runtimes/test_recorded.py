"""Streams of events as the real programs printed them, read again: also those of versions that the tests do not run."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from gitcp.core.operations.finish_run import FinishRun
from gitcp.model.runs import FailureClass, Outcome
from gitcp.model.runtimes import Billing
from gitcp.runtimes import Ending, StopCause
from gitcp.runtimes.child import Exit
from gitcp.runtimes.claude_reader import ClaudeReader
from gitcp.runtimes.codex_reader import CodexReader
from gitcp.runtimes.codex_rollouts import Rollouts
from gitcp.runtimes.conversation import Conversation, Transcript
from gitcp.runtimes.events import Reader
from gitcp.runtimes.gemini_chats import Chats
from gitcp.runtimes.gemini_reader import GeminiReader
from gitcp.runtimes.meter import Meter
from gitcp.runtimes.opencode import OpenCodeReader
from tests.runtimes.programs import RUN, a_launch, shell

RECORDED: Final = Path(__file__).with_name("recorded")

AGENT, PLATFORM, TRANSIENT = FailureClass.AGENT, FailureClass.PLATFORM, FailureClass.TRANSIENT
TURNS, BUDGET = StopCause.TURNS, StopCause.BUDGET

# The stream; how it counts; tokens in, out and money; the model; the last words.
STREAMS: Final[
    list[tuple[str, StopCause | FailureClass | None, tuple[int, int, str] | None, str | None, str]]
] = [
    ("claude-2.1.197-01-text", None, (130, 50, "0.001823"), "claude-opus-4-8", "hello from stub"),
    (
        "claude-2.1.197-04-tool-denied",
        None,
        (260, 100, "0.003645"),
        "claude-opus-4-8",
        "stub: tool said: f you",
    ),
    ("claude-2.1.197-07-resume", None, (130, 50, "0.001823"), "claude-opus-4-8", "resumed"),
    ("claude-2.1.197-09-resume-missing", AGENT, (0, 0, "0"), None, ""),
    ("claude-2.1.197-12-budget", BUDGET, (780, 300, "0.010935"), "claude-opus-4-8", ""),
    ("claude-2.1.197-14-http401", PLATFORM, None, None, ""),
    ("claude-2.1.330-01-text", None, (130, 50, "0.001454"), "claude-opus-5-5", "hello"),
    ("claude-2.1.330-02-tool", None, (260, 100, "0.002908"), "claude-opus-5-5", "stub: tool said: hi"),
    ("claude-2.1.330-03-maxturns", TURNS, (390, 150, "0.004362"), "claude-opus-5-5", ""),
    ("claude-2.1.330-04-budget", BUDGET, (910, 350, "0.010178"), "claude-opus-5-5", ""),
    ("claude-2.1.330-05-529", TRANSIENT, (0, 0, "0"), None, ""),
    ("claude-2.1.330-06-ext", None, (260, 100, "0.002908"), "claude-opus-5-5", "stub: tool said: yes"),
    ("claude-2.1.330-31-sigTERM-tool-6", PLATFORM, (130, 1, "0.000474"), "claude-opus-5-5", ""),
    ("claude-2.1.330-37-interrupt", AGENT, (130, 50, "0.001454"), "claude-opus-5-5", ""),
    ("codex-01-text", None, (100, 50, "0"), None, "hello from stub"),
    ("codex-02-tool", None, (200, 100, "0"), None, "stub: tool said: Chunk ID: e67cfa"),
    ("codex-04-resume", None, (200, 100, "0"), None, "resumed"),
    ("codex-07-http500", TRANSIENT, None, None, ""),
    ("codex-09-http401", PLATFORM, None, None, ""),
    ("codex-30-sigTERM-stall", PLATFORM, None, None, ""),
    ("gemini-01-text", None, (100, 50, "0"), "stub", "hello from stub"),
    ("gemini-02-tool", None, (200, 100, "0"), "stub", "stub: tool said: "),
    ("gemini-05-http400", AGENT, (0, 0, "0"), "gemini-2.5-flash", ""),
    ("gemini-12-maxturns", TURNS, (200, 100, "0"), "stub", ""),
    ("opencode-01-text", None, (100, 50, "0.00099"), "m1", "hello from stub"),
    ("opencode-02-tool", None, (200, 100, "0.00198"), "m1", "stub: tool said: /srv/factory"),
    ("opencode-14-ask", AGENT, (100, 50, "0.00099"), "m1", ""),
    ("opencode-16-http401", PLATFORM, (0, 0, "0"), "m1", ""),
]


def claude_reader(_: Path) -> Reader:
    return ClaudeReader()


def codex_reader(folder: Path) -> Reader:
    return CodexReader(Rollouts(folder, ""), folder / "counted.json", None)


READERS: Final[dict[str, Callable[[Path], Reader]]] = {
    "claude": claude_reader,
    "codex": codex_reader,
    "gemini": lambda folder: GeminiReader(Chats(folder)),
    "opencode": lambda _: OpenCodeReader("stub/m1"),
}


def reread(name: str, folder: Path, *pieces: bytes, code: int = 0) -> Ending:
    launch = a_launch(folder, shell("true"))
    with Transcript(folder / "agent.log") as transcript:
        reader = READERS[name.partition("-")[0]](folder)
        conversation = Conversation(reader, Meter(launch.limits, Billing.API), transcript)
        for piece in pieces:
            conversation.take(piece)
        conversation.finish()
        return conversation.ending(Exit(code=code), launch)


@pytest.mark.parametrize(("name", "how", "used", "model", "said"), STREAMS, ids=[case[0] for case in STREAMS])
def test_a_recorded_stream_tells_how_it_ended_and_what_it_cost(
    name: str,
    how: StopCause | FailureClass | None,
    used: tuple[int, int, str] | None,
    model: str | None,
    said: str,
    tmp_path: Path,
) -> None:
    ending = reread(name, tmp_path, (RECORDED / f"{name}.jsonl").read_bytes())

    assert (ending.stopped or ending.failure) == how
    assert ending.model == model
    assert ending.final_text.startswith(said)
    assert bool(ending.session) == (name != "claude-2.1.197-09-resume-missing")
    if used is None:
        assert ending.usage is None
    else:
        assert ending.usage is not None
        found = ending.usage.input_tokens, ending.usage.output_tokens, ending.usage.usd
        assert found == (used[0], used[1], Decimal(used[2]))


def test_every_recorded_stream_is_read(tmp_path: Path) -> None:
    assert sorted(path.stem for path in RECORDED.glob("*.jsonl")) == sorted(case[0] for case in STREAMS)


def test_tokens_whose_price_nobody_knows_are_not_free(tmp_path: Path) -> None:
    ending = reread("codex", tmp_path, (RECORDED / "codex-01-text.jsonl").read_bytes())

    assert (ending.priced, ending.priced_by) == (False, None)


@pytest.mark.parametrize("name", [case[0] for case in STREAMS if case[1] is None])
def test_a_success_that_exits_with_a_failure_is_none(name: str, tmp_path: Path) -> None:
    ending = reread(name, tmp_path, (RECORDED / f"{name}.jsonl").read_bytes(), code=1)

    assert (ending.failure, ending.error) == (PLATFORM, "exited with code 1")


@pytest.mark.parametrize("name", [case[0] for case in STREAMS if case[1] is None])
def test_a_stream_without_its_last_event_is_no_success(name: str, tmp_path: Path) -> None:
    lines = (RECORDED / f"{name}.jsonl").read_bytes().splitlines(keepends=True)

    ending = reread(name, tmp_path, b"".join(lines[:-1]))

    assert (ending.failure, ending.error) == (PLATFORM, "ended without saying that it is done")


LINES: Final = [
    line for path in sorted(RECORDED.glob("*.jsonl")) for line in path.read_bytes().splitlines()[:40]
]
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("name", sorted(READERS))
def test_whatever_a_program_prints_never_ends_the_run(name: str, tmp_path: Path, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(LINES))
    event = json.loads(line)
    for _ in range(data.draw(st.integers(0, 4))):
        spoil(event, data)
    printed = json.dumps(event).encode() + b"\n" + data.draw(st.binary(max_size=40)) + b"\n" + line

    ending = reread(name, tmp_path, *(printed[at : at + 97] for at in range(0, len(printed), 97)))

    finish = FinishRun(
        run=RUN,
        outcome=Outcome.FAILED,
        session=ending.session,
        model=ending.model,
        priced_by=ending.priced_by,
        reason=ending.error,
        usage=ending.usage,
        summary=ending.final_text,
    )
    assert finish.model_dump_json().encode()


def spoil(event: Any, data: st.DataObject) -> None:
    """Put anything at any place of an event."""
    while isinstance(event, dict | list) and event:
        key = data.draw(st.sampled_from(sorted(event) if isinstance(event, dict) else range(len(event))))
        below = event[key]
        if not isinstance(below, dict | list) or not below or data.draw(st.booleans()):
            event[key] = data.draw(JSON)
            return
        event = below
