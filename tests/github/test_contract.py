"""What the client asks is what GitHub's own description of its API allows, and the fake takes nothing that it does not."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import urllib3

from gitcp.github.access import Access
from gitcp.github.client import Client
from gitcp.github.wire import Wire
from tests.github.fake import SHA, FakeGitHub, Holder

pytestmark = pytest.mark.xdist_group("prism")

# One number for all that the fake holds, so that the same is asked of both.
NUMBER: Final = 1
BODY: Final = "# Said\n\n`@team` <!-- x -->"
CALLS: Final[dict[str, Callable[[Client], Any]]] = {
    "logins": lambda client: client.logins(is_in_job=False),
    "repository": lambda client: client.repository(),
    "pull": lambda client: client.pull(NUMBER),
    "comments": lambda client: list(client.comments(NUMBER)),
    "comment": lambda client: client.comment(NUMBER, BODY),
    "edit a comment": lambda client: client.edit_comment(NUMBER, BODY),
    "delete a comment": lambda client: client.delete_comment(NUMBER),
    "open issues": lambda client: list(client.issues(label="gitcp-audit")),
    "all issues": lambda client: list(client.issues(label="gitcp-audit", state="all")),
    "open an issue": lambda client: client.open_issue("It fails", BODY, ["gitcp-audit"]),
    "change an issue": lambda client: client.edit_issue(NUMBER, title="It fails again", body=BODY),
    "close an issue": lambda client: client.edit_issue(NUMBER, state="closed", state_reason="completed"),
    "open it again": lambda client: client.edit_issue(NUMBER, state="open", state_reason="reopened"),
    "set a status": lambda client: client.set_status(
        SHA, "failure", "gitcp/check", "no", "https://x.example/1"
    ),
    "set an error": lambda client: client.set_status(SHA, "error", "gitcp/check", "it cannot be judged"),
    "dispatch": lambda client: client.dispatch("tick.yml", "main"),
    "dispatch with inputs": lambda client: client.dispatch("tick.yml", "main", {"why": "because"}),
    "workflows": lambda client: list(client.workflows()),
    "runs of a workflow": lambda client: client.workflow_runs("tick.yml", event="schedule"),
    "the time of a run": lambda client: client.time_of(NUMBER),
    "the time": lambda client: client.wire.date(),
    "the protection of a branch": lambda client: client.protection("main"),
    "whether there are workflows": lambda client: client.actions_rights(),
    "a branch": lambda client: client.branch("main"),
    "rules of a branch": lambda client: list(client.rules("main")),
    "rulesets": lambda client: list(client.rulesets()),
    "a ruleset": lambda client: client.ruleset(NUMBER),
    "pages": lambda client: client.pages(),
    "rights of workflows": lambda client: client.workflow_rights(),
    "secrets": lambda client: client.secrets(),
    "variables": lambda client: client.variables(),
}


@pytest.fixture
def filled(github: FakeGitHub) -> FakeGitHub:
    """Let the fake hold one of everything."""
    github.tokens = {"job-token": Holder("clara", is_app=False)}
    github.pulls[NUMBER] = github.pulls.pop(github.open_pull())
    github.issues[NUMBER] = {"number": NUMBER, **github.issues.pop(github.raise_issue("It", "", "clara"))}
    github.comments[NUMBER] = {**github.comments.pop(github.remark(NUMBER, "x", "clara")), "id": NUMBER}
    github.rules.append({"type": "pull_request", "ruleset_id": NUMBER})
    github.rulesets[NUMBER] = {"id": NUMBER, "name": "main", "enforcement": "active", "bypass_actors": []}
    github.site = {"html_url": "https://acme.github.io/control/", "build_type": "workflow"}
    github.ran("tick.yml", "2026-11-23T09:00:00Z")
    github.runs[0]["id"] = NUMBER
    github.branches["main"] = {"protected": True, "protection": {"enforce_admins": {"enabled": True}}}
    github.secrets, github.variables = {"ANTHROPIC_API_KEY"}, {"GITCP_APP_ID": "7"}
    return github


def client_of(root: str) -> Client:
    return Client("acme", "control", Wire(Access(root, "job-token"), lambda _: None))


@pytest.mark.parametrize("name", CALLS)
def test_what_the_client_asks_is_allowed_and_what_is_answered_is_understood(
    described: str, name: str
) -> None:
    CALLS[name](client_of(described))


@pytest.mark.parametrize("name", CALLS)
def test_what_the_fake_takes_is_allowed(described: str, filled: FakeGitHub, name: str) -> None:
    CALLS[name](client_of(filled.url))

    heard = filled.heard
    assert heard != []
    for each in heard:
        answer = urllib3.request(
            each.method,
            described + each.target,
            json=each.body,
            headers={"accept": "application/json", "authorization": "Bearer x"},
            retries=False,
            timeout=60,
        )
        assert 200 <= answer.status < 300, answer.data[:500]


def test_every_route_of_the_fake_is_held_against_it(filled: FakeGitHub) -> None:
    for call in CALLS.values():
        filled.comments.setdefault(
            NUMBER, {"id": NUMBER, "issue": 0, "body": "", "user": None, "html_url": "x"}
        )
        call(client_of(filled.url))

    assert filled.untouched == set()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/repos/acme/control/issues/1/comments", {"text": "x"}),
        ("POST", f"/repos/acme/control/statuses/{SHA}", {"state": "fine"}),
        ("PATCH", "/repos/acme/control/issues/1", {"state": "gone"}),
        ("PATCH", "/repos/acme/control/issues/1", {"state": "closed", "state_reason": "bored"}),
        ("POST", "/repos/acme/control/actions/workflows/tick.yml/dispatches", {}),
    ],
)
def test_what_is_not_allowed_is_refused_by_both(
    described: str, filled: FakeGitHub, method: str, path: str, body: dict[str, str]
) -> None:
    for root in (described, filled.url):
        headers = {"accept": "application/json", "authorization": "Bearer job-token"}
        answer = urllib3.request(method, root + path, json=body, headers=headers, retries=False, timeout=60)
        assert answer.status == 422
