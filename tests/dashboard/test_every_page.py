"""Every page in a real browser, from the disk, as somebody opens it who was sent a folder. A new kind of page is looked at without a line here."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard.pages import KINDS
from tests.dashboard.accessibility import violations
from tests.dashboard.browsing import DESK, PHONE, STICKING_OUT, TABLET, Tab, largest, paths_of
from tests.dashboard.conftest import SITES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Paths = Mapping[str, Mapping[str, list[str]]]

NAMES = [kind.name for kind in KINDS]
NARROWEST, CRAMPED = 360, 1024
SAME_ENOUGH = 5
BEST_FIRST = ("company", "crowd", "hostile", "empty")
UNUSUAL = frozenset({"hostile", "empty"})


@pytest.fixture(scope="module")
def paths(written: dict[str, Path]) -> Paths:
    """Return the paths of pages by site and kind."""
    return {name: paths_of(make(), written[name]) for name, make in SITES.items()}


@pytest.fixture(scope="module")
def one_tab(browser: "Browser", written: dict[str, Path]) -> Iterator[Tab]:
    """Return one tab for all tests here: a new one for each would take longer than what it looks at."""
    context = browser.new_context(reduced_motion="reduce")
    yield Tab(context.new_page(), written["company"])
    context.close()


@pytest.fixture
def tab(one_tab: Tab, written: dict[str, Path]) -> Tab:
    """Return the tab as it was at first."""
    one_tab.folder = written["company"]
    one_tab.complaints.clear()
    one_tab.resize(DESK)
    one_tab.page.emulate_media(color_scheme="light")
    return one_tab


def test_some_example_has_a_page_of_every_kind(paths: Paths) -> None:
    assert [name for name in NAMES if not any(paths[site][name] for site in SITES)] == []


@pytest.mark.browser
@pytest.mark.parametrize("site", BEST_FIRST)
@pytest.mark.parametrize("kind", NAMES)
def test_on_a_page_of_every_kind_all_stays_in_its_place_and_is_accessible(
    tab: Tab, written: dict[str, Path], paths: Paths, kind: str, site: str
) -> None:
    if not (some := paths[site][kind]):
        return
    tab.folder = written[site]
    tab.resize(NARROWEST)
    page = tab.open(largest(tab.folder, some)[0])
    assert (tab.width(), tab.complaints) == (NARROWEST, [])
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true; })")

    for width in (NARROWEST, TABLET, CRAMPED, DESK):
        tab.resize(width)
        assert (width, tab.width(), page.evaluate(STICKING_OUT)) == (width, width, [])
    is_best = site == next(site for site in BEST_FIRST if paths[site][kind])
    if is_best or site in UNUSUAL:
        assert violations(page) == []
    if is_best:
        page.emulate_media(color_scheme="dark")
        assert violations(page, of_colours=True) == []
        tab.resize(PHONE)
        assert violations(page) == []
    assert tab.complaints == []


@pytest.mark.browser
@pytest.mark.parametrize("site", sorted(SITES))
def test_no_page_complains_or_scrolls_sideways_on_a_phone(
    tab: Tab, written: dict[str, Path], paths: Paths, site: str
) -> None:
    tab.folder = written[site]
    tab.resize(NARROWEST)
    others = [path for some in paths[site].values() for path in largest(tab.folder, some)[1:SAME_ENOUGH]]
    wide = [path for path in others if not _fits(tab, path)]

    assert (wide, tab.complaints) == ([], [])


def _fits(tab: Tab, path: str) -> bool:
    tab.open(path)
    return tab.width() == NARROWEST


@pytest.mark.browser
def test_axe_sees_the_colours_of_both_themes(tab: Tab) -> None:
    page = tab.open("index.html")
    page.evaluate("document.documentElement.style.setProperty('--ink-faint', 'light-dark(#4e4942, #333)')")

    assert [rule for rule, _ in violations(page, of_colours=True)] == []
    page.emulate_media(color_scheme="dark")
    assert [rule for rule, _ in violations(page, of_colours=True)] == ["color-contrast"]
