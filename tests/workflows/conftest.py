"""What a company's workflows are carried out with: one Node and one workshop for all tests of a process."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.agents.programs import needs_namespaces
from tests.servers.processes import program
from tests.workflows.runner.forge import Forge
from tests.workflows.runner.language import Language
from tests.workflows.workshop import Workshop, a_forge, a_language, a_workshop

NewForge = Callable[[Path], Forge]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What these tests share takes a while to make: one process makes it.
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("workflows"))


@pytest.fixture(scope="session")
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Language]:
    with a_language(tmp_path_factory.mktemp("language")) as language:
        yield language


@pytest.fixture(scope="session")
def workshop(project_root: Path, tmp_path_factory: pytest.TempPathFactory, language: Language) -> Workshop:
    if sys.platform != "linux":
        pytest.skip("these jobs are for runners with Linux")
    needs_namespaces()  # the isolation of an agent is made of them, and without it no agent starts
    program("bwrap")
    return a_workshop(project_root, tmp_path_factory.mktemp("workshop"), language)


@pytest.fixture
def new_forge(language: Language, workshop: Workshop, tmp_path: Path) -> Iterator[NewForge]:
    """Return what makes a forge of a bare repository."""
    with ExitStack() as stack:
        yield lambda repository: stack.enter_context(a_forge(workshop, language, tmp_path, repository))
