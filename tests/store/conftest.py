"""Repositories that are made once and copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gitcp.store.git_store import GitStore
from tests.store.repositories import COMPANY, commit_files, copy_of, git, new_bare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bare repository that holds a company and one task."""
    folder = tmp_path_factory.mktemp("prepared")
    task = "title: First  # by hand\ncreated: 2026-11-20T08:15:00Z\n"
    commit_files(
        new_bare(folder / "bare.git"),
        {"gitcp.yaml": COMPANY, "tasks/CI/CI-0001.yaml": task, "README.md": "Scan Works\n"},
        message="found the company\n",
        seconds=1_700_000_000,
    )
    return folder


@pytest.fixture
def bare(prepared: Path, tmp_path: Path) -> Path:
    """Return a bare repository of its own."""
    return copy_of(prepared / "bare.git", tmp_path / "bare.git")


@pytest.fixture(scope="session")
def prepared_checkout(prepared: Path) -> Path:
    folder = prepared / "checkout"
    git(prepared, "clone", "--quiet", str(prepared / "bare.git"), str(folder))
    git(folder, "remote", "remove", "origin")
    git(folder, "config", "user.name", "Petra Person")
    git(folder, "config", "user.email", "petra@example.org")
    return folder


@pytest.fixture
def checkout(prepared_checkout: Path, tmp_path: Path) -> Path:
    """Return a checkout of its own, without remote."""
    return copy_of(prepared_checkout, tmp_path / "checkout")


@pytest.fixture
def clone(bare: Path, checkout: Path) -> Path:
    """Return a checkout of its own, whose remote is `bare`."""
    git(checkout, "remote", "add", "origin", str(bare))
    git(checkout, "fetch", "--quiet", "origin")
    git(checkout, "branch", "--quiet", "--set-upstream-to=origin/main")
    git(checkout, "remote", "set-head", "origin", "main")
    return checkout


@pytest.fixture
def store(bare: Path) -> Iterator[GitStore]:
    """Return a store on `bare`."""
    with GitStore.open(bare) as opened:
        yield opened
