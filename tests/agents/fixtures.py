"""The stub model as a fixture."""

from collections.abc import Iterator

import pytest

from tests.agents.model_server import ModelServer


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """Give the test a model; a test that does not ask it pays a thread."""
    with ModelServer() as server:
        yield server
