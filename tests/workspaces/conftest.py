"""An execution repository, and the state folder of a machine that runs agents."""

import shutil
from pathlib import Path

import pytest

from gitcp.workspaces import Workspace, Workspaces
from tests.workspaces.origin import Agent, Origin, git, prepare, write


@pytest.fixture(scope="session")
def prepared_origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("prepared") / "factory"
    path.mkdir()
    git(path, "init", "--quiet", "--initial-branch=main", "--template=")
    write(path, {"README.md": "a factory\n", "roles/riley/role.md": "You scan.\n", ".gitignore": "*.log\n"})
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "-m", "begin")
    git(path, "config", "user.name", "Ada")
    return path


@pytest.fixture
def origin(prepared_origin: Path, tmp_path: Path) -> Origin:
    return Origin(shutil.copytree(prepared_origin, tmp_path / "factory"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def workspaces(state: Path) -> Workspaces:
    return Workspaces(state, timeout=30)


@pytest.fixture
def workspace(workspaces: Workspaces, origin: Origin) -> Workspace:
    return prepare(workspaces, origin)


@pytest.fixture
def agent(workspace: Workspace) -> Agent:
    return Agent(workspace)
