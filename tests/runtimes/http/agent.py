"""An agent at an address, as there may be any: a real server on loopback that answers what a test wants."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import unquote

from gitcp.model.runtimes import HttpRuntime
from gitcp.runtimes.http.signing import answer_to, signed


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def action(self) -> str:
        return str(self.json["action"]) if self.body else "poll"


@dataclass(frozen=True)
class Said:
    """An answer. `pieces` are sent instead of the body, without its length."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterator[bytes] | None = None

    @property
    def sent(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def signed(self, key: bytes, asked: Asked, now: int) -> Self:
        name = answer_to(asked.headers["webhook-id"])
        return type(self)(self.body, self.status, {**self.headers, **signed(key, name, self.sent, now)})


Script = Callable[[Asked], Said]


class Agent(ThreadingHTTPServer):
    """Does what its script says; remembers what it was asked. `released` lets go what a script holds."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.asked: list[Asked] = []
        self.released = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/runs"

    @property
    def actions(self) -> list[str]:
        return [each.action for each in self.asked]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers that went away."""


class _Handler(BaseHTTPRequestHandler):
    server: Agent

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        asked = Asked(self.command, self.path, headers, body)
        self.server.asked.append(asked)
        self._send(self.server.script(asked))

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        if said.pieces is None:
            self.send_header("Content-Length", str(len(said.sent)))
        self.end_headers()
        for piece in said.pieces if said.pieces is not None else (said.sent,):
            self.wfile.write(piece)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(script: Script) -> Iterator[Agent]:
    agent = Agent(script)
    thread = Thread(target=agent.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield agent
    finally:
        agent.released.set()
        agent.shutdown()
        agent.server_close()
        thread.join()


def steps(*said: Said) -> Script:
    """Give one answer after the other, the last one for ever."""
    left = list(said)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def accepted(**answer: Any) -> Said:
    return Said({"status": "running", **answer}, 202, {"Location": "/runs/7"})


def running(**answer: Any) -> Said:
    return Said({"status": "running", **answer})


def done(text: str = "all done", **answer: Any) -> Said:
    return Said({"status": "succeeded", "text": text, **answer})


def by_path(asked: Asked) -> Said:
    """Do what the path says: `says/TEXT`, `fails`, or anything else for ever."""
    if asked.action == "cancel":
        return Said({"status": "cancelled"})
    match asked.path.split("/")[2:]:
        case ["says", text]:
            return done(unquote(text))
        case ["fails"]:
            return Said({"status": "failed", "error": {"message": "it could not"}})
    return Said({"status": "running", "status_url": "/runs/endless"})


def an_http(url: str, **given: Any) -> HttpRuntime:
    return HttpRuntime(**({"type": "http", "url": url, "poll_seconds": Decimal("0.1")} | given))
