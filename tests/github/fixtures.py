"""GitHub's description of its API, served, as a fixture."""

from collections.abc import Iterator

import pytest

from tests.github.prism import prism


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one Prism for all tests of a process; return the root of the API."""
    with prism(tmp_path_factory.mktemp("prism")) as root:
        yield root
