"""One repository on GitHub: what is asked of it and said to it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from gitcp.errors import ForgeError
from gitcp.github.access import Access
from gitcp.github.client import JOBS, LONGEST_BODY, Client
from tests.github.fake import FakeGitHub, Holder


@pytest.mark.parametrize("name", ["", "acme", "acme/", "/x", "a/b/c", "a/..", "./b", "a b/c", "a/b?x", "ä/b"])
def test_what_is_no_name_of_a_repository_is_refused(name: str) -> None:
    with pytest.raises(ForgeError, match="expected a repository as OWNER/NAME"):
        Client.of(name, Access("https://api.github.com", "x"))


def test_a_job_writes_as_jobs_do_and_a_person_as_both(github: FakeGitHub, client: Client) -> None:
    assert client.logins(is_in_job=True) == {JOBS}
    with pytest.raises(ForgeError, match="403"):
        client.logins(is_in_job=False)

    github.tokens["job-token"] = Holder("clara", is_app=False)
    assert client.logins(is_in_job=True) == {"clara", JOBS}


def test_all_pages_of_a_list_are_read(github: FakeGitHub, client: Client) -> None:
    number = github.open_pull()
    for count in range(250):
        github.remark(number, str(count), "clara")
    github.remark(github.open_pull(), "elsewhere", "clara")

    assert [comment.body for comment in client.comments(number)] == [str(count) for count in range(250)]
    assert len(github.heard) == 3


def test_issues_are_those_with_the_label_and_no_pull_requests(github: FakeGitHub, client: Client) -> None:
    one = github.raise_issue("one", "", "clara", ("audit",))
    github.raise_issue("two", "", "clara", ("other",))
    closed = github.raise_issue("three", "", "clara", ("audit",), state="closed")
    pull = github.raise_issue("four", "", "clara", ("audit",))
    github.issues[pull]["pull_request"] = {"url": "x"}

    assert [issue.number for issue in client.issues(label="audit")] == [one]
    assert [issue.number for issue in client.issues(label="audit", state="all")] == [closed, one]


def test_an_issue_is_opened_changed_and_closed(github: FakeGitHub, client: Client) -> None:
    issue = client.open_issue("It fails", "so", ["audit"])
    client.edit_issue(issue.number, body="otherwise")
    client.edit_issue(issue.number, state="closed", state_reason="completed")

    found = github.issues[issue.number]
    assert (found["title"], found["body"], found["state"]) == ("It fails", "otherwise", "closed")
    assert found["labels"] == [{"name": "audit"}]


def test_text_that_is_none_is_sent_all_the_same(github: FakeGitHub, client: Client) -> None:
    issue = client.open_issue("half \udc80", "\ud800", [])

    assert github.issues[issue.number]["title"] == "half ?"


def test_a_status_says_at_most_what_github_takes(github: FakeGitHub, client: Client) -> None:
    client.set_status("a" * 40, "success", "gitcp/check", "x" * 500)

    assert len(github.statuses[0]["description"]) == 140


def test_a_comment_that_is_too_long_is_refused(github: FakeGitHub, client: Client) -> None:
    number = github.open_pull()
    client.comment(number, "x" * LONGEST_BODY)

    with pytest.raises(ForgeError, match="body is too long"):
        client.comment(number, "x" * (LONGEST_BODY + 1))


def test_pages_that_are_off_are_no_error(github: FakeGitHub, client: Client) -> None:
    assert client.pages() is None

    github.site = {"html_url": "https://acme.github.io/control/", "build_type": "workflow", "public": False}
    found = client.pages()
    assert found is not None
    assert (found.build_type, found.public) == ("workflow", False)


def test_a_workflow_that_is_not_there_or_a_branch_is_told(client: Client) -> None:
    with pytest.raises(ForgeError, match="404"):
        client.dispatch("none.yml", "main")
    with pytest.raises(ForgeError, match="No ref found for: none"):
        client.dispatch("tick.yml", "none")


def test_who_may_bypass_a_ruleset_is_told_to_who_administers(github: FakeGitHub, client: Client) -> None:
    actor = {"actor_id": None, "actor_type": "DeployKey", "bypass_mode": "always"}
    github.rulesets[3] = {"id": 3, "name": "main", "enforcement": "active", "bypass_actors": [actor]}

    told = client.ruleset(3).bypass_actors
    github.tokens["job-token"] = Holder(rights=frozenset({"contents: read"}))

    assert told is not None
    assert told[0].actor_type == "DeployKey"
    assert client.ruleset(3).bypass_actors is None


def test_a_branch_without_protection_of_the_older_kind_has_none(github: FakeGitHub, client: Client) -> None:
    assert client.protection("main") is None

    checks = {"strict": True, "contexts": ["gitcp/check"]}
    github.branches["main"]["protection"] = {"required_status_checks": checks, "restrictions": None}
    found = client.protection("main")
    assert found is not None
    assert found.required_status_checks is not None
    assert found.required_status_checks.contexts == ("gitcp/check",)


def test_the_time_is_told_to_the_second(client: Client) -> None:
    told = parsedate_to_datetime(client.wire.date() or "")

    assert abs(told - datetime.now(UTC)) < timedelta(minutes=5)
