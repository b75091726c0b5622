"""The agent's side of the callback.

Rule: light to import, and the token goes to the one place that the environment names: no proxy, no redirect.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from gitcp import errors
from gitcp.api.places import UNIX, call_at
from gitcp.errors import CallbackError, GitcpError

Object = dict[str, Any]

PATIENCE: Final = 120.0
_KINDS: Final[dict[str, type[GitcpError]]] = {
    "record": errors.RecordError,
    "unknown-record": errors.UnknownRecordError,
    "illegal-transition": errors.IllegalTransitionError,
    "not-allowed": errors.NotAllowedError,
    "conflict": errors.ConflictError,
    "remote": errors.RemoteError,
}
_VERDICT_NAMES: Final = {"labels": "label", "paths": "path"}
_LAST_GOOD: Final = 299
_CONNECTIONS: Final[dict[str, type[HTTPConnection]]] = {"http": HTTPConnection, "https": HTTPSConnection}


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a server is, as a reader knows it; the start of its paths; and how to call it."""

    place: str
    base: str
    open: Callable[[], HTTPConnection]


class CallbackClient:
    """Talks to the callback of the run that this process is in, or to a scheduler that listens, as a person.

    Every method raises CallbackError when the runner cannot be reached, and the error that the runner answered otherwise.
    """

    def __init__(self, url: str, token: str, run: str | None = None, task: str | None = None) -> None:
        """Remember where and who; nothing is sent yet."""
        self.run_id = run
        self.task_id = task
        self._line = _line(url)
        self._token = token

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "CallbackClient | None":
        """Return the client of the run that this environment belongs to, or none outside of a run."""
        url, token = environ.get("GITCP_API_URL"), environ.get("GITCP_API_KEY")
        if not url or not token:
            return None
        return cls(url, token, environ.get("GITCP_RUN_ID"), environ.get("GITCP_TASK_ID"))

    def get(self, path: str, **conditions: str | int | Sequence[str]) -> Object:
        """Return what is told at a path below /v1/, whose parts are quoted already."""
        return self._get(f"{path}?{urlencode(conditions, doseq=True)}" if conditions else path)

    def me(self) -> Object:
        """Return who the agent is, its run, and what it has declared."""
        return self._get("me")

    def inbox(self) -> Object:
        """Return what the agent may act on."""
        return self._get("inbox")

    def brief(self) -> Object:
        """Return the run's brief as it would be now."""
        return self._get("brief")

    def task(self, task: str) -> Object:
        """Return a task with all that stands around it."""
        return self._get(f"tasks/{quote(task, safe='')}")

    def document(self, task: str, document: str) -> Object:
        """Return a document of a task with its text."""
        return self._get(f"tasks/{quote(task, safe='')}/documents/{quote(document, safe='')}")

    def run(self, run: str) -> Object:
        """Return a run."""
        return self._get(f"runs/{quote(run, safe='')}")

    def tasks(self, **filters: str | int | Sequence[str]) -> Object:
        """Return tasks that fit every condition: status (one or several), assignee, project, parent, limit."""
        return self._get(f"tasks?{urlencode(filters, doseq=True)}")

    def verdict(self, operation: str, given: Mapping[str, Any]) -> Object:
        """Return what rules say of an operation; what is not given is left out."""
        conditions = {_VERDICT_NAMES.get(name, name): value for name, value in given.items() if value}
        return self.get(f"verdicts/{quote(operation, safe='')}", **conditions)

    def apply(self, operation: str, fields: Mapping[str, Any], request: str | None = None) -> Object:
        """Carry out an operation; the same request (hexadecimal) is carried out once."""
        return self._post(f"operations/{quote(operation, safe='')}", fields, request)

    def finish(self, summary: str | None = None) -> Object:
        """Declare that the task is done."""
        return self._post("run/finish", {"summary": summary})

    def block(self, reason: str, waits_for: str | None = None) -> Object:
        """Declare that somebody must act before the task can go on."""
        return self._post("run/block", {"reason": reason, "waits_for": waits_for})

    def continue_(self, summary: str | None = None) -> Object:
        """Declare that more is to do."""
        return self._post("run/continue", {"summary": summary})

    def cost(self, request: str | None = None, **amounts: float | str) -> Object:
        """Report a cost: usd, tokens, input_tokens, output_tokens, model."""
        return self._post("run/cost", amounts, request)

    @property
    def _who(self) -> str:
        return "the runner" if self.run_id else "gitcp"

    def _get(self, path: str) -> Object:
        return self._sent("GET", path, None, {})

    def _post(self, path: str, fields: Mapping[str, Any], request: str | None = None) -> Object:
        headers = {"Content-Type": "application/json", "Gitcp-Request": request or os.urandom(16).hex()}
        return self._sent("POST", path, json.dumps(dict(fields)).encode(), headers)

    def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Object:
        try:
            status, text = self._once(method, path, body, headers)
        except (OSError, HTTPException):
            # The first try may have been carried out: the request's name keeps the second from doing it again.
            status, text = self._again(method, path, body, headers)
        return _understood(status, text)

    def _again(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        try:
            return self._once(method, path, body, headers)
        except (OSError, HTTPException) as error:
            raise CallbackError(
                f"{self._who} at {self._line.place} does not answer: {str(error) or type(error).__name__}",
                hint="the run may be over; what was committed in the checkout is kept"
                if self.run_id
                else "is it up? gitcp scheduler --listen",
            ) from error

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        connection = self._line.open()
        try:
            sent = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **headers}
            connection.request(method, self._line.base + path, body, sent)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


class _UnixConnection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = call_at(self._path, PATIENCE)


def _line(url: str) -> _Line:
    if url.startswith(UNIX):
        path = Path(url.removeprefix(UNIX))
        if path.is_absolute():
            return _Line(str(path), "/v1/", lambda: _UnixConnection(path))
    parts = urlsplit(url)
    kind = _CONNECTIONS.get(parts.scheme)
    if kind is None or not parts.hostname:
        raise CallbackError(f"GITCP_API_URL: expected http://HOST:PORT or unix:/PATH, found {url}")
    host, port = parts.hostname, parts.port or kind.default_port
    base = parts.path.rstrip("/") + "/v1/"
    return _Line(f"{host}:{port}", base, lambda: kind(host, port, timeout=PATIENCE))


def _understood(status: int, text: bytes) -> Object:
    try:
        found = json.loads(text)
        if status <= _LAST_GOOD and isinstance(found, dict):
            return found
        kind, message, hint = str(found["kind"]), str(found["detail"]), found.get("hint")
    except (ValueError, TypeError, KeyError):
        raise CallbackError(f"the runner answered {status}, and not as gitcp does") from None
    raise _KINDS.get(kind, CallbackError)(message, hint=hint)
