"""A model on 127.0.0.1 for the real programs of agents: it does what marks in the prompt say, and remembers what it was asked.

It is a proxy as well, one that lets nothing through: a program that is given it as its proxy asks other hosts here, and is refused.
"""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from tests.agents.model_apis import Anthropic, Api, Chat, Gemini, Heard, Responses
from tests.agents.script import Turn, turn_of

PATHS: Final[Mapping[str, Api]] = {
    r"/v1/messages": Anthropic(),
    r"/v1/responses": Responses(),
    r"/v1/chat/completions": Chat(),
    r"/v1(?:beta|alpha)?/models/(?P<model>[^/:]+):(?P<method>streamGenerateContent|generateContent)": Gemini(),
}
PAUSE: Final = 0.02


@dataclass(frozen=True)
class Asked:
    """One call of the model."""

    api: str
    model: str
    system: str
    prompt: str
    tools: tuple[str, ...]
    headers: Mapping[str, str]
    at: float
    turn: Turn


@dataclass
class ModelServer:
    """The stub. Leaving its context ends it and whatever it holds up."""

    asked: list[Asked] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(PAUSE,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def as_proxy(self) -> dict[str, str]:
        """Return the environment that sends what is meant for other hosts here."""
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        proxy = {spelt: self.url for name in names for spelt in (name, name.lower())}
        return proxy | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

    def note(self, api: Api, model: str, heard: Heard, headers: Mapping[str, str]) -> tuple[Turn, int]:
        """Remember a call; return what the model does now, and the call's number."""
        turn = turn_of(heard.prompts, heard.results)
        prompt = "\n".join(heard.prompts)
        asked = Asked(
            api.name, model, heard.system, prompt, tuple(heard.tools), headers, time.monotonic(), turn
        )
        with self._lock:
            self.asked.append(asked)
            return turn, len(self.asked)

    def pause(self, seconds: float | None) -> bool:
        """Wait, for ever if told no time; return whether the test is over meanwhile."""
        return self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    stub: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a program that ends in the middle of an answer is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_CONNECT(self) -> None:
        self._refuse(self.path)

    def do_HEAD(self) -> None:
        self._send(200, b"")

    def do_GET(self) -> None:
        if not self.path.startswith("/"):
            self._refuse(urlsplit(self.path).netloc)
        else:
            # No web sockets here: who asks for one is told so, and posts.
            self._send(426 if "Upgrade" in self.headers else 404, b"{}")

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith("/"):
            self._refuse(urlsplit(self.path).netloc)
            return
        path = urlsplit(self.path).path
        if path.endswith(("/count_tokens", ":countTokens")):
            self._send(200, b'{"input_tokens": 100, "totalTokens": 100}')
            return
        for pattern, api in PATHS.items():
            if found := re.fullmatch(pattern, path):
                self._answer(api, json.loads(raw), found.groupdict())
                return
        self._send(404, b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing."""

    def _answer(self, api: Api, body: Mapping[str, Any], named: Mapping[str, str | None]) -> None:
        stub = self.server.stub
        model = str(named.get("model") or body.get("model"))
        heard = api.hear(body)
        turn, number = stub.note(
            api, model, heard, {name.lower(): value for name, value in self.headers.items()}
        )
        if (turn.stall or turn.seconds) and stub.pause(None if turn.stall else turn.seconds):
            self.close_connection = True
            return
        if turn.status is not None:
            self._send(turn.status, json.dumps(api.error(turn.status)).encode())
        elif body.get("stream") or named.get("method") == "streamGenerateContent":
            self._stream(api, heard, turn, model, number)
        elif turn.drop:
            self.close_connection = True
        else:
            self._send(200, json.dumps(api.whole(heard, turn, model, number)).encode())

    def _stream(self, api: Api, heard: Heard, turn: Turn, model: str, number: int) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for index, (name, said) in enumerate(api.events(heard, turn, model, number)):
            if turn.drop and index:
                return
            line = f"event: {name}\n" if name else ""
            data = json.dumps(said) if said else "[DONE]"
            self.wfile.write(f"{line}data: {data}\n\n".encode())

    def _refuse(self, host: str) -> None:
        self.server.stub.elsewhere.append(host)
        self._send(502, b"")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
