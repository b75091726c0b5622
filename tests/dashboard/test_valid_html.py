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


@pytest.mark.parametrize("site", sorted(SITES))
def test_pages_keep_the_rules_of_html_and_of_accessible_html(
    written: dict[str, Path], tmp_path: Path, site: str
) -> None:
    assert html_validate(_pages(written, site), tmp_path) == set()


def test_pages_are_what_the_standard_calls_html(written: dict[str, Path]) -> None:
    assert nu(page for site in SITES for page in _pages(written, site)) == set()


def test_a_page_that_is_wrong_is_called_wrong(tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text(BROKEN)

    assert {"wcag/h37", "close-order"} & {rule for rule, _ in html_validate([page], tmp_path)}
    assert nu([page])
