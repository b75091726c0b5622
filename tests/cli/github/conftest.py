from pathlib import Path

import pytest

from tests.cli.github.jobs import AJob, enter_job


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AJob:
    """Run in a step of a job."""
    return enter_job(monkeypatch, tmp_path / "step")
