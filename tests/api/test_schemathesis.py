"""What a machine that invents requests finds: nothing. It knows the published descriptions, and asks real servers."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from gitcp.api import reception, routes
from tests.api.company import Store, the_company
from tests.api.served import TOKEN, serving
from tests.api.visited import TOKEN as PERSONS_TOKEN
from tests.api.visited import visiting

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed (make test installs it)"
)

DOCUMENTS = {"run": routes.description(), "person": reception.description()}
EVERY = [
    (who, method, path)
    for who, document in DOCUMENTS.items()
    for path, methods in document["paths"].items()
    for method in methods
]
# What people have beside what runs have is much of the same; one operation of each kind is enough for every change.
SHORT = [
    each
    for each in EVERY
    if each[0] == "run" or each[1] == "get" or each[2].endswith(("agent.hire", "goal.edit", "task.create"))
]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, str]]]:
    """Serve a run that never is out of writes, and a person, wrong tokens or not; return where, and with which tokens."""
    path = tmp_path_factory.mktemp("callback") / "declarations.json"
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(Store(the_company()), path, most_writes=10**9) as run,
        visiting(Store(the_company())) as person,
    ):
        patch.setattr(reception, "MOST_WRONG", 10**9)
        yield {"run": (run.url, TOKEN), "person": (person.reception.url, PERSONS_TOKEN)}


def probe(place: tuple[str, str], who: str, method: str, path: str, examples: int) -> None:
    """Send what fits the description and what does not, and hold each answer to it."""
    url, token = place
    schema = schemathesis.openapi.from_dict(DOCUMENTS[who])
    # What is too long is refused before it is looked at.
    schema.config.checks.negative_data_rejection.expected_statuses.append("413")
    # A record has rules that no schema says: a zone that exists, a reference that leads somewhere.
    schema.config.checks.positive_data_acceptance.expected_statuses.append("422")
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
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
            case.call_and_validate(base_url=url, headers={"Authorization": f"Bearer {token}"})

        ask()


@pytest.mark.parametrize(("who", "method", "path"), SHORT)
def test_it_finds_nothing(places: dict[str, tuple[str, str]], who: str, method: str, path: str) -> None:
    probe(places[who], who, method, path, 4)


@pytest.mark.slow
@pytest.mark.parametrize(("who", "method", "path"), EVERY)
def test_it_finds_nothing_however_long_it_looks(
    places: dict[str, tuple[str, str]], who: str, method: str, path: str
) -> None:
    probe(places[who], who, method, path, 200)
