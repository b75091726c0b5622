"""One repository on GitHub: what is asked of it and said to it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from gitcp.errors import ForgeError
from gitcp.github.access import Access
from gitcp.github.answers import (
    ActionsRights,
    Answer,
    Branch,
    Comment,
    Issue,
    Pages,
    Protection,
    Pull,
    Repository,
    Rule,
    Ruleset,
    RunTime,
    Secret,
    Status,
    User,
    Variable,
    Workflow,
    WorkflowRights,
    WorkflowRun,
)
from gitcp.github.wire import Request, Wire

LONGEST_BODY: Final = 65_536  # characters of a comment or an issue
LONGEST_TITLE: Final = 256
LONGEST_DESCRIPTION: Final = 140  # of a status
PER_PAGE: Final = 100
MOST_PAGES: Final = 50
_LONGEST_PLACE: Final = 100
# Under which name the jobs of a repository write; nobody else can.
JOBS: Final = "github-actions[bot]"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class Client:
    """Talks to one repository. Each method raises ForgeError where GitHub refuses, does not answer, or answers something else.

    A method that names a permission needs it; all others are content with `contents: read`, or `metadata: read` of an App.
    """

    owner: str
    name: str
    wire: Wire

    @classmethod
    def of(cls, repository: str, access: Access) -> "Client":
        """Talk to the repository `OWNER/NAME`.

        Raises:
            ForgeError: that is no name of a repository.
        """
        owner, _, name = repository.partition("/")
        if not all(_NAME.fullmatch(part) and part not in {".", ".."} for part in (owner, name)):
            raise ForgeError(
                f"expected a repository as OWNER/NAME, found {repository[:100]!r}",
                hint="set GITHUB_REPOSITORY",
            )
        return cls(owner, name, Wire(access))

    def logins(self, *, is_in_job: bool) -> frozenset[str]:
        """Return under which names the token's owner and the jobs of this repository write; a job's token may not ask for its own.

        Raises:
            ForgeError: outside of a job, the token of an App.
        """
        try:
            return frozenset({self._one(User, Request("GET", ("user",))).login, JOBS})
        except ForgeError as error:
            if is_in_job and error.status == HTTPStatus.FORBIDDEN:
                return frozenset({JOBS})
            raise

    def repository(self) -> Repository:
        """Return what GitHub says of the repository."""
        return self._one(Repository, self._get())

    def pull(self, number: int) -> Pull:
        """Return a pull request. Needs `pull-requests: read`."""
        return self._one(Pull, self._get("pulls", str(number), needs="pull-requests: read"))

    def comments(self, number: int) -> Iterator[Comment]:
        """Return what is said about an issue or a pull request, the oldest first. Needs `issues` or `pull-requests: read`."""
        return self._all(Comment, ("issues", str(number), "comments"), needs="pull-requests: read")

    def comment(self, number: int, body: str) -> Comment:
        """Say something. Needs `issues: write` or `pull-requests: write`."""
        path = ("issues", str(number), "comments")
        return self._one(Comment, self._send("POST", path, {"body": body}, "pull-requests: write"))

    def edit_comment(self, comment: int, body: str) -> Comment:
        """Say something else instead. Needs the same."""
        path = ("issues", "comments", str(comment))
        request = self._send("PATCH", path, {"body": body}, "pull-requests: write", twice=True)
        return self._one(Comment, request)

    def delete_comment(self, comment: int) -> None:
        """Take back what was said. Needs the same."""
        path = ("issues", "comments", str(comment))
        self.wire.ask(Request("DELETE", self._path(path), needs="pull-requests: write"))

    def issues(self, *, label: str, state: str = "open") -> Iterator[Issue]:
        """Return the issues that have a label, the newest first; `state`: open, closed or all. Needs `issues: read`."""
        query = {"labels": label, "state": state}
        found = self._all(Issue, ("issues",), query, needs="issues: read")
        return (issue for issue in found if issue.pull_request is None)

    def open_issue(self, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Open an issue; a label that there is not is made. Needs `issues: write`."""
        said = {"title": title, "body": body, "labels": list(labels)}
        return self._one(Issue, self._send("POST", ("issues",), said, "issues: write"))

    def edit_issue(self, number: int, **fields: str) -> Issue:
        """Change title, body, state or state_reason of an issue. Needs `issues: write`."""
        request = self._send("PATCH", ("issues", str(number)), fields, "issues: write", twice=True)
        return self._one(Issue, request)

    def set_status(
        self, sha: str, state: str, context: str, description: str, target_url: str | None = None
    ) -> Status:
        """Say of a commit that it is good or not: success, failure, error or pending. Needs `statuses: write`."""
        said = {"state": state, "context": context, "description": description[:LONGEST_DESCRIPTION]}
        said |= {"target_url": target_url} if target_url else {}
        return self._one(Status, self._send("POST", ("statuses", sha), said, "statuses: write", twice=True))

    def dispatch(self, workflow: str, ref: str, inputs: Mapping[str, str] | None = None) -> None:
        """Let a workflow run, by the name of its file, on a branch. Needs `actions: write`."""
        said = {"ref": ref, **({"inputs": dict(inputs)} if inputs else {})}
        path = ("actions", "workflows", workflow, "dispatches")
        self.wire.ask(self._send("POST", path, said, "actions: write", twice=True))

    def workflows(self) -> Iterator[Workflow]:
        """Return the workflows that GitHub knows. Needs `actions: read`."""
        return self._all(Workflow, ("actions", "workflows"), key="workflows", needs="actions: read")

    def workflow_runs(self, workflow: str, *, most: int = 30, event: str | None = None) -> list[WorkflowRun]:
        """Return the newest runs of a workflow, at most a hundred. Needs `actions: read`."""
        query: dict[str, str | int] = {"per_page": min(most, PER_PAGE)}
        query |= {"event": event} if event else {}
        path = ("actions", "workflows", workflow, "runs")
        data = self.wire.ask(self._get(*path, query=query, needs="actions: read"))
        return _listed(WorkflowRun, data, "workflow_runs")

    def time_of(self, workflow_run: int) -> RunTime:
        """Return how long a run of a workflow took. Needs `actions: read`."""
        path = ("actions", "runs", str(workflow_run), "timing")
        return self._one(RunTime, self._get(*path, needs="actions: read"))

    def branch(self, name: str) -> Branch:
        """Return a branch."""
        return self._one(Branch, self._get("branches", name))

    def rules(self, branch: str) -> Iterator[Rule]:
        """Return the rules of all rulesets that hold for a branch."""
        return self._all(Rule, ("rules", "branches", branch))

    def rulesets(self) -> Iterator[Ruleset]:
        """Return the rulesets, without who may bypass them."""
        return self._all(Ruleset, ("rulesets",))

    def ruleset(self, number: int) -> Ruleset:
        """Return a ruleset."""
        return self._one(Ruleset, self._get("rulesets", str(number)))

    def protection(self, branch: str) -> Protection | None:
        """Return the protection of a branch as there was before rulesets, or none. Needs `administration: read` of an App."""
        return self._if_there(Protection, self._get("branches", branch, "protection"))

    def pages(self) -> Pages | None:
        """Return the site, or none where Pages is off. Needs `pages: read`."""
        return self._if_there(Pages, self._get("pages", needs="pages: read"))

    def actions_rights(self) -> ActionsRights:
        """Return whether there are workflows at all. Needs to administer the repository."""
        return self._one(ActionsRights, self._get("actions", "permissions"))

    def workflow_rights(self) -> WorkflowRights:
        """Return what workflows get without asking. Needs to administer the repository."""
        return self._one(WorkflowRights, self._get("actions", "permissions", "workflow"))

    def secrets(self) -> frozenset[str]:
        """Return the names of the secrets that workflows may read. Needs `secrets: read` of an App, or to administer the repository."""
        return frozenset(found.name for found in self._all(Secret, ("actions", "secrets"), key="secrets"))

    def variables(self) -> dict[str, str]:
        """Return the variables that workflows may read. Needs `variables: read` of an App."""
        found = self._all(Variable, ("actions", "variables"), key="variables")
        return {each.name: each.value for each in found}

    def _path(self, path: Iterable[str]) -> tuple[str, ...]:
        return ("repos", self.owner, self.name, *path)

    def _get(
        self, *path: str, query: Mapping[str, str | int] | None = None, needs: str | None = None
    ) -> Request:
        return Request("GET", self._path(path), query, needs=needs)

    def _send(
        self, method: str, path: Iterable[str], body: Mapping[str, Any], needs: str, *, twice: bool = False
    ) -> Request:
        said = {name: _whole(value) for name, value in body.items()}
        return Request(method, self._path(path), body=said, needs=needs, twice=twice)

    def _one(self, kind: type[A], request: Request) -> A:
        return _read(TypeAdapter(kind), self.wire.ask(request), str(request))

    def _if_there(self, kind: type[A], request: Request) -> A | None:
        try:
            return self._one(kind, request)
        except ForgeError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _all(
        self,
        kind: type[A],
        path: tuple[str, ...],
        query: Mapping[str, str | int] | None = None,
        *,
        key: str | None = None,
        needs: str | None = None,
    ) -> Iterator[A]:
        for page in range(1, MOST_PAGES + 1):
            asked = {**(query or {}), "per_page": PER_PAGE, "page": page}
            found = _listed(kind, self.wire.ask(self._get(*path, query=asked, needs=needs)), key)
            yield from found
            if len(found) < PER_PAGE:
                return


def _listed(kind: type[A], data: Any, key: str | None) -> list[A]:
    if key is not None:
        data = data.get(key) if isinstance(data, dict) else None
    return _read(TypeAdapter(list[kind]), data, key or "a list")  # type: ignore[valid-type]


def _whole(value: Any) -> Any:
    # Half a character, as names of files may hold it, is no text.
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


R = TypeVar("R")


def _read(adapter: TypeAdapter[R], data: Any, what: str) -> R:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))[:_LONGEST_PLACE] or "the answer"
        raise ForgeError(
            f"GitHub: {what}: the answer is not understood: {place}: {first['msg'].lower()}"
        ) from None
