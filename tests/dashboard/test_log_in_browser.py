"""The filters of the audit log in a real browser, from the disk."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard.views.log import PART
from tests.dashboard.company import Log, a_site, ago, an_entry
from tests.dashboard.editions import Editions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Path:
    site = a_site()
    old = (
        an_entry(ago(days=40, hours=n), "Ada Okafor", f"note {n}", "goals/fresh.yaml") for n in range(PART)
    )
    first = an_entry(ago(days=60), "Ada Okafor", "begin before the beginning", "goals/fresh.yaml")
    history = Log((*site.history.entries(), *old, first))
    folder = tmp_path_factory.mktemp("log") / "site"
    Editions(folder, templates).show(replace(site, history=history))
    return folder


@pytest.fixture
def page(browser: "Browser", folder: Path) -> Iterator["Page"]:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / "log.html").as_uri())
    yield page
    context.close()
    assert complaints == []


def seen(page: "Page") -> list[str]:
    return page.locator(".entry:visible .entry-what > p:first-child").all_inner_texts()


def test_the_page_s_commits_are_sieved_by_who_about_what_operation_and_words(page: "Page") -> None:
    page.get_by_label("Who", exact=True).select_option(label="Ben Lindqvist")
    assert len(seen(page)) == 3
    page.get_by_label("About").select_option("budget")
    assert seen(page) == ["raise budget agent/riley to $40"]
    assert page.get_by_role("status").inner_text() == "1 of 100 on this page"
    page.get_by_label("Operation").select_option("raise budget")
    page.get_by_label("Words").fill("SCANS nothing")
    assert seen(page) == []
    page.keyboard.press("Escape")
    assert len(seen(page)) == 1
    assert page.locator("[data-day]:visible").count() == 1


def test_the_whole_log_is_sieved_too_and_each_commit_leads_to_its_page(page: "Page") -> None:
    page.get_by_label("Words").fill("before BEGINNING")
    assert seen(page) == []
    page.get_by_label("in the whole log").check()
    page.get_by_text("1 found in 268 commits").wait_for()

    assert seen(page) == ["begin before the beginning"]

    page.get_by_role("link", name="begin before the beginning").click()

    assert page.locator(".entry:target .entry-what").inner_text().startswith("begin before the beginning")
    assert page.get_by_role("heading", level=1).inner_text().startswith("23 Sep")


def test_no_more_is_read_than_shown(page: "Page") -> None:
    page.get_by_label("in the whole log").check()
    page.get_by_text("The newest 200; more words find less").wait_for()

    assert len(seen(page)) == 200

    page.get_by_label("in the whole log").uncheck()

    assert len(seen(page)) == 100


def test_a_log_whose_parts_are_not_there_says_so(browser: "Browser", folder: Path, tmp_path: Path) -> None:
    for name in ("log.html", "assets"):
        (tmp_path / name).symlink_to(folder / name)
    page = browser.new_page()
    page.goto((tmp_path / "log.html").as_uri())
    page.get_by_label("in the whole log").check()

    page.get_by_text("A part of the log could not be read").wait_for()
    page.close()
