"""Skills that were written for another control plane find the names that they know."""

from pathlib import Path

import pytest

from gitcp.core.operations.create_comment import CreateComment
from gitcp.core.operations.create_task import CreateTask
from gitcp.core.operations.edit_record import EditMember
from tests.stories.company import Company, a_company

TELLS = """
for name, value in sorted(os.environ.items()):
    if name.startswith("PAPERCLIP_"):
        mark(f"{name}={value}")
mark("same=" + str(all(
    os.environ.get("PAPERCLIP_" + name) == os.environ["GITCP_" + name]
    for name in ("API_URL", "API_KEY", "RUN_ID", "TASK_ID", "AGENT_ID")
)))
client.finish("done")
"""


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = a_company(tmp_path)
    company.program("riley", TELLS)
    return company


def told(company: Company) -> dict[str, str]:
    pairs = [line.partition("=") for line in company.marked("riley") if "=" in line]
    return {name: value for name, _, value in pairs}


def test_an_agent_that_asks_for_it_finds_the_other_names(company: Company) -> None:
    company.does(EditMember(id="riley", fields={"compat": "paperclip"}))
    company.does(CreateTask(project="CI", title="Look around", assignee="riley"))

    company.tick()

    found = told(company)
    assert found.pop("same") == "True"
    assert found["PAPERCLIP_COMPANY_ID"] == "Story"
    assert found["PAPERCLIP_WAKE_REASON"] == "issue_assigned"
    assert found["PAPERCLIP_WORKSPACE_BRANCH"] == "riley/CI-0001"
    assert found["PAPERCLIP_WORKSPACE_REPO_URL"] == str(company.work)
    assert Path(found["PAPERCLIP_WORKSPACE_CWD"]).name == "riley.CI-0001"
    assert "PAPERCLIP_APPROVAL_ID" not in found


def test_a_mention_is_named_by_its_comment(company: Company) -> None:
    company.does(EditMember(id="riley", fields={"compat": "paperclip"}))
    company.does(CreateTask(project="CI", title="Alex works on it", assignee="alex"))
    company.does(CreateComment(task="CI-0001", body="@riley, what do you think?"))

    company.tick()

    found = told(company)
    with company.plane() as plane:
        [comment] = plane.snapshot().comments("CI-0001")
    assert found["PAPERCLIP_WAKE_REASON"] == "issue_comment_mentioned"
    assert found["PAPERCLIP_WAKE_COMMENT_ID"] == comment.id


def test_an_agent_that_does_not_ask_finds_none_of_them(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Look around", assignee="riley"))

    company.tick()

    assert told(company) == {"same": "False"}
