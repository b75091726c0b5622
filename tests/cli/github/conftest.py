from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.github.jobs import AJob, enter_job
from tests.github.fake import FakeGitHub


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AJob:
    """Run in a step of a job."""
    return enter_job(monkeypatch, tmp_path / "step")


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitHub]:
    """Run a small GitHub that commands find."""
    with FakeGitHub() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake
