"""The way to the sections: beside the page, above it, or in a menu, with and without scripts."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboard.browsing import DESK, PHONE, TABLET, Tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [TABLET, DESK])
def test_every_section_is_in_sight_where_there_is_room_also_without_scripts(
    browser: "Browser", written: dict[str, Path], width: int
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto((written["company"] / "tasks" / "CI-0028.html").as_uri())
    sections = page.get_by_role("navigation", name="Sections").get_by_role("link")

    assert sections.count() >= 8
    assert all(section.is_visible() for section in sections.all())
    assert not page.get_by_text("Menu", exact=True).is_visible()
    context.close()


def test_on_a_phone_the_menu_opens_without_scripts(browser: "Browser", written: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 800})
    page = context.new_page()
    page.goto((written["company"] / "tasks" / "CI-0028.html").as_uri())
    budgets = page.get_by_role("link", name="Budgets", exact=True)

    assert not budgets.is_visible()
    page.get_by_text("Menu", exact=True).click()
    budgets.click()
    assert page.get_by_role("heading", name="Budgets", level=1).is_visible()
    context.close()


def test_on_a_phone_the_menu_is_opened_and_shut_by_keyboard(tab: Tab) -> None:
    tab.resize(PHONE)
    page = tab.open("tasks.html")
    summary = page.locator(".menu > summary")
    first = page.get_by_role("link", name="Overview", exact=True)

    assert summary.inner_text().split() == ["Menu", "Tasks"]
    summary.focus()
    page.keyboard.press("Enter")
    assert first.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Overview"
    page.keyboard.press("Escape")
    assert not first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_on_a_phone_the_menu_shuts_when_something_else_is_touched(tab: Tab) -> None:
    tab.resize(PHONE)
    page = tab.open("tasks.html")
    page.locator(".menu > summary").click()
    page.get_by_role("heading", level=1).click()

    assert not page.get_by_role("link", name="Overview", exact=True).is_visible()


def test_the_menu_counts_problems_and_runs_that_go_on(tab: Tab) -> None:
    page = tab.open("tasks.html")
    said = {
        name: page.evaluate(f"getComputedStyle(document.querySelector('.count-{name}'), '::after').content")
        for name in ("problems", "running")
    }

    assert said == {"problems": '"2"', "running": '"2"'}
    assert page.locator(".count-problems").is_visible()


def test_one_key_leads_to_the_search_unless_something_is_being_typed(tab: Tab) -> None:
    page = tab.open("tasks.html")
    box = page.get_by_role("searchbox").first
    box.focus()
    page.keyboard.press("/")
    assert box.input_value() == "/"
    box.evaluate("(box) => box.blur()")

    page.keyboard.press("/")
    page.wait_for_url("**/search.html")
