"""Requests to GitHub's REST API. Every answer is untrusted: bounded in size and time, from the root that was given alone.

Rule: what may be sent twice is sent again where that may help; what may not is sent again only where it was refused.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlencode, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from gitcp import __version__
from gitcp.errors import ForgeError
from gitcp.github.access import Access

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

LONGEST_ANSWER: Final = 32 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 60.0
LONGEST_PAUSE: Final = 60.0
PAUSES: Final = (1.0, 4.0, 16.0)
LONGEST_WORD: Final = 300
# The version of the API that this is written for; answers of later ones are read as well.
VERSION: Final = "2022-11-28"
_PIECE: Final = 64 * 1024
_BUSY: Final = frozenset({
    HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
})  # fmt: skip
_LIMITED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `needs`: the permission without which it is refused. `twice`: whether sending it again does no harm."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str | int] | None = None
    body: Mapping[str, Any] | None = None
    needs: str | None = None
    twice: bool = True

    @property
    def place(self) -> str:
        """The address below the root."""
        path = "/" + "/".join(quote(part, safe="") for part in self.path)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    def __str__(self) -> str:
        """Name it as GitHub's documentation does."""
        return f"{self.method} /{'/'.join(self.path)}"


@dataclass(frozen=True, slots=True)
class _Reply:
    data: Any
    date: str | None


class _RefusedError(Exception):
    def __init__(
        self, status: int, word: str, *, again: bool, pause: float | None = None, limited: bool = False
    ) -> None:
        super().__init__(word)
        self.status, self.word, self.again = status, word, again
        self.pause, self.limited = pause, limited


@dataclass(frozen=True, slots=True)
class Wire:
    """Asks the API; `sleep` waits before something is asked again, as often as there are `pauses` in seconds, and `now` says the time in seconds since 1970."""

    access: Access
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    pauses: tuple[float, ...] = PAUSES

    def ask(self, request: Request) -> Any:
        """Send a request and return what was answered, as plain data; none where there is no content.

        Raises:
            ForgeError: it was refused, or there is no answer.
        """
        return self._asked(request).data

    def date(self) -> str | None:
        """Return what time GitHub says that it is, as its header `Date` does.

        Raises:
            ForgeError: as `ask`.
        """
        return self._asked(Request("GET", ("rate_limit",))).date

    def _asked(self, request: Request) -> _Reply:
        for pause in (*self.pauses, None):
            try:
                return self._sent(request)
            except _RefusedError as refused:
                wait = max(pause or 0, refused.pause or 0)
                if pause is None or not refused.again or wait > LONGEST_PAUSE:
                    raise self._error(request, refused) from None
                self.sleep(wait)
        raise AssertionError("the last pause is none")

    def _sent(self, request: Request) -> _Reply:
        import urllib3  # noqa: PLC0415 - most commands ask nobody

        try:
            with _pool(self.access.root) as pool:
                return self._answered(pool, request)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            refused = isinstance(error, urllib3.exceptions.SSLError)
            lost = isinstance(
                error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError
            )
            raise _RefusedError(0, _why(error), again=not refused and (lost or request.twice)) from None

    def _answered(self, pool: "PoolManager", request: Request) -> _Reply:
        import urllib3  # noqa: PLC0415

        body = b"" if request.body is None else json.dumps(request.body).encode()
        response = pool.request(
            request.method,
            self.access.root + request.place,
            body=body or None,
            headers=self._headers(request),
            redirect=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
        )
        try:
            data = self._read(response)
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise self._refused(request, response, data)
        finally:
            response.close()
        return _Reply(_json(data) if data else None, response.headers.get("Date"))

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {
            "accept": "application/vnd.github+json, application/json;q=0.9",
            "accept-encoding": "identity",
            "authorization": f"Bearer {self.access.token}",
            "user-agent": f"gitcp/{__version__}",
            "x-github-api-version": VERSION,
        }
        return headers | ({"content-type": "application/json"} if request.body is not None else {})

    def _read(self, response: "BaseHTTPResponse") -> bytes:
        deadline = time.monotonic() + ANSWER_SECONDS
        pieces, size = [], 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_ANSWER:
                raise _RefusedError(0, f"the answer is longer than {LONGEST_ANSWER} bytes", again=False)
            if time.monotonic() > deadline:
                raise _RefusedError(0, f"the answer took longer than {ANSWER_SECONDS:g} seconds", again=False)
        return b"".join(pieces)

    def _refused(self, request: Request, response: "BaseHTTPResponse", data: bytes) -> _RefusedError:
        status, headers = response.status, response.headers
        pause = _seconds(headers.get("Retry-After"))
        if pause is None and headers.get("X-RateLimit-Remaining") == "0":
            reset = _seconds(headers.get("X-RateLimit-Reset"))
            pause = max(reset - self.now(), 0) + 1 if reset is not None else None
        word = _word(data, self.access)
        told = status == HTTPStatus.TOO_MANY_REQUESTS or "rate limit" in word.lower()
        limited = status in _LIMITED and (pause is not None or told)
        pause = LONGEST_PAUSE if limited and pause is None else pause
        busy = status in _BUSY and (request.twice or status == HTTPStatus.SERVICE_UNAVAILABLE)
        return _RefusedError(status, word, again=limited or busy, pause=pause, limited=limited)

    def _error(self, request: Request, refused: _RefusedError) -> ForgeError:
        told = f"answered {refused.status}{_phrase(refused.status)}" if refused.status else "no answer"
        message = f"GitHub: {request}: {told}" + (f": {refused.word}" if refused.word else "")
        hint = self._hint(request, refused)
        return ForgeError(message, status=refused.status or None, hint=hint)

    def _hint(self, request: Request, refused: _RefusedError) -> str | None:
        if refused.limited:
            until = formatdate(self.now() + refused.pause, usegmt=True) if refused.pause else "later"
            return f"the token has asked too often; try again after {until}"
        right = f"`permissions: {request.needs}` in the job" if request.needs else "that right"
        match refused.status:
            case HTTPStatus.UNAUTHORIZED:
                return "the token does not count here, or no more: set GITHUB_TOKEN, or gh auth login"
            case HTTPStatus.FORBIDDEN:
                return f"the token needs {right}"
            case HTTPStatus.NOT_FOUND:
                return f"it is not there, or the token may not see it: a private repository needs {right}"
            case HTTPStatus.GONE:
                return "it is switched off in the settings of the repository"
            case HTTPStatus.MOVED_PERMANENTLY | HTTPStatus.TEMPORARY_REDIRECT:
                return "it has another name now, which is not followed: name it, with GITHUB_REPOSITORY"
        return None


