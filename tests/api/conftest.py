"""A run whose callback is served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.company import Store, the_company
from tests.api.served import Served, serving


@pytest.fixture
def store() -> Store:
    return Store(the_company())


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Served]:
    """Serve riley's run on CI-0001."""
    with serving(store, tmp_path / "declarations.json") as found:
        yield found
