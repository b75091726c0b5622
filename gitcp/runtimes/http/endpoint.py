"""One endpoint, asked over HTTP. Every answer is untrusted: bounded in size and time, from the asked address alone, signed where a key is set.

Rule: no redirect is followed and no proxy of the environment is used, so that what is sent goes where the agent's record says.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from gitcp import __version__
from gitcp.model.runs import FailureClass
from gitcp.runtimes.http.answer import Answer, read_answer
from gitcp.runtimes.http.signing import answer_to, fault, signed

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

LONGEST_ANSWER: Final = 1024 * 1024
CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 60.0
LONGEST_PAUSE: Final = 60.0
_PIECE: Final = 64 * 1024
_LATER: Final = frozenset({
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
})  # fmt: skip


class EndpointError(Exception):
    """It did not answer as it should. `again`: whether asking again may help, after `pause` seconds if it said so; `reached`: whether it may have heard the question."""

    def __init__(
        self,
        message: str,
        failure: FailureClass,
        *,
        again: bool = False,
        pause: float | None = None,
        reached: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.failure = failure
        self.again = again
        self.pause = pause
        self.reached = reached


@dataclass(frozen=True, slots=True)
class Question:
    """One request: its name is unique within the run, and the same when it is sent again. Without a body it is a GET."""

    name: str
    url: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and where to ask for the next one, if it said so."""

    answer: Answer
    status_url: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the agent is, and how both sides know each other; the names of `headers` are in lower case, `secret` are those nobody reads."""

    url: str
    headers: Mapping[str, str]
    key: bytes | None = None
    secret: frozenset[str] = frozenset()
    now: Callable[[], float] = time.time

    def ask(self, question: Question) -> Reply:
        """Send a request and return what was answered; a status URL is in full, and of this very origin.

        Raises:
            EndpointError: there is no answer, or none that counts.
        """
        import urllib3  # noqa: PLC0415 — most runs need no HTTP client

        try:
            with urllib3.PoolManager(retries=False) as pool:
                return self._ask(pool, question)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            refused = isinstance(error, urllib3.exceptions.SSLError)
            lost = isinstance(
                error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
            )
            raise EndpointError(
                f"{self.place}: {_why(error)}", FailureClass.PLATFORM, again=not refused, reached=not lost
            ) from error

    @property
    def place(self) -> str:
        """The address without its path, which may hold what nobody should read."""
        return origin(self.url)

    def _ask(self, pool: "PoolManager", question: Question) -> Reply:
        import urllib3  # noqa: PLC0415

        body = b"" if question.body is None else json.dumps(question.body, ensure_ascii=False).encode()
        response = pool.request(
            "GET" if question.body is None else "POST",
            question.url,
            body=body or None,
            headers=self._headers(question, body),
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
        )
        try:
            self._check_status(response)
            return self._answer(response, question)
        finally:
            response.close()

    def _headers(self, question: Question, body: bytes) -> dict[str, str]:
        own = {
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": f"gitcp/{__version__}",
        }
        if question.body is not None:
            own |= {"content-type": "application/json", "idempotency-key": question.name}
        signature = signed(self.key, question.name, body, int(self.now())) if self.key else {}
        return {**self.headers, **own, **signature}

    def _check_status(self, response: "BaseHTTPResponse") -> None:
        status = response.status
        if status in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            return
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise EndpointError(
                f"{self.place}: it redirects, which is not followed: write the final address into runtime.url",
                FailureClass.PLATFORM,
            )
        later = status in _LATER
        raise EndpointError(
            f"{self.place}: answered {status}{_phrase(status)}",
            FailureClass.TRANSIENT if later else FailureClass.PLATFORM,
            again=later,
            pause=_seconds(response.headers.get("Retry-After")),
        )

    def _answer(self, response: "BaseHTTPResponse", question: Question) -> Reply:
        body = self._read(response)
        if self.key is not None:
            headers = {name.lower(): value for name, value in response.headers.items()}
            wrong = fault(self.key, answer_to(question.name), body, headers, int(self.now()))
            if wrong is not None:
                raise EndpointError(
                    f"{self.place}: the answer is not believed: {wrong}", FailureClass.PLATFORM, again=True
                )
        try:
            answer = read_answer(body)
        except ValueError as error:
            raise EndpointError(
                f"{self.place}: the answer is not understood: {error}", FailureClass.PLATFORM, again=True
            ) from error
        told = None if answer.is_over else answer.status_url or response.headers.get("Location")
        return Reply(answer, self._own(question, told) if told else None)

    def _read(self, response: "BaseHTTPResponse") -> bytes:
        deadline = time.monotonic() + ANSWER_SECONDS
        body = b""
        while piece := response.read1(_PIECE):
            body += piece
            if len(body) > LONGEST_ANSWER:
                raise EndpointError(
                    f"{self.place}: the answer is longer than {LONGEST_ANSWER} bytes", FailureClass.PLATFORM
                )
            if time.monotonic() > deadline:
                raise EndpointError(
                    f"{self.place}: the answer took longer than {ANSWER_SECONDS:g} seconds",
                    FailureClass.PLATFORM,
                    again=True,
                )
        return body

    def _own(self, question: Question, told: str) -> str:
        try:
            url = urljoin(question.url, told)
            same = origin(url) == self.place
        except ValueError:
            same = False
        if not same:
            raise EndpointError(
                f"{self.place}: its status URL is at another origin, which is not asked",
                FailureClass.PLATFORM,
            )
        return url


def origin(url: str) -> str:
    """Return scheme, host and port of a URL.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise ValueError("expected http:// or https:// and a host, without a user's name")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _phrase(status: int) -> str:
    return f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""


def _seconds(text: str | None) -> float | None:
    short = text is not None and text.isascii() and text.isdecimal() and len(text) <= 6  # noqa: PLR2004
    return min(float(text), LONGEST_PAUSE) if text is not None and short else None


def _why(error: BaseException) -> str:
    from urllib3 import exceptions  # noqa: PLC0415

    match error:
        case exceptions.SSLError():
            return f"its certificate or its TLS is not accepted: {error}"
        case exceptions.NameResolutionError():
            return "its name is not known"
        case exceptions.NewConnectionError():
            cause = error.__cause__
            return f"no connection: {cause.strerror if isinstance(cause, OSError) else 'refused'}"
        case exceptions.ConnectTimeoutError():
            return f"no connection within {CONNECT_SECONDS:g} seconds"
        case exceptions.ReadTimeoutError():
            return f"no answer within {ANSWER_SECONDS:g} seconds"
        case ValueError():
            return f"what was to be sent cannot be sent: {error}"
    return "the connection broke before the answer was whole"