def _pool(root: str) -> "PoolManager":
    """Go by the proxy of the environment, where TLS hides from it all but the host; where there is no TLS, by none."""
    import urllib3  # noqa: PLC0415

    parts = urlsplit(root)
    proxy = getproxies_environment().get("https") if parts.scheme == "https" else None
    if not proxy or proxy_bypass(parts.hostname or ""):
        return urllib3.PoolManager(retries=False)
    told = urlsplit(proxy)
    user = f"{unquote(told.username)}:{unquote(told.password or '')}" if told.username else None
    headers = urllib3.make_headers(proxy_basic_auth=user)
    return urllib3.ProxyManager(proxy, proxy_headers=headers, retries=False)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise _RefusedError(0, "the answer is no JSON", again=False) from None


def _word(data: bytes, access: Access) -> str:
    """Return what GitHub says of a refusal, as one short line; never what was sent, and never all of it."""
    try:
        said = json.loads(data[:LONGEST_ANSWER])
    except (ValueError, RecursionError):
        return ""
    message = said.get("message") if isinstance(said, dict) else None
    if not isinstance(message, str):
        return ""
    message = access.without_token(message)  # before it is cut, which would leave a part of it
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return line if len(line) <= LONGEST_WORD else f"{line[: LONGEST_WORD - 1]}…"


def _phrase(status: int) -> str:
    return f" {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else ""


def _seconds(text: str | None) -> float | None:
    # So many digits has the time of a year that everybody can write.
    short = text is not None and text.isascii() and text.isdecimal() and len(text) <= 11  # noqa: PLR2004
    return float(text) if text is not None and short else None


def _why(error: BaseException) -> str:
    from urllib3 import exceptions  # noqa: PLC0415

    match error:
        case exceptions.SSLError():
            return "its certificate or its TLS is not accepted"
        case exceptions.ProxyError() | exceptions.ProxySchemeUnknown():
            return "the proxy of the environment does not lead there"
        case exceptions.NameResolutionError():
            return "its name is not known"
        case exceptions.NewConnectionError():
            cause = error.__cause__
            return f"no connection: {cause.strerror if isinstance(cause, OSError) else 'refused'}"
        case exceptions.ConnectTimeoutError():
            return f"no connection within {CONNECT_SECONDS:g} seconds"
        case exceptions.ReadTimeoutError():
            return f"nothing came for {ANSWER_SECONDS:g} seconds"
    return "the connection broke before the answer was whole"
