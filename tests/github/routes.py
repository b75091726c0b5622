"""What the fake GitHub answers to which request, and what it wants for it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.github.fake import FakeGitHub, Holder

LONGEST_BODY: Final = 65_536
LONGEST_TITLE: Final = 256
LONGEST_DESCRIPTION: Final = 140
_SHA: Final = re.compile(r"[0-9a-f]{40}")


class RefusedError(Exception):
    """A request that is refused."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass
class Asked:
    """One request, and who asks."""

    fake: "FakeGitHub"
    holder: "Holder"
    named: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    def text(self, name: str, longest: int, *, wanted: bool = True) -> str | None:
        value = self.body.get(name)
        if value is None and not wanted:
            return None
        if not isinstance(value, str) or (wanted and not value):
            raise RefusedError(422, f"Validation Failed: {name} is missing")
        if len(value) > longest:
            raise RefusedError(
                422, f"Validation Failed: {name} is too long (maximum is {longest} characters)"
            )
        return value

    def number(self, of: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
        found = of.get(int(self.named["number"])) if self.named["number"].isdecimal() else None
        if found is None:
            raise RefusedError(404, "Not Found")
        return found

    def page(self, found: Iterable[Any]) -> list[Any]:
        size, page = int(self.query.get("per_page", "30")), int(self.query.get("page", "1"))
        if not 1 <= size <= 100:
            raise RefusedError(422, "Validation Failed: per_page")
        return list(found)[(page - 1) * size : page * size]


Answering = Callable[[Asked], tuple[int, Any]]


@dataclass(frozen=True)
class Route:
    """A kind of request: how it is named in GitHub's documentation, the permission that it needs, what happens."""

    method: str
    path: str
    needs: str | None
    answering: Answering

    def carry_out(
        self,
        fake: "FakeGitHub",
        holder: "Holder",
        named: Mapping[str, str],
        query: Mapping[str, str],
        body: Any,
    ) -> tuple[int, Any]:
        return self.answering(Asked(fake, holder, named, query, body or {}))

    def match(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def find_route(method: str, path: str, repository: str) -> tuple[Route, dict[str, str]]:
    """Return the route of a request, and what its address names.

    Raises:
        RefusedError: there is none, or not in this repository.
    """
    for route in ROUTES:
        found = route.match(method, path)
        if found is not None:
            if "owner" in found and f"{found['owner']}/{found['repo']}" != repository:
                break
            return route, found
    raise RefusedError(404, "Not Found")


def _user(asked: Asked) -> tuple[int, Any]:
    if asked.holder.is_app:
        raise RefusedError(403, "Resource not accessible by integration")
    return 200, {"login": asked.holder.login}


def _repository(asked: Asked) -> tuple[int, Any]:
    fake = asked.fake
    return 200, {
        "full_name": fake.repository,
        "private": fake.private,
        "default_branch": fake.default_branch,
        "has_issues": fake.has_issues,
        "archived": False,
        "permissions": {"admin": asked.holder.rights is None, "push": True},
    }


def _pull(asked: Asked) -> tuple[int, Any]:
    return 200, asked.number(asked.fake.pulls)


def _about(asked: Asked) -> int:
    return int(asked.number({**asked.fake.issues, **asked.fake.pulls})["number"])


def _comments(asked: Asked) -> tuple[int, Any]:
    number = _about(asked)
    return 200, asked.page(found for found in asked.fake.comments.values() if found["issue"] == number)


def _comment(asked: Asked) -> tuple[int, Any]:
    number, body = _about(asked), asked.text("body", LONGEST_BODY)
    return 201, asked.fake.comments[asked.fake.remark(number, body or "", asked.holder.login)]


def _edit_comment(asked: Asked) -> tuple[int, Any]:
    found = asked.number(asked.fake.comments)
    found["body"] = asked.text("body", LONGEST_BODY)
    return 200, found


def _delete_comment(asked: Asked) -> tuple[int, Any]:
    del asked.fake.comments[asked.number(asked.fake.comments)["id"]]
    return 204, None


def _issues(asked: Asked) -> tuple[int, Any]:
    _expect_issues(asked)
    label, state = asked.query.get("labels"), asked.query.get("state", "open")
    found = [
        issue
        for issue in reversed(asked.fake.issues.values())
        if state in {"all", issue["state"]}
        and (label is None or label in {each["name"] for each in issue["labels"]})
    ]
    return 200, asked.page(found)


def _open_issue(asked: Asked) -> tuple[int, Any]:
    _expect_issues(asked)
    title = asked.text("title", LONGEST_TITLE) or ""
    body = asked.text("body", LONGEST_BODY, wanted=False) or ""
    labels = tuple(asked.body.get("labels", ()))
    return 201, asked.fake.issues[asked.fake.raise_issue(title, body, asked.holder.login, labels)]


def _edit_issue(asked: Asked) -> tuple[int, Any]:
    found = asked.number(asked.fake.issues)
    for name, longest in (("title", LONGEST_TITLE), ("body", LONGEST_BODY)):
        if name in asked.body:
            found[name] = asked.text(name, longest)
    if "state" in asked.body:
        _expect(asked.body["state"] in {"open", "closed"}, "state")
        reason = asked.body.get("state_reason")
        _expect(reason in {None, "completed", "not_planned", "reopened"}, "state_reason")
        found["state"], found["state_reason"] = asked.body["state"], reason
    return 200, found


def _expect_issues(asked: Asked) -> None:
    if not asked.fake.has_issues:
        raise RefusedError(410, "Issues has been disabled in this repository.")


def _status(asked: Asked) -> tuple[int, Any]:
    sha, state = asked.named["sha"], asked.body.get("state")
    _expect(bool(_SHA.fullmatch(sha)), "sha")
    _expect(state in {"error", "failure", "pending", "success"}, "state")
    told = {
        "sha": sha,
        "state": state,
        "context": asked.text("context", 255, wanted=False) or "default",
        "description": asked.text("description", LONGEST_DESCRIPTION, wanted=False),
        "target_url": asked.text("target_url", 2000, wanted=False),
    }
    asked.fake.statuses.append(told)
    return 201, told


def _dispatch(asked: Asked) -> tuple[int, Any]:
    name, ref = asked.named["workflow_id"], asked.text("ref", 255) or ""
    state = asked.fake.workflows.get(name)
    if state is None:
        raise RefusedError(404, "Not Found")
    _expect(ref.removeprefix("refs/heads/") in asked.fake.branches, f"No ref found for: {ref}")
    _expect(state == "active", "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    inputs = dict(asked.body.get("inputs", {}))
    asked.fake.dispatched.append((name, ref, inputs))
    if asked.fake.on_dispatch is not None:
        asked.fake.on_dispatch(name, ref, inputs)
    return 204, None


def _workflows(asked: Asked) -> tuple[int, Any]:
    found = [
        {
            "id": place,
            "name": name.partition(".")[0],
            "path": f".github/workflows/{name}",
            "state": state,
            "created_at": asked.fake.known_since,
        }
        for place, (name, state) in enumerate(asked.fake.workflows.items(), start=1)
    ]
    return 200, {"total_count": len(found), "workflows": asked.page(found)}


def _workflow_runs(asked: Asked) -> tuple[int, Any]:
    name, event = asked.named["workflow_id"], asked.query.get("event")
    if name not in asked.fake.workflows:
        raise RefusedError(404, "Not Found")
    found = [run for run in asked.fake.runs if run["name"] == name and event in {None, run["event"]}]
    return 200, {"total_count": len(found), "workflow_runs": asked.page(found)}


def _branch(asked: Asked) -> tuple[int, Any]:
    found = asked.fake.branches.get(asked.named["branch"])
    if found is None:
        raise RefusedError(404, "Branch not found")
    return 200, {"name": asked.named["branch"], "protected": bool(found.get("protected"))}


def _expect_rules(asked: Asked) -> None:
    if not asked.fake.has_rules:
        raise RefusedError(
            403, "Upgrade to GitHub Pro or make this repository public to enable this feature."
        )


def _rules(asked: Asked) -> tuple[int, Any]:
    _expect_rules(asked)
    return 200, asked.page(asked.fake.rules)


def _rulesets(asked: Asked) -> tuple[int, Any]:
    told = [{**found, "bypass_actors": None} for found in asked.fake.rulesets.values()]
    return 200, asked.page([{k: v for k, v in each.items() if v is not None} for each in told])


def _ruleset(asked: Asked) -> tuple[int, Any]:
    found = asked.number(asked.fake.rulesets)
    is_told = asked.holder.rights is None
    return 200, found if is_told else {k: v for k, v in found.items() if k != "bypass_actors"}


def _pages(asked: Asked) -> tuple[int, Any]:
    if asked.fake.site is None:
        raise RefusedError(404, "Not Found")
    return 200, asked.fake.site


def _rate_limit(asked: Asked) -> tuple[int, Any]:
    return 200, {"resources": {}}


def _time(asked: Asked) -> tuple[int, Any]:
    found = next((run for run in asked.fake.runs if str(run["id"]) == asked.named["number"]), None)
    if found is None:
        raise RefusedError(404, "Not Found")
    return 200, {"billable": {}, "run_duration_ms": found.get("run_duration_ms", 60_000)}


def _protection(asked: Asked) -> tuple[int, Any]:
    _expect_rules(asked)
    found = asked.fake.branches.get(asked.named["branch"], {}).get("protection")
    if found is None:
        raise RefusedError(404, "Branch not protected")
    return 200, found


def _actions_rights(asked: Asked) -> tuple[int, Any]:
    return 200, {"enabled": asked.fake.actions_enabled, "allowed_actions": asked.fake.allowed_actions}


def _workflow_rights(asked: Asked) -> tuple[int, Any]:
    rights, may_approve = asked.fake.default_rights, asked.fake.jobs_may_approve
    return 200, {"default_workflow_permissions": rights, "can_approve_pull_request_reviews": may_approve}


def _secrets(asked: Asked) -> tuple[int, Any]:
    found = [{"name": name} for name in sorted(asked.fake.secrets)]
    return 200, {"total_count": len(found), "secrets": asked.page(found)}


def _variables(asked: Asked) -> tuple[int, Any]:
    found = [{"name": name, "value": value} for name, value in sorted(asked.fake.variables.items())]
    return 200, {"total_count": len(found), "variables": asked.page(found)}


def _expect(is_right: bool, what: str) -> None:
    if not is_right:
        raise RefusedError(422, f"Validation Failed: {what}")


_REPO: Final = "/repos/{owner}/{repo}"
_TALK: Final = "issues: {} | pull-requests: {}"
ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/user", None, _user),
    Route("GET", "/rate_limit", None, _rate_limit),
    Route("GET", _REPO, "contents: read", _repository),
    Route("GET", f"{_REPO}/pulls/{{number}}", "pull-requests: read", _pull),
    Route("GET", f"{_REPO}/issues/{{number}}/comments", _TALK.format("read", "read"), _comments),
    Route("POST", f"{_REPO}/issues/{{number}}/comments", _TALK.format("write", "write"), _comment),
    Route("PATCH", f"{_REPO}/issues/comments/{{number}}", _TALK.format("write", "write"), _edit_comment),
    Route("DELETE", f"{_REPO}/issues/comments/{{number}}", _TALK.format("write", "write"), _delete_comment),
    Route("GET", f"{_REPO}/issues", "issues: read", _issues),
    Route("POST", f"{_REPO}/issues", "issues: write", _open_issue),
    Route("PATCH", f"{_REPO}/issues/{{number}}", "issues: write", _edit_issue),
    Route("POST", f"{_REPO}/statuses/{{sha}}", "statuses: write", _status),
    Route("POST", f"{_REPO}/actions/workflows/{{workflow_id}}/dispatches", "actions: write", _dispatch),
    Route("GET", f"{_REPO}/actions/workflows", "actions: read", _workflows),
    Route("GET", f"{_REPO}/actions/workflows/{{workflow_id}}/runs", "actions: read", _workflow_runs),
    Route("GET", f"{_REPO}/actions/runs/{{number}}/timing", "actions: read", _time),
    Route("GET", f"{_REPO}/branches/{{branch}}/protection", "administration: read", _protection),
    Route("GET", f"{_REPO}/actions/permissions", "administration: read", _actions_rights),
    Route("GET", f"{_REPO}/branches/{{branch}}", "contents: read", _branch),
    Route("GET", f"{_REPO}/rules/branches/{{branch}}", "contents: read", _rules),
    Route("GET", f"{_REPO}/rulesets", "contents: read", _rulesets),
    Route("GET", f"{_REPO}/rulesets/{{number}}", "contents: read", _ruleset),
    Route("GET", f"{_REPO}/pages", "pages: read", _pages),
    Route("GET", f"{_REPO}/actions/permissions/workflow", "administration: read", _workflow_rights),
    Route("GET", f"{_REPO}/actions/secrets", "secrets: read", _secrets),
    Route("GET", f"{_REPO}/actions/variables", "variables: read", _variables),
)
