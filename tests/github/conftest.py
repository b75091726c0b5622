from collections.abc import Iterator

import pytest

from gitcp.github.access import Access
from gitcp.github.client import Client
from gitcp.github.wire import Wire
from tests.github.fake import FakeGitHub


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """Run a small GitHub."""
    with FakeGitHub() as fake:
        yield fake


@pytest.fixture
def slept() -> list[float]:
    """Return how long the client has waited, each time."""
    return []


@pytest.fixture
def client(github: FakeGitHub, slept: list[float]) -> Client:
    """Return a client that does not wait."""
    return Client("acme", "control", Wire(Access(github.url, "job-token"), slept.append, lambda: 1_000_000.0))
