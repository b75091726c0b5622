"""The tokens of people: good for asking as a person from anywhere, kept as digests in the state folder.

Rule: a token is told once, at its making. Its digest is a plain SHA-256, because 256 random bits cannot be found by trying.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from gitcp.control.state import State
from gitcp.errors import RecordError, UnknownRecordError
from gitcp.model.base import format_instant

PREFIX: Final = "gitcp_"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token; times as in records."""

    id: str
    person: str
    digest: str
    created: str
    expires: str | None = None
    name: str | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < datetime.fromisoformat(self.expires)


class Tokens:
    """The tokens that one machine accepts for one control repository."""

    def __init__(self, state: State) -> None:
        """Remember where they are kept."""
        self._state = state

    @property
    def path(self) -> Path:
        """The file, which its owner alone can read."""
        return self._state.folder / "tokens.json"

    def new(self, person: str, now: datetime, *, days: int | None, name: str | None) -> tuple[Token, str]:
        """Make a token; return what is kept, and the token itself, which is kept nowhere."""
        secret = PREFIX + secrets.token_urlsafe(32)
        expires = format_instant(now + timedelta(days=days)) if days is not None else None
        with self._changing() as tokens:
            made = Token(_free(tokens), person, _digest(secret), format_instant(now), expires, name)
            tokens.append(made)
        return made, secret

    def all(self) -> tuple[Token, ...]:
        """Return what is kept, the oldest first.

        Raises:
            RecordError: the file is damaged.
        """
        try:
            return tuple(Token(**each) for each in json.loads(self.path.read_text()))
        except FileNotFoundError:
            return ()
        except (ValueError, TypeError) as error:
            raise RecordError(
                f"{self.path}: expected tokens, found something else",
                hint="remove the file and make new tokens",
            ) from error

    def revoke(self, token: str) -> Token:
        """Forget a token by its id; it is refused from now on.

        Raises:
            UnknownRecordError: there is none.
        """
        with self._changing() as tokens:
            found = next((each for each in tokens if each.id == token), None)
            if found is None:
                raise UnknownRecordError(f"token {token} does not exist", hint="gitcp token list")
            tokens.remove(found)
        return found

    def person_of(self, secret: str, now: datetime) -> str | None:
        """Return whose token this is, or none if it is nobody's or has expired."""
        digest, found = _digest(secret), None
        for each in self.all():
            if hmac.compare_digest(each.digest, digest) and each.is_good(now):
                found = each.person
        return found

    @contextmanager
    def _changing(self) -> Iterator[list[Token]]:
        self._state.make()
        with FileLock(self._state.folder / "tokens.lock"):
            tokens = list(self.all())
            yield tokens
            _write(self.path, [asdict(each) for each in tokens])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _free(tokens: list[Token]) -> str:
    taken = {each.id for each in tokens}
    return next(name for name in iter(lambda: secrets.token_hex(3), None) if name not in taken)


def _write(path: Path, value: Any) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=1)
    beside.replace(path)
