"""A small company that things happen to, founded once and copied for each test."""

from pathlib import Path

import pytest

from gitcp.store.founding import found_repository
from tests.store.repositories import copy_of, git
from tests.stories.hardship import ALEX, AT, FILES


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded") / "control"
    found_repository(folder, FILES, ALEX, "found the company", AT, keep_identity=True)
    return folder


@pytest.fixture
def control(founded: Path, tmp_path: Path) -> Path:
    """Return a checkout of a company, without remote and without cache."""
    return copy_of(founded, tmp_path / "control")


@pytest.fixture
def clone(control: Path, tmp_path: Path) -> Path:
    """Return a checkout whose remote is a bare repository beside it."""
    git(tmp_path, "clone", "--quiet", "--bare", str(control), "upstream.git")
    git(tmp_path, "clone", "--quiet", "upstream.git", "clone")
    for name, value in (("user.name", ALEX.name), ("user.email", ALEX.email)):
        git(tmp_path / "clone", "config", name, value)
    return tmp_path / "clone"
