"""One HTTP exchange: a request is read from a connection, its caller is let in or not, and the answer is sent. h11 knows the protocol.

Rule: of a body nothing is read before the token is right; a caller has `patience` for all that it sends; no failure shows a traceback.
"""

import json
import logging
import re
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

import h11

from gitcp.api.caller import Request
from gitcp.api.refusals import Answer, RefusedError, bad_request, refusal

_LOG = logging.getLogger(__name__)

# The longest text that a record holds has 200,000 characters, of which each may be escaped in 12 bytes.
LONGEST_BODY: Final = 2560 * 1024
LONGEST_HEAD: Final = 32 * 1024
PATIENCE: Final = 20.0
_LINGERS: Final = 2.0
_GLANCE: Final = 0.1
_DRAINED: Final = 4 * LONGEST_BODY
_PIECE: Final = 65536
_KEY: Final = re.compile(r"[0-9a-fA-F]{1,64}\Z")


class Application(Protocol):
    """What is served."""

    def admit(self, token: str) -> Callable[[Request], Answer]:
        """Return who answers the caller that brings this token; called before anything of a body is read.

        Raises:
            RefusedError: the token is nobody's.
        """
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """How callers are met. `hosts`: the values that `Host` may have, none for any. `patience`: seconds for a whole request."""

    hosts: frozenset[str] | None
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class _Head:
    method: str
    target: str
    headers: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """Return a header that may be there once."""
        values = self.headers.get(name, ())
        if len(values) > 1:
            raise bad_request(f"expected one {name.title()}, found {len(values)}")
        return values[0] if values else ""


def exchange(connection: socket.socket, application: Application, terms: Terms) -> None:
    """Answer the one request of a connection; the caller closes it.

    Raises:
        OSError: the connection broke.
    """
    one = _Exchange(connection, terms)
    try:
        answer = one.answered(application)
    except RefusedError as error:
        answer = error.answer
    except h11.RemoteProtocolError as error:
        answer = refusal(error.error_status_hint, "bad-request", f"this is no request: {error}")
    except OSError:
        raise
    except Exception:  # noqa: BLE001 — the boundary: a caller is never shown a traceback
        _LOG.exception("a call failed before it was looked at")
        answer = refusal(500, "bug", "gitcp failed to answer; its log says why")
    if answer is not None:
        one.send(answer)


def turn_away(connection: socket.socket) -> None:
    """Answer a connection for which there is no room."""
    one = _Exchange(connection, Terms(None, patience=_GLANCE))
    one.send(refusal(503, "busy", "too many connections at once", "try again in a moment", Retry_After="1"))


class _Exchange:
    def __init__(self, connection: socket.socket, terms: Terms) -> None:
        self._connection = connection
        self._terms = terms
        self._until = time.monotonic() + terms.patience
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST_HEAD)
        self._is_head = False

    def answered(self, application: Application) -> Answer | None:
        event = self._event("the request")
        if not isinstance(event, h11.Request):
            return None  # hung up without a word
        head = _head_of(event)
        self._is_head = head.method == "HEAD"
        if event.http_version not in {b"1.0", b"1.1"}:
            raise bad_request(f"expected HTTP/1.1, found HTTP/{event.http_version.decode('ascii')}")
        self._check_host(head)
        answer = application.admit(_token_of(head))
        return answer(self._request(head))

    def send(self, answer: Answer) -> None:
        body = json.dumps(answer.body, ensure_ascii=False).encode()
        headers = {
            "Content-Type": answer.media_type,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Server": "gitcp",
            "Date": formatdate(usegmt=True),
            "Connection": "close",
            **answer.headers,
        }
        response = h11.Response(status_code=answer.status, headers=list(headers.items()), reason=b"")
        pieces: Iterable[h11.Event] = (response, h11.Data(data=body), h11.EndOfMessage())
        if self._is_head:
            pieces = (response, h11.EndOfMessage())
        text = b"".join(self._http.send(piece) or b"" for piece in pieces)
        self._connection.settimeout(PATIENCE)
        self._connection.sendall(text)
        self._linger()

    # -- what came

    def _event(self, what: str) -> Any:
        """Return the next event."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                self._connection.sendall(self._http.send(go_on) or b"")
            self._http.receive_data(self._received(what))
        return event

    def _received(self, what: str) -> bytes:
        self._connection.settimeout(max(self._until - time.monotonic(), 0.001))
        try:
            return self._connection.recv(_PIECE)
        except TimeoutError:
            message = f"{what} did not arrive within {self._terms.patience:g} seconds"
            raise RefusedError(refusal(408, "too-slow", message)) from None

    def _check_host(self, head: _Head) -> None:
        hosts = self._terms.hosts
        if hosts is not None and head.one("host") not in hosts:
            raise RefusedError(refusal(403, "not-allowed", f"expected Host {min(hosts)}"))

    def _request(self, head: _Head) -> Request:
        path, _, given = head.target.partition("?")
        try:
            query = parse_qs(given, keep_blank_values=True, max_num_fields=50)
        except ValueError:
            raise bad_request("expected at most 50 filters") from None
        key = head.one("gitcp-request") if "gitcp-request" in head.headers else None
        if key is not None and not _KEY.match(key):
            raise bad_request("Gitcp-Request: expected up to 64 hexadecimal digits")
        body = self._body(head) if head.method == "POST" else {}
        return Request(head.method, path, {n: tuple(v) for n, v in query.items()}, body, key)

    def _body(self, head: _Head) -> dict[str, Any]:
        kind = head.one("content-type").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise bad_request(f"Content-Type: expected application/json, found {kind[:60] or 'nothing'}")
        if "content-length" in head.headers and "transfer-encoding" in head.headers:
            raise bad_request("expected Content-Length or Transfer-Encoding, found both")
        announced = head.one("content-length")
        if announced and int(announced) > LONGEST_BODY:
            raise _too_long(f"{announced} bytes")
        try:
            found = json.loads(self._text().decode(), parse_constant=_no_constant)
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise bad_request("the body is not well-formed JSON in UTF-8") from None
        if not isinstance(found, dict):
            raise bad_request("expected a JSON object as the body")
        return found

    def _text(self) -> bytes:
        pieces, length = [], 0
        while isinstance(event := self._event("the body"), h11.Data):
            pieces.append(bytes(event.data))
            length += len(event.data)
            if length > LONGEST_BODY:
                raise _too_long("more bytes")
        return b"".join(pieces)

    # -- the end

    def _linger(self) -> None:
        # A caller that is still sending would see a broken connection instead of the answer.
        if self._http.their_state in {h11.DONE, h11.CLOSED, h11.MUST_CLOSE}:
            return
        try:
            self._connection.shutdown(socket.SHUT_WR)
            lingers = min(_LINGERS, self._terms.patience)
            self._connection.settimeout(lingers)
            left, until = _DRAINED, time.monotonic() + lingers
            while left > 0 and time.monotonic() < until and (piece := self._connection.recv(_PIECE)):
                left -= len(piece)
        except OSError:
            return


def _head_of(event: h11.Request) -> _Head:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in event.headers:
        known = name.decode("ascii")
        headers[known] = (*headers.get(known, ()), value.decode("latin-1"))
    return _Head(event.method.decode("ascii"), event.target.decode("ascii"), headers)


def _token_of(head: _Head) -> str:
    scheme, _, token = head.one("authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _too_long(found: str) -> RefusedError:
    message = f"the body has {found}, expected at most {LONGEST_BODY} bytes"
    return RefusedError(refusal(413, "too-long", message, "say it in several calls"))


def _no_constant(name: str) -> Any:
    raise ValueError(name)
