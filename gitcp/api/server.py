"""The callback over HTTP on loopback: who may connect, and how a request is read. What it means is decided in `routes`.

Rule: nothing is read before the token is right, and no failure shows a traceback.
"""

import hmac
import json
import logging
import re
import socketserver
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self, cast
from urllib.parse import parse_qs, urlsplit

from gitcp.api.callback import Callback, Request
from gitcp.api.declarations import Declaration
from gitcp.api.refusals import Answer, refusal
from gitcp.api.routes import answer

_LOG = logging.getLogger(__name__)

LONGEST_BODY: Final = 256 * 1024
PATIENCE: Final = 20.0
SHORTEST_TOKEN: Final = 16
_DRAINED: Final = 16 * LONGEST_BODY
_KEY: Final = re.compile(r"[0-9a-fA-F]{1,64}\Z")
_LENGTH: Final = re.compile(r"[0-9]{1,9}\Z")


class CallbackServer:
    """Serves one run's callback on a port of 127.0.0.1, to who knows the token."""

    def __init__(self, callback: Callback, token: str) -> None:
        """Prepare to serve; nothing listens before `start`."""
        if len(token) < SHORTEST_TOKEN:
            raise ValueError(f"expected a token of {SHORTEST_TOKEN} characters or more")
        self._callback = callback
        self._token = token
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def start(self) -> str:
        """Listen, and return the URL: what GITCP_API_URL holds."""
        self._server = _Server(self._callback, self._token)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="callback", daemon=True)
        self._thread.start()
        return f"http://{self._server.place}"

    def close(self) -> Declaration:
        """End the run: whatever is asked from now on is answered 409. Return what was declared last.

        An operation that is under way is waited for; afterwards the run changes nothing more.
        """
        with self._callback.lock:
            return self._callback.declarations.close()

    def stop(self) -> None:
        """Close the run and the port. Stopping again does nothing."""
        self.close()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        """Start with the block."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop with the block."""
        self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None
        return f"http://{self._server.place}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, callback: Callback, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.callback = callback
        self.token = token.encode()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for its own name here, which may take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Say nothing of connections that break: their caller knows."""
        if not isinstance(sys.exc_info()[1], OSError):
            _LOG.exception("a callback connection failed")


class _RefusedError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    _unread = 0
    server_version = "gitcp"
    sys_version = ""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        announced = self.headers.get("Content-Length") or ""
        self._unread = int(announced) if _LENGTH.match(announced) else 0
        try:
            self._check_caller()
            reply = answer(self._gitcp.callback, self._request())
        except _RefusedError as error:
            reply = error.answer
            self._drain()
        self._send(reply)

    @property
    def _gitcp(self) -> _Server:
        return cast("_Server", self.server)

    def _check_caller(self) -> None:
        if self.headers.get("Host") not in {self._gitcp.place, f"localhost:{self._gitcp.server_port}"}:
            raise _RefusedError(refusal(403, "not-allowed", f"expected Host {self._gitcp.place}"))
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        known = hmac.compare_digest(token.strip().encode("utf-8", "replace"), self._gitcp.token)
        if scheme.lower() != "bearer" or not known:
            hint = "send the header Authorization: Bearer, with the value of GITCP_API_KEY"
            raise _RefusedError(
                refusal(401, "unauthorised", "the token of this run is missing or wrong", hint)
            )

    def _request(self) -> Request:
        url = urlsplit(self.path)
        try:
            query = parse_qs(url.query, keep_blank_values=True, max_num_fields=50)
        except ValueError:
            raise _bad("expected at most 50 filters") from None
        key = self.headers.get("Gitcp-Request")
        if key is not None and not _KEY.match(key):
            raise _bad("Gitcp-Request: expected up to 64 hexadecimal digits")
        body = self._body() if self.command == "POST" else {}
        return Request(self.command, url.path, {n: tuple(v) for n, v in query.items()}, body, key)

    def _body(self) -> dict[str, Any]:
        kind = (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise _bad(f"Content-Type: expected application/json, found {kind[:60] or 'nothing'}")
        text = self._read(self._length())
        try:
            found = json.loads(text.decode(), parse_constant=_no_constant)
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise _bad("the body is not well-formed JSON in UTF-8") from None
        if not isinstance(found, dict):
            raise _bad("expected a JSON object as the body")
        return found

    def _length(self) -> int:
        given = self.headers.get_all("Content-Length") or []
        if len(given) != 1 or not _LENGTH.match(given[0]) or self.headers.get("Transfer-Encoding"):
            raise _bad("expected one Content-Length and no Transfer-Encoding")
        if int(given[0]) > LONGEST_BODY:
            message = f"the body has {given[0]} bytes, expected at most {LONGEST_BODY}"
            raise _RefusedError(refusal(413, "too-long", message, "say it in several calls"))
        return int(given[0])

    def _read(self, length: int) -> bytes:
        # Whatever comes of it: what did not arrive in time is not waited for again.
        self._unread = 0
        try:
            found = self.rfile.read(length)
        except TimeoutError:
            found = b""
        if len(found) < length:
            raise _bad(f"the body ended early: expected {length} bytes")
        return found

    def _drain(self) -> None:
        # A caller that is still sending would see a broken connection instead of the answer.
        left = min(self._unread, _DRAINED)
        try:
            while left > 0 and (piece := self.rfile.read1(min(left, 65536))):
                left -= len(piece)
        except OSError:
            return

    def _send(self, reply: Answer) -> None:
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if reply.status == 401:  # noqa: PLR2004 — the one status that has to name its scheme
            self.send_header("WWW-Authenticate", "Bearer")
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is not even a request, as JSON as well."""
        self.request_version = "HTTP/1.0"  # what claims to be older would get no headers
        status = code if code < 500 else 404  # noqa: PLR2004 — an unknown method is nothing that failed here
        self._send(refusal(status, "bad-request", message or "the request is not well formed"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — the name that the base class gives
        """Keep quiet: what matters is in the control repository."""


def _bad(message: str) -> _RefusedError:
    return _RefusedError(refusal(400, "bad-request", message))


def _no_constant(name: str) -> Any:
    raise ValueError(name)
