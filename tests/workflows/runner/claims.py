"""Who holds which token, and what it may do."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.workflows.runner.language import RefusedError

_LEVELS: Final[Mapping[str, int]] = {"none": 0, "read": 1, "write": 2}


HOME: Final = "acme/control"


class NotPermittedError(Exception):
    """GitHub answers 403: Resource not accessible by integration."""


@dataclass(frozen=True)
class Claims:
    """What the holder of a token may do. `triggers`: whether what it does starts workflows."""

    user: str
    permissions: Mapping[str, str]
    triggers: bool = True
    environment: str | None = None
    repository: str = HOME

    def may(self, what: str, level: str, where: str = HOME) -> bool:
        return where == self.repository and _LEVELS[self.permissions.get(what, "none")] >= _LEVELS[level]

    def expect(self, what: str, level: str) -> None:
        """Raise where it may not.

        Raises:
            NotPermittedError: the permission was not given.
        """
        if not self.may(what, level):
            raise NotPermittedError(f"{self.user} may not {level} {what}")


@dataclass
class Tokens:
    """The tokens that are good now."""

    _known: dict[str, Claims] = field(default_factory=dict)

    def mint(self, claims: Claims) -> str:
        token = f"ghs_{secrets.token_hex(18)}"
        self._known[token] = claims
        return token

    def revoke(self, token: str) -> None:
        self._known.pop(token, None)

    def of(self, token: str) -> Claims | None:
        return self._known.get(token)


def permissions_of(tree: Any, where: str) -> dict[str, str]:
    """Return what a workflow or a job asks for by name; each must say so, as what is not said is given by a setting of the repository.

    Raises:
        RefusedError: it says `read-all` or the like.
    """
    if not isinstance(tree, Mapping):
        raise RefusedError(f"{where}: permissions: expected them by name, found {tree!r}")
    return {name: str(level) for name, level in tree.items()}


def lesser(these: Mapping[str, str], those: Mapping[str, str]) -> dict[str, str]:
    """Return what both give: a called workflow gets no more than the job that calls it."""
    names = set(these) & set(those)
    return {name: min(these[name], those[name], key=_LEVELS.__getitem__) for name in names}


class Groups:
    """Concurrency groups: one runs, one waits; who comes next takes the place of the one that waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: dict[str, threading.Event] = {}
        self._waiting: dict[str, threading.Event] = {}

    def enter(self, name: str, ticket: threading.Event, *, cancels: bool) -> bool:
        """Wait for one's turn; return false if it was cancelled meanwhile."""
        name = name.lower()
        with self._changed:
            if name in self._running:
                if cancels:
                    self._running[name].set()
                if name in self._waiting:
                    self._waiting[name].set()
                self._waiting[name] = ticket
                while name in self._running and not ticket.is_set():
                    self._changed.wait(0.02)
                if self._waiting.get(name) is ticket:
                    del self._waiting[name]
                if ticket.is_set():
                    return False
            self._running[name] = ticket
            return True

    def leave(self, name: str) -> None:
        with self._changed:
            del self._running[name.lower()]
            self._changed.notify_all()

    def waits(self, name: str) -> bool:
        """Whether somebody waits for a group."""
        with self._changed:
            return name.lower() in self._waiting
