"""What Lighthouse says of a phone on a slow network; it takes a quarter of a minute a page."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.dashboard.browsing import served
from tests.dashboard.company import a_site
from tests.dashboard.conftest import chromium
from tests.dashboard.editions import Editions
from tests.dashboard.hostile import a_crowded_site
from tests.dashboard.programs import lighthouse

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("lighthouse")]

GOOD, CONTENT = 95, 0.9
PUBLIC = "https://press.example/"


@pytest.fixture(autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let one measurement after another run."""
    with FileLock(tmp_path_factory.getbasetemp().parent / "lighthouse.lock"):
        yield


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Iterator[dict[str, str]]:
    """Serve an ordinary company and a crowd, as sites whose address is known."""
    folder = tmp_path_factory.mktemp("published")
    Editions(folder / "company", templates).show(a_site(base_url=PUBLIC))
    Editions(folder / "crowd", templates).show(a_crowded_site(tasks=140, base_url=PUBLIC))
    with served(folder) as address:
        yield {name: f"{address}{name}/" for name in ("company", "crowd")}


@pytest.mark.parametrize(
    ("site", "page"),
    [
        ("company", "index.html"),
        ("company", "tasks/CI-0028.html"),
        ("company", "goals.html"),
        ("crowd", "tasks.html"),
        ("crowd", "org.html"),
    ],
)
def test_every_category_has_a_good_score(
    addresses: dict[str, str], site: str, page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if (program := chromium()) is None:
        pytest.skip("needs Chromium or Chrome: make ci-deps says how to get one")

    report = lighthouse(addresses[site] + page, program, tmp_path)

    scores = {name: round(100 * category["score"]) for name, category in report["categories"].items()}
    paint = report["audits"]["first-contentful-paint"]["displayValue"]
    with capsys.disabled():
        sys.stdout.write(f"\n{site} {page}: {scores}, first paint {paint}\n")
    wrong = [
        name
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < CONTENT
    ]
    assert {name: score for name, score in scores.items() if score < GOOD} == {}, wrong
