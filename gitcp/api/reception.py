"""The API for people and programs, at an address: who comes in, and who answers.

Rule: a wrong token costs its bringer patience, never who brings a right one.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Lock
from types import TracebackType
from typing import Final, Self

from gitcp.api import visitor
from gitcp.api.caller import Asked, Caller, Object, Request, Route
from gitcp.api.exchange import Terms, exchange, turn_away
from gitcp.api.listener import Listener
from gitcp.api.places import Address
from gitcp.api.refusals import Answer, RefusedError, refusal
from gitcp.api.routes import SHARED, answered
from gitcp.api.visitor import Visitor

MOST_WRONG: Final = 20
WRONG_WITHIN: Final = 60.0
# An operation may have to push.
LAST_WORDS: Final = 30.0


@cache
def description() -> Object:
    """Return what people and programs can ask, as OpenAPI 3.1."""
    from gitcp.api.descriptions import of_company  # noqa: PLC0415 — it takes long, and few ask

    return of_company(ROUTES)


def describe(_caller: Caller, _asked: Asked) -> Object:
    """This interface, as OpenAPI 3.1."""
    return description()


ROUTES: Final[tuple[Route[Visitor], ...]] = (
    Route("GET", "/v1/me", visitor.me),
    Route("GET", "/v1/status", visitor.status),
    Route("GET", "/v1/company", visitor.company),
    Route("GET", "/v1/inbox", visitor.inbox, filters=(visitor.MEMBER,)),
    *SHARED,
    Route("GET", "/v1/runs", visitor.runs, filters=visitor.RUN_FILTERS),
    Route("GET", "/v1/members", visitor.members),
    Route("GET", "/v1/members/{member}", visitor.member),
    Route("GET", "/v1/records/{kind}", visitor.listed),
    Route("GET", "/v1/records/{kind}/{id}", visitor.shown),
    Route("GET", "/v1/openapi.json", describe),
    Route("POST", "/v1/operations/{operation}", visitor.apply),
)


@dataclass(slots=True)
class Failures:
    """The wrong tokens of the last minute."""

    now: Callable[[], float] = time.monotonic
    _at: deque[float] = field(default_factory=deque)
    _guard: Lock = field(default_factory=Lock)

    def add(self) -> bool:
        """Count a wrong token; return whether there were too many."""
        with self._guard:
            now = self.now()
            while self._at and self._at[0] < now - WRONG_WITHIN:
                self._at.popleft()
            if len(self._at) >= MOST_WRONG:
                return True
            self._at.append(now)
            return False


class Reception:
    """Serves people and programs at an address. `who` returns the visitor that a token is for, or none."""

    def __init__(self, address: Address, who: Callable[[str], Visitor | None]) -> None:
        """Prepare to serve; nothing listens before `start`."""
        self._address = address
        self._who = who
        self._failures = Failures()
        self._listener: Listener | None = None
        self.url = ""

    def start(self) -> str:
        """Listen, and return the URL.

        Raises:
            CallbackError: the address cannot be had.
        """
        place = self._address.bind()
        port = place.getsockname()[1]
        self.url = self._address.url(port)
        terms = Terms(self._address.hosts(port))
        handle = partial(exchange, application=self, terms=terms)
        self._listener = Listener(place, handle, turn_away, LAST_WORDS)
        self._listener.start()
        return self.url

    def admit(self, token: str) -> Callable[[Request], Answer]:
        """Let in who has the token of a person."""
        found = self._who(token) if token else None
        if found is not None:
            return partial(answered, ROUTES, found)
        if self._failures.add():
            message = "too many wrong tokens within a minute"
            raise RefusedError(
                refusal(429, "too-many-tokens", message, "wait a minute", Retry_After=f"{WRONG_WITHIN:.0f}")
            )
        hint = (
            "send the header Authorization: Bearer, with a token that `gitcp token new --for PERSON` printed"
        )
        message = "the token is missing, wrong, expired or revoked"
        raise RefusedError(refusal(401, "unauthorised", message, hint, WWW_Authenticate="Bearer"))

    def stop(self) -> None:
        """Answer who is being answered, and let go of the address. Stopping again does nothing."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def __enter__(self) -> Self:
        """Start with the block."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop with the block."""
        self.stop()
