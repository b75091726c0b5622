"""The site as an app: installed from a web server, read again without a connection."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard import Files, build
from gitcp.dashboard.app import worker
from tests.dashboard.browsing import served
from tests.dashboard.company import a_site
from tests.dashboard.markup import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


def test_the_manifest_names_the_company_and_files_of_the_site(company_files: Files) -> None:
    manifest = json.loads(company_files[PurePosixPath("manifest.webmanifest")])

    assert (manifest["name"], manifest["start_url"]) == ("Fieldnotes Press", "index.html")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert all(PurePosixPath(icon["src"]) in company_files for icon in manifest["icons"])


def test_the_icons_are_as_large_as_the_manifest_says(company_files: Files) -> None:
    for icon in json.loads(company_files[PurePosixPath("manifest.webmanifest")])["icons"]:
        picture = company_files[PurePosixPath(icon["src"])]
        assert isinstance(picture, bytes)
        sides = {int.from_bytes(picture[place : place + 4], "big") for place in (16, 20)}

        assert picture.startswith(b"\x89PNG")
        assert {f"{side}x{side}" for side in sides} == {icon["sizes"]}


def test_the_worker_keeps_every_asset_that_pages_load(company_files: Files, company_pages: Pages) -> None:
    text = company_files[PurePosixPath("sw.js")]
    assert isinstance(text, bytes)
    kept = set(json.loads(text.decode().partition(" = ")[2].partition(";\n")[0]))
    page = company_pages[PurePosixPath("index.html")]
    loaded = {
        e.attributes.get("src") or e.attributes["href"] for e in page.elements if e.tag in {"script", "link"}
    }

    assert {address for address in loaded if "?" in address} <= kept


def test_the_worker_is_the_same_whatever_the_records_say_and_another_when_an_asset_changed(
    company_files: Files, templates: Path
) -> None:
    other = build(a_site(title="Another name"), templates)

    assert other[PurePosixPath("sw.js")] == company_files[PurePosixPath("sw.js")]
    assert worker("x", ["assets/a.js?1"]) == worker("x", ["assets/a.js?1"])
    assert worker("x", ["assets/a.js?1"]) != worker("x", ["assets/a.js?2"])


@pytest.fixture
def context(browser: "Browser") -> Iterator["BrowserContext"]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.mark.browser
def test_what_was_seen_is_read_again_without_a_connection(
    context: "BrowserContext", written: dict[str, Path]
) -> None:
    page = context.new_page()
    with served(written["company"]) as address:
        page.goto(address)
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.goto(f"{address}tasks/CI-0028.html")
        page.wait_for_function(
            "(path) => caches.match(path).then((found) => found !== undefined)", arg="CI-0028.html"
        )

    page.goto(f"{address}tasks/CI-0028.html")
    assert page.get_by_role("heading", name="Enforce the scan cadence").is_visible()
    assert page.evaluate("getComputedStyle(document.body).fontVariantNumeric") == "tabular-nums"

    page.goto(f"{address}org/ada.html")
    assert page.get_by_role("heading", name="No connection").is_visible()
    assert page.url == f"{address}offline.html"
    page.get_by_role("main").get_by_role("link", name="overview").click()
    page.wait_for_url("**/index.html")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Two runs")


@pytest.mark.browser
def test_the_site_can_be_installed_from_a_web_server_and_asks_for_nothing_from_a_disk(
    context: "BrowserContext", written: dict[str, Path]
) -> None:
    page = context.new_page()
    page.goto((written["company"] / "index.html").as_uri())
    assert page.locator("link[rel=manifest]").count() == 0

    with served(written["company"]) as address:
        page.goto(f"{address}tasks/CI-0028.html")
        client = context.new_cdp_session(page)
        manifest = client.send("Page.getAppManifest")
        wrong = client.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["url"] == f"{address}manifest.webmanifest"
    assert manifest["errors"] == []
    assert {error["errorId"] for error in wrong} <= {"in-incognito"}
