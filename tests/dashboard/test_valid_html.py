"""Pages as the judges of HTML see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.browsing import largest, paths_of
from tests.dashboard.conftest import SITES
from tests.dashboard.programs import html_validate, nu

SAME_ENOUGH = 3

BROKEN = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p><div id="a"></div></p><img src="x"></body></html>'


def _pages(written: dict[str, Path], site: str) -> Iterator[Path]:
    folder = written[site]
    for paths in paths_of(SITES[site](), folder).values():
        yield from (folder / path for path in largest(folder, paths)[:SAME_ENOUGH])


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page that is wrong."""
    page = tmp_path_factory.mktemp("broken") / "broken.html"
    page.write_text(BROKEN)
    return page


@pytest.fixture(scope="module")
def said(
    written: dict[str, Path], broken: Path, tmp_path_factory: pytest.TempPathFactory
) -> set[tuple[Path, str, str]]:
    """Return what is said of all pages at once: to start the judge takes longer than to judge a site."""
    pages = [page for site in SITES for page in _pages(written, site)]
    return html_validate([*pages, broken], tmp_path_factory.mktemp("judged"))


@pytest.mark.parametrize("site", sorted(SITES))
def test_pages_keep_the_rules_of_html_and_of_accessible_html(
    written: dict[str, Path], said: set[tuple[Path, str, str]], site: str
) -> None:
    assert {(rule, message) for page, rule, message in said if page.is_relative_to(written[site])} == set()


def test_pages_are_what_the_standard_calls_html(written: dict[str, Path]) -> None:
    assert nu(page for site in SITES for page in _pages(written, site)) == set()


def test_a_page_that_is_wrong_is_called_wrong(said: set[tuple[Path, str, str]], broken: Path) -> None:
    assert {"wcag/h37", "close-order"} & {rule for page, rule, _ in said if page == broken}
    assert nu([broken])
