"""The callback of one run, served on a port of loopback or on a socket of its own."""

import hmac
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gitcp.api.callback import Callback
from gitcp.api.caller import Request
from gitcp.api.declarations import Declaration
from gitcp.api.exchange import PATIENCE, Terms, exchange, turn_away
from gitcp.api.listener import Listener
from gitcp.api.places import UNIX, socket_at
from gitcp.api.refusals import Answer, RefusedError, refusal
from gitcp.api.routes import answer

SHORTEST_TOKEN: Final = 16


class CallbackServer:
    """Serves one run's callback to who knows the token: on a port of 127.0.0.1 or, if `path` is given, on a socket there."""

    def __init__(
        self, callback: Callback, token: str, path: Path | None = None, patience: float = PATIENCE
    ) -> None:
        """Prepare to serve; nothing listens before `start`. `patience`: seconds that a caller has to say what it wants."""
        if len(token) < SHORTEST_TOKEN:
            raise ValueError(f"expected a token of {SHORTEST_TOKEN} characters or more")
        self._callback = callback
        self._token = token.encode()
        self._path = path
        self._patience = patience
        self._listener: Listener | None = None
        self._url = ""

    def start(self) -> str:
        """Listen, and return the URL: what GITCP_API_URL holds.

        Raises:
            CallbackError: the path is too long for a socket here.
        """
        place, self._url, hosts = _at_port() if self._path is None else _at_path(self._path)
        terms = Terms(hosts, self._patience)
        self._listener = Listener(place, partial(exchange, application=self, terms=terms), turn_away)
        self._listener.start()
        return self._url

    def admit(self, token: str) -> Callable[[Request], Answer]:
        """Let in who knows the token of the run."""
        if not hmac.compare_digest(token.encode(), self._token):
            hint = "send the header Authorization: Bearer, with the value of GITCP_API_KEY"
            raise _unauthorised("the token of this run is missing or wrong", hint)
        if self._callback.is_expired:
            raise _unauthorised("the token of this run has expired: its deadline has passed", "exit")
        return partial(answer, self._callback)

    def close(self) -> Declaration:
        """End the run: whatever is asked from now on is answered 409. Return what was declared last.

        An operation that is under way is waited for; afterwards the run changes nothing more.
        """
        with self._callback.lock:
            return self._callback.declarations.close()

    def stop(self) -> None:
        """Close the run and the place. Stopping again does nothing."""
        self.close()
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
            if self._path is not None:
                self._path.unlink(missing_ok=True)

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
        return self._url


def _unauthorised(message: str, hint: str) -> RefusedError:
    return RefusedError(refusal(401, "unauthorised", message, hint, WWW_Authenticate="Bearer"))


def _at_port() -> tuple[socket.socket, str, frozenset[str]]:
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    place.bind(("127.0.0.1", 0))
    port = place.getsockname()[1]
    return place, f"http://127.0.0.1:{port}", frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})


def _at_path(path: Path) -> tuple[socket.socket, str, frozenset[str]]:
    return socket_at(path), f"{UNIX}{path}", frozenset({"localhost"})
