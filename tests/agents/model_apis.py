"""The four ways to ask a model, as far as the agents' programs use them: each reads a request and writes an answer."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tests.agents.script import Turn, has_marks

Body = Mapping[str, Any]

# The shell of each program, and how it wants its command.
SHELLS: Final[Mapping[str, str]] = {
    "Bash": "command",
    "bash": "command",
    "exec_command": "cmd",
    "shell_command": "command",
    "run_shell_command": "command",
    "exec": "script",
}
# The newest models of Codex have no shell, they write programs that have one.
_SCRIPTS: Final = "exec"


@dataclass
class Heard:
    """What a request says: the system prompt, the prompts, what tools said since the latest prompt with marks, and the tools' names."""

    system: str
    prompts: list[str]
    results: list[str]
    tools: list[str]

    def prompt(self, text: str) -> None:
        """Take a prompt; one with marks begins a new script."""
        self.prompts.append(text)
        if has_marks(text):
            self.results.clear()

    def call(self, turn: Turn) -> tuple[str, dict[str, Any]] | None:
        """Return which tool the model calls, if any."""
        if turn.tool is not None:
            return turn.tool, turn.arguments
        if turn.shell is None:
            return None
        name = next((name for name in self.tools if name in SHELLS), "Bash")
        return name, {SHELLS[name]: turn.shell, "description": "as the script says"}


class Api(Protocol):
    """One way to ask a model."""

    name: str

    def hear(self, body: Body) -> Heard:
        """Read a request."""
        ...

    def events(self, heard: Heard, turn: Turn, model: str, number: int) -> Iterator[tuple[str | None, Body]]:
        """Write the answer as server-sent events: a name, or none, and data."""
        ...

    def whole(self, heard: Heard, turn: Turn, model: str, number: int) -> Body:
        """Write the answer in one piece."""
        ...

    def error(self, status: int) -> Body:
        """Write an error as the provider does."""
        ...


class Anthropic:
    """Messages."""

    name = "anthropic"
    errors: Final = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}  # fmt: skip

    def hear(self, body: Body) -> Heard:
        heard = Heard(_text(body.get("system")), [], [], [tool["name"] for tool in body.get("tools", ())])
        for message in body["messages"]:
            for block in _blocks(message["content"]):
                if block["type"] == "tool_result":
                    heard.results.append(_text(block.get("content")))
                elif block["type"] == "text" and message["role"] == "user":
                    heard.prompt(block["text"])
                elif block["type"] == "text" and message["role"] == "system":
                    heard.system += block["text"]
        return heard

    def events(self, heard: Heard, turn: Turn, model: str, number: int) -> Iterator[tuple[str | None, Body]]:
        message = dict(self.whole(heard, turn, model, number))
        (block,), reason, usage = message["content"], message["stop_reason"], message["usage"]
        start = message | {"content": [], "stop_reason": None, "usage": usage | {"output_tokens": 1}}
        yield _named("message_start", message=start)
        if block["type"] == "text":
            empty, delta = block | {"text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            said = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            empty, delta = block | {"input": {}}, said
        yield _named("content_block_start", index=0, content_block=empty)
        yield _named("content_block_delta", index=0, delta=delta)
        yield _named("content_block_stop", index=0)
        yield _named("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=usage)
        yield _named("message_stop")

    def whole(self, heard: Heard, turn: Turn, model: str, number: int) -> Body:
        call = heard.call(turn)
        block: dict[str, Any] = {"type": "text", "text": turn.text}
        if call:
            block = {"type": "tool_use", "id": f"toolu_{number:04}", "name": call[0], "input": call[1]}
        used = turn.tokens
        return {
            "id": f"msg_{number:04}",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [block],
            "stop_reason": "tool_use" if call else "end_turn",
            "stop_sequence": None,
            "usage": {
                "input_tokens": used.input - used.cached,
                "cache_read_input_tokens": used.cached,
                "cache_creation_input_tokens": 0,
                "output_tokens": used.output,
            },
        }

    def error(self, status: int) -> Body:
        kind = self.errors.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": f"the stub says {status}"}}


class Responses:
    """OpenAI's Responses."""

    name = "responses"

    def hear(self, body: Body) -> Heard:
        heard = Heard(body.get("instructions") or "", [], [], [_tool(tool) for tool in body.get("tools", ())])
        for item in body["input"]:
            kind, role = item.get("type", "message"), item.get("role")
            if kind == "additional_tools":
                given = [tool for group in item["tools"] for tool in group.get("tools", ())]
                heard.tools += [_tool(tool) for tool in given]
            elif kind.endswith("_call_output"):
                heard.results.append(_text(item["output"]))
            elif kind == "message" and role == "user":
                heard.prompt(_text(item["content"]))
            elif kind == "message" and role in {"system", "developer"}:
                heard.system += _text(item["content"])
        return heard

    def events(self, heard: Heard, turn: Turn, model: str, number: int) -> Iterator[tuple[str | None, Body]]:
        whole = self.whole(heard, turn, model, number)
        yield _named("response.created", response={"id": whole["id"], "status": "in_progress"})
        for index, item in enumerate(whole["output"]):
            yield _named("response.output_item.added", output_index=index, item=item)
            yield _named("response.output_item.done", output_index=index, item=item)
        yield _named("response.completed", response=whole)

    def whole(self, heard: Heard, turn: Turn, model: str, number: int) -> Body:
        call = heard.call(turn)
        item: dict[str, Any] = {
            "type": "message", "role": "assistant", "id": f"item_{number:04}", "status": "completed",
            "content": [{"type": "output_text", "text": turn.text, "annotations": []}],
        }  # fmt: skip
        if call and call[0] == _SCRIPTS:
            code = f"const told = await tools.exec_command({json.dumps({'cmd': turn.shell})}); text(told.output);"
            item = {
                "type": "custom_tool_call", "id": f"item_{number:04}", "call_id": f"call_{number:04}", "name": _SCRIPTS,
                "input": code, "status": "completed",
            }  # fmt: skip
        elif call:
            item = {
                "type": "function_call", "id": f"item_{number:04}", "call_id": f"call_{number:04}", "name": call[0],
                "arguments": json.dumps(call[1]), "status": "completed",
            }  # fmt: skip
        used = turn.tokens
        usage = {
            "input_tokens": used.input, "input_tokens_details": {"cached_tokens": used.cached},
            "output_tokens": used.output, "output_tokens_details": {"reasoning_tokens": used.reasoning},
            "total_tokens": used.input + used.output,
        }  # fmt: skip
        return {"id": f"resp_{number:04}", "object": "response", "model": model, "status": "completed", "output": [item], "usage": usage}  # fmt: skip

    def error(self, status: int) -> Body:
        return _openai_error(status)


class Chat:
    """OpenAI's Chat Completions."""

    name = "chat"

    def hear(self, body: Body) -> Heard:
        heard = Heard("", [], [], [_tool(tool.get("function", tool)) for tool in body.get("tools", ())])
        for message in body["messages"]:
            match message["role"]:
                case "tool":
                    heard.results.append(_text(message["content"]))
                case "user":
                    heard.prompt(_text(message["content"]))
                case "system" | "developer":
                    heard.system += _text(message["content"])
        return heard

    def events(self, heard: Heard, turn: Turn, model: str, number: int) -> Iterator[tuple[str | None, Body]]:
        whole = self.whole(heard, turn, model, number)
        choice = whole["choices"][0]
        delta = dict(choice["message"])
        for index, call in enumerate(delta.get("tool_calls", ())):
            call["index"] = index
        chunk = {name: whole[name] for name in ("id", "model", "created")} | {
            "object": "chat.completion.chunk"
        }
        yield None, chunk | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        yield None, chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}
        yield None, chunk | {"choices": [], "usage": whole["usage"]}
        yield None, {}

    def whole(self, heard: Heard, turn: Turn, model: str, number: int) -> Body:
        call = heard.call(turn)
        message: dict[str, Any] = {"role": "assistant", "content": turn.text}
        if call:
            function = {"name": call[0], "arguments": json.dumps(call[1])}
            message["tool_calls"] = [{"id": f"call_{number:04}", "type": "function", "function": function}]
        used = turn.tokens
        usage = {
            "prompt_tokens": used.input, "prompt_tokens_details": {"cached_tokens": used.cached},
            "completion_tokens": used.output, "completion_tokens_details": {"reasoning_tokens": used.reasoning},
            "total_tokens": used.input + used.output,
        }  # fmt: skip
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if call else "stop"}
        return {"id": f"chat_{number:04}", "object": "chat.completion", "created": 0, "model": model, "choices": [choice], "usage": usage}  # fmt: skip

    def error(self, status: int) -> Body:
        return _openai_error(status)


