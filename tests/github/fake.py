"""A small GitHub on 127.0.0.1: one repository with issues, comments, statuses, workflows, Pages, rulesets, and names of secrets.

It remembers what it was told, and refuses what GitHub would: unknown tokens, missing permissions, texts that are too long. What it takes is
held against GitHub's own description of the API by tests/github/test_contract.py.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from tests.github.routes import ROUTES, RefusedError, Route, find_route

PAUSE: Final = 0.02
LONGEST_REQUEST: Final = 2 * 1024 * 1024
SECONDS: Final = 30
SHA: Final = "1f3a" * 10
MOST_RUNS: Final = 10_000


@dataclass
class Holder:
    """Whose a token is. `rights`: what it may, such as `issues: write`, none: everything; the token of an App does not tell its user."""

    login: str = "github-actions[bot]"
    rights: frozenset[str] | None = None
    is_app: bool = True

    def may(self, needs: str | None) -> bool:
        """Whether it has one of some rights, written with bars between them; who may write may read."""
        if needs is None or self.rights is None:
            return True
        wanted = {each.strip() for each in needs.split("|")}
        return bool(wanted & (self.rights | {right.replace("write", "read") for right in self.rights}))


@dataclass(frozen=True)
class Heard:
    """One request that was answered with what was asked for."""

    method: str
    target: str
    body: Any
    login: str
    route: Route


@dataclass
class Trouble:
    """An answer instead of the right one."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


@dataclass
class FakeGitHub:
    """The repository `acme/control`. Leaving its context ends the server.

    `on_dispatch` is called with a workflow, a branch and its inputs, in the thread that answers. `troubles` are answered first.
    """

    repository: str = "acme/control"
    private: bool = False
    has_issues: bool = True
    default_branch: str = "main"
    tokens: dict[str, Holder] = field(default_factory=lambda: {"job-token": Holder()})
    branches: dict[str, dict[str, Any]] = field(default_factory=lambda: {"main": {"protected": False}})
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    workflows: dict[str, str] = field(default_factory=lambda: {"tick.yml": "active", "pages.yml": "active"})
    runs: list[dict[str, Any]] = field(default_factory=list)
    dispatched: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    known_since: str = "2026-01-01T00:00:00Z"  # all workflows
    on_dispatch: Callable[[str, str, dict[str, str]], None] | None = None
    rules: list[dict[str, Any]] = field(default_factory=list)
    has_rules: bool = True
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    site: dict[str, Any] | None = None
    actions_enabled: bool = True
    allowed_actions: str = "all"
    jobs_may_approve: bool = False
    default_rights: str = "read"
    secrets: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    troubles: deque[Trouble] = field(default_factory=deque)
    heard: list[Heard] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last: int = 0

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(PAUSE,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The root of the API."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a job gets so that it talks to this GitHub."""
        return {"GITHUB_API_URL": self.url, "GITHUB_TOKEN": "job-token", "GITHUB_REPOSITORY": self.repository}

    def number(self) -> int:
        """Return the next number, of whatever."""
        with self.lock:
            self._last += 1
            return self._last

    def open_pull(self, head: str = SHA, base: str = SHA, branch: str = "proposal") -> int:
        """Open a pull request; return its number."""
        number = self.number()
        self.pulls[number] = {
            "number": number,
            "state": "open",
            "head": {"sha": head, "ref": branch},
            "base": {"sha": base, "ref": self.default_branch},
            "html_url": f"https://github.com/{self.repository}/pull/{number}",
        }
        return number

    def ran(
        self, workflow: str, at: str, *, event: str = "schedule", conclusion: str | None = "success"
    ) -> None:
        """Note a run of a workflow."""
        run = {
            "id": self.number(),
            "name": workflow,
            "path": f".github/workflows/{workflow}",
            "event": event,
            "status": "completed" if conclusion else "in_progress",
            "conclusion": conclusion,
            "head_sha": SHA,
            "run_attempt": 1,
            "created_at": at,
            "run_started_at": at,
            "updated_at": at,
            "html_url": f"https://github.com/{self.repository}/actions/runs/1",
        }
        self.runs.insert(0, run)
        del self.runs[MOST_RUNS:]

    def remark(self, number: int, body: str, login: str) -> int:
        """Let somebody comment; return the comment's number."""
        name = self.number()
        self.comments[name] = {
            "id": name,
            "issue": number,
            "body": body,
            "user": {"login": login},
            "html_url": f"https://github.com/{self.repository}/issues/{number}#issuecomment-{name}",
        }
        return name

    def raise_issue(
        self, title: str, body: str, login: str, labels: tuple[str, ...] = (), state: str = "open"
    ) -> int:
        """Let somebody open an issue; return its number."""
        number = self.number()
        self.issues[number] = {
            "number": number,
            "title": title,
            "body": body,
            "state": state,
            "state_reason": None,
            "user": {"login": login},
            "labels": [{"name": label} for label in labels],
            "html_url": f"https://github.com/{self.repository}/issues/{number}",
        }
        return number

    def said_on(self, number: int) -> list[str]:
        """Return the comments on an issue or a pull request."""
        return [found["body"] for found in self.comments.values() if found["issue"] == number]

    def answer(self, method: str, target: str, token: str, data: bytes) -> tuple[int, Any]:
        """Answer a request as GitHub does.

        Raises:
            RefusedError: it is refused.
        """
        holder = self.tokens.get(token)
        if holder is None:
            raise RefusedError(401, "Bad credentials")
        parts = urlsplit(target)
        route, found = find_route(method, parts.path, self.repository)
        if not holder.may(route.needs):
            hidden = self.private and method == "GET"
            raise (
                RefusedError(404, "Not Found")
                if hidden
                else RefusedError(403, "Resource not accessible by integration")
            )
        body = _body(data) if method in {"POST", "PATCH", "PUT"} else None
        with self.lock:
            status, answer = route.carry_out(self, holder, found, dict(parse_qsl(parts.query)), body)
            self.heard.append(Heard(method, target, body, holder.login, route))
        return status, answer

    @property
    def untouched(self) -> set[str]:
        """The routes that were never used."""
        return {str(route) for route in ROUTES} - {str(heard.route) for heard in self.heard}


def _body(data: bytes) -> dict[str, Any]:
    try:
        body = json.loads(data)
    except ValueError:
        raise RefusedError(400, "Problems parsing JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "Body should be a JSON object")
    return body


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeGitHub


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SECONDS
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if length > LONGEST_REQUEST:
            self._send(413, {"message": "too long"}, {})
            return
        data = self.rfile.read(length)
        fake = self.server.fake
        with fake.lock:
            trouble = fake.troubles.popleft() if fake.troubles else None
        if trouble is not None:
            self._send(trouble.status, trouble.body, trouble.headers)
            return
        token = (self.headers.get("authorization") or "").removeprefix("Bearer ")
        try:
            status, answer = fake.answer(self.command, self.path, token, data)
        except RefusedError as error:
            status, answer = error.status, {"message": error.message, "status": str(error.status)}
        self._send(status, answer, {})

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - as the library names them

    def _send(self, status: int, answer: Any, headers: Mapping[str, str]) -> None:
        data = answer if isinstance(answer, bytes) else b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library names it
        """Say nothing."""
