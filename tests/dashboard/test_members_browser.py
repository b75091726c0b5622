"""Pages of members in a real browser: the table that sorts, and parts of runs that can be reached."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard.views.agent_runs import SHOWN
from tests.dashboard.company import a_bare_site, ago, an_agent, an_ended_run
from tests.dashboard.editions import Editions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def names(page: "Page") -> list[str]:
    return page.locator("#agents-table tbody tr:visible td:first-child a").all_inner_texts()


def test_the_table_of_agents_sorts_by_what_counts_most_and_by_name(
    page: "Page", written: dict[str, Path]
) -> None:
    page.goto((written["company"] / "people.html").as_uri())
    assert names(page)[:2] == ["Oscar", "Clara"]

    page.get_by_role("button", name="Cost").click()
    head = page.get_by_role("columnheader", name="Cost")
    assert head.get_attribute("aria-sort") == "descending"
    assert names(page)[:2] == ["Riley", "Mira"]

    page.get_by_role("button", name="Agent", exact=True).focus()
    page.keyboard.press("Enter")
    assert names(page)[:2] == ["Clara", "Felix"]
    assert head.get_attribute("aria-sort") == "none"
    page.keyboard.press("Enter")
    assert names(page)[0] == "Wren"

    page.get_by_role("button", name="Last run").click()
    assert names(page)[0] == "Mira"


def test_the_table_of_agents_is_filtered_by_what_they_do(page: "Page", written: dict[str, Path]) -> None:
    page.goto((written["company"] / "people.html").as_uri())
    page.get_by_role("searchbox", name="Filter").fill("running")

    assert names(page) == ["Riley", "Mira"]


def test_older_runs_are_reached_from_the_agent_s_page_and_back(
    page: "Page", tmp_path: Path, templates: Path
) -> None:
    runs = [an_ended_run("riley", ago(hours=number), 1, "0.10") for number in range(SHOWN + 2)]
    Editions(tmp_path / "site", templates).show(a_bare_site(an_agent(), *runs))
    page.goto((tmp_path / "site" / "org" / "riley.html").as_uri())

    page.get_by_role("navigation", name="All runs").get_by_role("link").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Runs of Riley, part 1"
    assert page.locator("[data-item]").count() == SHOWN + 2
    page.get_by_role("link", name="Newest runs").click()

    assert page.url.endswith("org/riley.html")


def test_days_of_the_calendar_say_what_they_hold(page: "Page", written: dict[str, Path]) -> None:
    page.goto((written["company"] / "org" / "riley.html").as_uri())
    calendar = page.get_by_role("img", name="Calendar")

    assert calendar.locator("title").first.text_content() == "Mon 16 Nov: a heartbeat is due"
    assert calendar.locator(".calendar-busy").count() == 1
