"""The pages of work in a real browser: what is folded, what is drawn, and where it leads."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard.figures import NONE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_the_tree_of_goals_is_folded_by_keyboard(page: "Page", written: dict[str, Path]) -> None:
    page.goto((written["company"] / "goals.html").as_uri())
    below = page.get_by_role("link", name="Every claim names its source")
    assert below.is_visible()

    page.locator("summary", has_text="2 goals below").nth(1).focus()
    page.keyboard.press("Enter")

    assert not below.is_visible()
    assert page.get_by_role("link", name="Every guide is true this season").is_visible()


def test_a_drawn_run_is_where_its_hour_is_and_leads_to_its_page(
    page: "Page", written: dict[str, Path]
) -> None:
    page.goto((written["company"] / "runs/2026-11-21.html").as_uri())
    bar = page.locator("a", has=page.locator("title", has_text="15:30 Riley")).locator(".run-bar")
    hours = [
        page.locator(".waterfall-axis text", has_text=hour).bounding_box() for hour in ("14:00", "16:00")
    ]
    box = bar.bounding_box()
    assert box is not None
    assert hours[0] is not None
    assert hours[1] is not None
    assert hours[0]["x"] < box["x"] < box["x"] + box["width"] < hours[1]["x"] + hours[1]["width"]

    bar.click()

    assert page.url.endswith("runs/20261121T143000Z-riley.html")


def test_a_drawing_takes_no_part_in_the_order_of_the_keyboard(page: "Page", written: dict[str, Path]) -> None:
    page.goto((written["company"] / "runs/2026-11-21.html").as_uri())
    places = []
    for _ in range(30):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.closest('svg') !== null"))

    assert True not in places


def test_no_bar_leaves_its_lane_on_a_phone(page: "Page", written: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((written["company"] / "runs/2026-11-22.html").as_uri())

    outside = page.evaluate(
        """() => Array.from(document.querySelectorAll(".waterfall-lanes .run-bar")).filter((bar) => {
          const lane = bar.closest("svg").getBoundingClientRect(), box = bar.getBoundingClientRect();
          return box.left < lane.left - 1 || box.right > lane.right + 1 || box.bottom > lane.bottom + 1;
        }).length"""
    )

    assert outside == 0
    assert page.locator(".waterfall-lanes .run-bar").count() == 5


def test_on_a_phone_a_list_is_silent_about_what_a_run_that_goes_on_took(
    page: "Page", written: dict[str, Path]
) -> None:
    page.goto((written["company"] / "runs/2026-11-22.html").as_uri())
    unknown = page.locator(".list .number", has_text=NONE).filter(visible=True)

    assert unknown.count() == 4
    page.set_viewport_size({"width": 390, "height": 900})
    assert unknown.count() == 0
    assert page.locator(".list .number", has_text="$0.21").is_visible()