class Gemini:
    """Google's generateContent."""

    name = "gemini"
    errors: Final = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}  # fmt: skip

    def hear(self, body: Body) -> Heard:
        declared = [each for tool in body.get("tools", ()) for each in tool.get("functionDeclarations", ())]
        heard = Heard(_parts(body.get("systemInstruction")), [], [], [each["name"] for each in declared])
        for content in body["contents"]:
            for part in content["parts"]:
                if "functionResponse" in part:
                    heard.results.append(json.dumps(part["functionResponse"]["response"]))
                elif content.get("role") == "user" and "text" in part:
                    heard.prompt(part["text"])
        return heard

    def events(self, heard: Heard, turn: Turn, model: str, number: int) -> Iterator[tuple[str | None, Body]]:
        whole = dict(self.whole(heard, turn, model, number))
        said = {"content": whole["candidates"][0]["content"], "index": 0}
        ended = {"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": "STOP", "index": 0}
        used = whole.pop("usageMetadata")
        yield None, whole | {"candidates": [said]}
        yield None, whole | {"candidates": [ended], "usageMetadata": used}

    def whole(self, heard: Heard, turn: Turn, model: str, number: int) -> Body:
        call = heard.call(turn)
        part: dict[str, Any] = {"text": turn.text}
        if call:
            part = {"functionCall": {"name": call[0], "args": call[1]}}
        used = turn.tokens
        usage = {
            "promptTokenCount": used.input, "cachedContentTokenCount": used.cached, "thoughtsTokenCount": used.reasoning,
            "candidatesTokenCount": used.output - used.reasoning, "totalTokenCount": used.input + used.output,
        }  # fmt: skip
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model, "responseId": f"{number:04}"}  # fmt: skip

    def error(self, status: int) -> Body:
        message = {"code": status, "message": f"the stub says {status}", "status": self.errors.get(status, "INTERNAL")}  # fmt: skip
        return {"error": message}


def _openai_error(status: int) -> Body:
    kinds = {401: "authentication_error", 429: "rate_limit_exceeded"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": f"the stub says {status}", "type": kind, "code": kind, "param": None}}


def _named(kind: str, **said: Any) -> tuple[str | None, Body]:
    return kind, {"type": kind, **said}


def _blocks(content: Any) -> list[dict[str, Any]]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text", "")) for block in content or () if isinstance(block, Mapping))


def _parts(content: Any) -> str:
    return _text(content["parts"]) if isinstance(content, Mapping) else _text(content)


def _tool(tool: Mapping[str, Any]) -> str:
    return str(tool.get("name") or tool.get("type") or "")
