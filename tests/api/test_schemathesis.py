"""What a machine that invents requests finds: nothing. It knows the published description, and asks a real server."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from gitcp.api.routes import description
from tests.api.company import Store, the_company
from tests.api.served import TOKEN, Served, serving

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed (make test installs it)"
)

DOCUMENT = description()
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a run that never is out of writes."""
    path = tmp_path_factory.mktemp("callback") / "declarations.json"
    with serving(Store(the_company()), path, most_writes=10**9) as found:
        yield found


def probe(served: Served, method: str, path: str, examples: int) -> None:
    """Send what fits the description and what does not, and hold each answer to it."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    # What is too long is refused before it is looked at.
    schema.config.checks.negative_data_rejection.expected_statuses.append("413")
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    for mode in modes:
        strategy = schema[path][method.upper()].as_strategy(generation_mode=mode)

        @given(case=strategy)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        def ask(case: Any) -> None:
            case.call_and_validate(base_url=served.url, headers={"Authorization": f"Bearer {TOKEN}"})

        ask()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_it_finds_nothing(busy: Served, method: str, path: str) -> None:
    probe(busy, method, path, 5)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_it_finds_nothing_however_long_it_looks(busy: Served, method: str, path: str) -> None:
    probe(busy, method, path, 300)
