"""The site in a real browser, from the disk, as somebody opens it who was sent a folder."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboard.browsing import Tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_the_filter_works_by_keyboard_and_says_how_much_it_shows(tab: Tab) -> None:
    page = tab.open("tasks.html")
    page.get_by_role("searchbox", name="Filter").focus()
    page.keyboard.type("RILEY scan")

    assert page.locator("[data-item]:visible .title").all_inner_texts() == [
        "Enforce the scan cadence",
        "Move the scans into one folder",
    ]
    assert page.get_by_role("status").inner_text().startswith("2 of ")
    assert page.locator("#in-progress [data-count]").inner_text() == "1 of 2"

    page.keyboard.press("Escape")

    assert page.get_by_role("status").text_content() == ""
    assert page.locator("[data-item]:visible").count() == page.locator("[data-item]").count()
    assert page.locator("#in-progress [data-count]").inner_text() == "2"


@pytest.mark.parametrize("path", ["tasks/list.html", "runs.html"])
def test_lists_have_a_filter_too(tab: Tab, path: str) -> None:
    page = tab.open(path)
    page.get_by_role("searchbox", name="Filter").fill("mira")

    assert 0 < page.locator("[data-item]:visible").count() < page.locator("[data-item]").count()


def test_the_theme_is_chosen_by_keyboard_and_kept_on_the_next_page(tab: Tab) -> None:
    page = tab.open("index.html")
    button = page.get_by_role("button", name="Theme")
    light = _background(page)
    button.focus()
    page.keyboard.press("Enter")
    assert button.inner_text().endswith("light")
    page.keyboard.press("Space")
    assert button.inner_text().endswith("dark")
    dark = _background(page)

    page = tab.open("tasks/CI-0028.html")

    assert light != dark
    assert _background(page) == dark
    assert page.get_by_role("button", name="Theme").inner_text().endswith("dark")


def _background(page: "Page") -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_first_tab_stop_leads_past_the_navigation(tab: Tab) -> None:
    page = tab.open("tasks.html")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_whatever_has_the_focus_shows_it(tab: Tab) -> None:
    page = tab.open("index.html")
    outlines = set()
    for _ in range(14):
        page.keyboard.press("Tab")
        outlines.add(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))

    assert outlines == {"solid"}


@pytest.mark.parametrize("path", ["tasks.html", "tasks/CI-0028.html"])
def test_everything_can_be_read_without_scripts(
    browser: "Browser", written: dict[str, Path], path: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((written["company"] / path).as_uri())

    assert page.get_by_text("Enforce the scan cadence").first.is_visible()
    assert (
        page.locator(".filter, .theme").count()
        == page.locator(".filter:not(:visible), .theme:not(:visible)").count()
    )
    context.close()


def test_on_paper_there_is_no_navigation(tab: Tab) -> None:
    page = tab.open("tasks/CI-0028.html")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.get_by_role("navigation", name="Sections").is_visible()
    assert page.get_by_role("heading", name="Enforce the scan cadence").is_visible()
    assert _background(page) == "rgb(255, 255, 255)"


def test_the_age_of_the_page_is_told(tab: Tab) -> None:
    page = tab.page
    page.clock.set_fixed_time("2026-11-22T11:35:00Z")
    tab.open("index.html")

    assert page.locator("[data-age]").first.inner_text().strip() == "(2 hours ago)"


def test_a_command_is_copied_with_one_press(browser: "Browser", written: dict[str, Path]) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto((written["company"] / "tasks" / "CI-0028.html").as_uri())
    place = page.locator(".act-steps dd").filter(has_text="gitcp task assign CI-0028 MEMBER")
    place.get_by_role("button").press("Enter")

    place.get_by_text(re.compile("Copied|Selected")).wait_for()
    copied = page.evaluate("navigator.clipboard.readText().catch(() => String(getSelection()))")
    assert copied == "gitcp task assign CI-0028 MEMBER"
    context.close()


def test_a_draft_of_a_decision_says_when(tab: Tab) -> None:
    page = tab.page
    page.clock.set_fixed_time("2026-11-22T11:35:00Z")
    tab.open("approvals/AP-3.html")

    page.locator(".act-draft summary").click()
    assert "at: 2026-11-22T11:35:00Z" in page.locator("[data-dated]").inner_text()
