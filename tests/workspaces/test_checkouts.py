import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces import Workspace
from gitcp.workspaces.checkouts import check_out, drop, heads, registration
from gitcp.workspaces.clone import Clone
from gitcp.workspaces.program import Git
from gitcp.workspaces.repositories import Repositories


@pytest.fixture
def clone(workspace: Workspace) -> Clone:
    return Repositories(workspace.clone.parent, Git(30)).at(workspace.clone, workspace.repository)


def test_a_checkout_is_on_its_branch_or_on_none(clone: Clone, workspace: Workspace) -> None:
    aside = workspace.path.with_name("commit.1")
    check_out(Git(30), clone, aside, workspace.base)

    assert heads(clone.path) == {
        registration(clone.path, workspace.path): "refs/heads/riley/CI-0028",
        registration(clone.path, aside): workspace.base,
    }


def test_a_checkout_that_is_dropped_leaves_nothing(clone: Clone, workspace: Workspace) -> None:
    drop(clone.path, workspace.path)
    drop(clone.path, workspace.path)

    assert not workspace.path.exists()
    assert heads(clone.path) == {}


def test_a_checkout_that_cannot_be_made_leaves_nothing(clone: Clone, workspace: Workspace) -> None:
    aside = workspace.path.with_name("commit.1")

    with pytest.raises(WorkspaceError, match="git reset: fatal"):
        check_out(Git(30), clone, aside, "0" * 40)

    assert not aside.exists()
    assert not registration(clone.path, aside).exists()
