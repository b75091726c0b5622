"""What the tests of the dashboard share: the templates, built sites, and a browser where there is one."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard import Files, SiteInput, build
from tests.dashboard.browsing import Tab
from tests.dashboard.company import a_bare_site, a_site
from tests.dashboard.editions import Editions
from tests.dashboard.hostile import a_crowded_site, a_hostile_site
from tests.dashboard.markup import Pages, parse_all

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SITES: dict[str, Callable[[], SiteInput]] = {
    "company": a_site,
    "hostile": a_hostile_site,
    "crowd": lambda: a_crowded_site(tasks=14),
    "empty": a_bare_site,
}


@pytest.fixture(scope="session")
def templates(project_root: Path) -> Path:
    """Return the folder of the dashboard's templates."""
    return project_root / "templates" / "dashboard"


@pytest.fixture(scope="session", params=sorted(SITES))
def any_site(request: pytest.FixtureRequest) -> SiteInput:
    """Return one input after the other."""
    return SITES[request.param]()


@pytest.fixture(scope="session")
def any_files(any_site: SiteInput, templates: Path) -> Files:
    """Return one built site after the other."""
    return build(any_site, templates)


@pytest.fixture(scope="session")
def any_pages(any_files: Files) -> Pages:
    """Return the pages of one site after the other."""
    return parse_all(any_files)


@pytest.fixture(scope="session")
def company_files(templates: Path) -> Files:
    """Return the built site of an ordinary company."""
    return build(a_site(), templates)


@pytest.fixture(scope="session")
def company_pages(company_files: Files) -> Pages:
    """Return the pages of an ordinary company."""
    return parse_all(company_files)


@pytest.fixture(scope="session")
def hostile_pages(templates: Path) -> Pages:
    """Return the pages of the company whose every text attacks."""
    return parse_all(build(a_hostile_site(), templates))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> dict[str, Path]:
    """Return the folder of every site."""
    folders = {name: tmp_path_factory.mktemp("sites") / name for name in SITES}
    for name, folder in folders.items():
        Editions(folder, templates).show(SITES[name]())
    return folders


def chromium() -> str | None:
    """Return the program of a browser, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Return a real browser, or skip."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright: make ci-deps installs it")
    pytest.importorskip("axe_playwright_python", reason="needs axe: make ci-deps installs it")
    if (program := chromium()) is None:
        pytest.skip("needs Chromium or Chrome: make ci-deps says how to get one")
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: "Browser", written: dict[str, Path]) -> Iterator[Tab]:
    """Return a new tab, on the site of an ordinary company."""
    size: ViewportSize = {"width": 1280, "height": 900}
    context = browser.new_context(viewport=size, color_scheme="light", reduced_motion="reduce")
    yield Tab(context.new_page(), written["company"])
    context.close()
