"""What the events of Codex say."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gitcp.runtimes.codex_rollouts import Rollouts, tokens_of
from gitcp.runtimes.events import Ended, Happening, Note, Opened, Text, Tokens, ToolCall, ToolResult, Total
from gitcp.runtimes.failures import failure_of
from gitcp.runtimes.folders import put, small_text
from gitcp.runtimes.stream import Event, count, event_of, look, objects, text


class CodexReader:
    """Reads the events of one start.

    Codex tells what the whole session used, earlier runs and all: what was counted of it before is in `counted`, and counted once.
    """

    def __init__(self, rollouts: Rollouts, counted: Path, resume: str | None) -> None:
        self._rollouts = rollouts
        self._counted = counted
        self._session = resume
        self._before = _counted(counted, resume) if resume else Tokens()
        self._calls = Tokens()
        self._total = Tokens()

    def read(self, event: Event) -> Iterable[Happening]:
        """Say what an event tells."""
        match text(event, "type"):
            case "thread.started":
                return self._opened(text(event, "thread_id"))
            case "item.started":
                return _called(look(event, "item"))
            case "item.completed":
                return _completed(look(event, "item"))
            case "error":
                return (Note(text(event, "message")),)
            case "turn.completed":
                return (*self._sum(look(event, "usage")), Ended())
            case "turn.failed":
                return self._failed(text(event, "error", "message") or "an error without words")
        return ()

    def poll(self) -> Iterator[Happening]:
        """Say what Codex wrote down of model calls."""
        before = self._calls
        for call in self._rollouts.calls():
            self._calls = self._calls.plus(call.tokens)
            yield call
        if self._calls != before:
            self.close()  # whoever reads this may be killed before its end

    def close(self) -> None:
        """Keep how much of the session is counted."""
        most = max(self._calls, self._total, key=lambda tokens: tokens.all)
        counted = {"session": self._session, "tokens": asdict(self._before.plus(most))}
        with suppress(OSError):  # then the next run counts too much, not too little
            put(self._counted, json.dumps(counted).encode())

    def _opened(self, session: str) -> Iterator[Happening]:
        if session != self._session:
            self._session, self._before = session, Tokens()
        yield Opened(session)

    def _sum(self, usage: Any) -> Iterator[Happening]:
        yield from self.poll()
        told = tokens_of(usage)
        # Less than before: this version tells of this run alone.
        self._total = told.minus(self._before) if told.all >= self._before.all else told
        if (
            self._total.all > self._calls.all
        ):  # else the calls say the same, one by one, and with those of subagents
            yield Total(self._total)

    def _failed(self, why: str) -> Iterator[Happening]:
        yield from self.poll()
        if self._rollouts.exist and not self._calls.all:
            yield Total(Tokens())  # no call came through
        yield Ended(error=why, failure=failure_of(why))


def _called(item: Any) -> Iterator[Happening]:
    match text(item, "type"):
        case "command_execution":
            yield ToolCall("shell", text(item, "command"))
        case "mcp_tool_call":
            yield ToolCall(f"{text(item, 'server')}.{text(item, 'tool')}")


def _completed(item: Any) -> Iterator[Happening]:
    match text(item, "type"):
        case "agent_message":
            yield Text(text(item, "text"))
        case "command_execution":
            failed = look(item, "exit_code") is not None and count(item, "exit_code") != 0
            yield ToolResult(
                text(item, "aggregated_output"), failed=failed or text(item, "status") == "declined"
            )
        case "mcp_tool_call":
            yield ToolResult(text(item, "error", "message"), failed=text(item, "status") == "failed")
        case "file_change":
            changes = [f"{text(each, 'kind')} {text(each, 'path')}" for each in objects(item, "changes")]
            yield ToolCall("edit", ", ".join(changes))
        case "web_search":
            yield ToolCall("search", text(item, "query"))
        case "error":
            yield Note(text(item, "message"))


def _counted(path: Path, session: str) -> Tokens:
    found = event_of(small_text(path).encode())
    if found is None or text(found, "session") != session:
        return Tokens()
    return Tokens(
        *(count(found, "tokens", name) for name in ("input", "cached", "written", "output", "reasoning"))
    )
