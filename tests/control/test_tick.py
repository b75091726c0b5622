"""How a tick goes about it when it is told to."""

from pathlib import Path

import pytest

from gitcp.control.tick import Terms, tick
from gitcp.core.operations.create_task import CreateTask
from gitcp.store.git_store import GitStore
from tests.stories.company import Company, a_company, commit_all


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return a_company(tmp_path)


def test_one_that_may_not_claim_puts_in_order_and_starts_nothing(company: Company) -> None:
    company.does(CreateTask(project="CI", title="Write it", assignee="riley"))
    new = company.control / "tasks/CI/new/more.yaml"
    new.parent.mkdir(parents=True)
    new.write_text("title: Write more\nassignee: riley\n")
    commit_all(company.control, "file a task")

    with company.plane() as plane:
        ticked = tick(plane, terms=Terms(may_claim=lambda: False))

    assert ticked.started == ()
    assert company.runs() == []
    assert company.task("CI-0002").title == "Write more"


def test_one_that_need_not_fetch_does_not(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []
    fetch = GitStore.fetch

    def noting(store: GitStore) -> tuple[str, ...]:
        fetched.append("")
        return fetch(store)

    monkeypatch.setattr(GitStore, "fetch", noting)
    with company.plane() as plane:
        tick(plane, terms=Terms(fetches=False))
        assert fetched == []

        tick(plane)

    assert len(fetched) == 1
