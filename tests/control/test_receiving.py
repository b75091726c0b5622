"""People and programs while a scheduler runs: what they ask for is done, and acted upon at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gitcp.api.client import CallbackClient
from gitcp.api.places import Address
from gitcp.control.receiving import receiving
from gitcp.control.tokens import Tokens
from gitcp.errors import CallbackError, NotAllowedError
from gitcp.model.tasks import TaskStatus
from tests.control.watched import Follower, Story, scheduled
from tests.stories.company import Company, a_company

ANY_PORT = Address(port=0)


def overview(_: Any, you: str) -> dict[str, Any]:
    return {"you": you}


def a_token(company: Company, person: str = "alex") -> str:
    with company.plane() as plane:
        return Tokens(plane.state).new(person, plane.clock.now(), days=1, name=None)[1]


def test_a_task_that_is_created_from_elsewhere_is_worked_on_at_once(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:
        client = CallbackClient(url, token)

        def story(follower: Follower) -> Story:
            fields = {"project": "CI", "title": "Write it", "assignee": "riley"}
            client.apply("task.create", fields, "ab12")
            client.apply("task.create", fields, "ab12")
            yield lambda: any("succeeded" in said for said in follower.words)

        follower = Follower(story)
        scheduled(plane, follower, every=3600)
        seen = client.task("CI-0001")

    assert follower.words[0] == "riley wakes for CI-0001 (assignment)"
    assert company.task("CI-0001").status is TaskStatus.DONE
    assert (seen["status"], seen["created_by"]) == ("done", "alex")
    created = next(entry for entry in company.log() if entry.trailers.get("Gitcp-Op") == "task.create")
    assert created.trailers["Gitcp-Actor"] == "alex"


def test_a_request_is_carried_out_once_though_the_server_starts_anew(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    receipts = []
    for _ in range(2):
        with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:
            fields = {"project": "CI", "title": "Once"}
            receipts.append(CallbackClient(url, token).apply("task.create", fields, "ab12"))

    assert [receipt["repeated"] for receipt in receipts] == [False, True]
    assert receipts[0]["revision"] == receipts[1]["revision"]
    assert receipts[0]["task"] == receipts[1]["task"] == "CI-0001"


def test_a_token_is_refused_as_soon_as_it_is_revoked(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:
        client = CallbackClient(url, token)
        assert client.get("status") == {"you": "alex"}
        tokens = Tokens(plane.state)
        tokens.revoke(tokens.all()[0].id)

        with pytest.raises(CallbackError, match="expired or revoked"):
            client.get("status")


def test_a_damaged_file_of_tokens_lets_nobody_in_and_tells_callers_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:
        Tokens(plane.state).path.write_text("[[]]")

        with pytest.raises(CallbackError, match="gitcp failed to answer") as caught:
            CallbackClient(url, token).me()

    assert "tokens.json" not in caught.value.message
    assert "expected tokens, found something else" in caplog.text


def test_the_token_of_somebody_who_is_no_person_lets_nobody_in(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:
        for member in ("riley", "nobody"):
            with pytest.raises(CallbackError, match="missing, wrong"):
                CallbackClient(url, a_token(company, member)).me()


def test_what_is_the_schedulers_alone_is_nobody_elses(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    with (
        company.plane() as plane,
        receiving(plane, ANY_PORT, overview) as url,
        pytest.raises(NotAllowedError, match=r"person alex may not run\.claim"),
    ):
        CallbackClient(url, token).apply("run.claim", {})


def test_many_callers_at_once_disturb_neither_each_other_nor_the_scheduler(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    token = a_token(company)
    with company.plane() as plane, receiving(plane, ANY_PORT, overview) as url:

        def create(number: int) -> str:
            fields = {"project": "CI", "title": f"Task {number}", "backlog": True}
            return str(CallbackClient(url, token).apply("task.create", fields)["task"])

        def story(_: Follower) -> Story:
            with ThreadPoolExecutor(8) as callers:
                created.extend(callers.map(create, range(16)))
            yield lambda: True

        created: list[str] = []
        scheduled(plane, Follower(story), every=3600)
        titles = {task.title for task in plane.snapshot().tasks(project="CI")}

    assert len(set(created)) == 16
    assert titles == {f"Task {number}" for number in range(16)}
