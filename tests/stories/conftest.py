"""A small company that things happen to, founded once and copied for each test. What every story leaves is verified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.store.founding import found_repository
from tests.audit.histories import violations_below
from tests.store.repositories import copy_of, git
from tests.stories.hardship import ALEX, AT, FILES


@pytest.fixture(autouse=True)
def verified(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Hold that an audit of what a story leaves finds nothing but what the story says that it attacks."""
    yield
    expected = {rule for mark in request.node.iter_markers("attacks") for rule in mark.args}
    found = violations_below(tmp_path)
    told = "\n".join(f"{folder}: {finding}" for folder, all_of in found.items() for finding in all_of)
    assert {finding.rule for all_of in found.values() for finding in all_of} == expected, told


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
