"""The board, the table of all tasks and the search in a real browser: from the disk, and from a server."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from gitcp.dashboard.terms import shard_of, words
from tests.dashboard.accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing about it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it that
        """Say nothing."""


@pytest.fixture(scope="module")
def addresses(written: dict[str, Path]) -> Iterator[dict[str, str]]:
    """Return where each site is: on the disk, and that of the company on a server too."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=written["company"]))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield {name: folder.as_uri() for name, folder in written.items()} | {
        "served": f"http://127.0.0.1:{server.server_port}"
    }
    server.shutdown()
    thread.join()
    server.server_close()


class Reader:
    """A tab of the browser, and whatever its pages complained about."""

    def __init__(self, page: "Page", addresses: dict[str, str]) -> None:
        self.page = page
        self.addresses = addresses
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: self._look(answer.status, answer.url))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))

    def _look(self, status: int, url: str) -> None:
        if status >= 400:
            self.complaints.append(f"{url}: {status}")

    def open(self, path: str, site: str = "company") -> "Page":
        self.page.goto(f"{self.addresses[site]}/{path}")
        return self.page


@pytest.fixture
def reader(browser: "Browser", addresses: dict[str, str]) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    reader = Reader(context.new_page(), addresses)
    yield reader
    context.close()
    assert reader.complaints == []


def titles(page: "Page") -> list[str]:
    return page.locator("tbody tr .title").all_inner_texts()


def said(page: "Page", text: str) -> None:
    page.locator("[data-said]", has_text=text).wait_for()


def test_the_board_is_filtered_by_who_and_what(reader: Reader) -> None:
    page = reader.open("tasks.html")
    page.get_by_label("Assignee").select_option("Mira")
    page.get_by_label("Project").select_option("WEB")

    assert page.locator("[data-item]:visible .title").all_inner_texts() == [
        "Search that forgives a misspelt Latin name",
        "Images load before the text jumps",
        "Dark mode for night walks",
    ]
    assert page.locator("#todo [data-count]").inner_text() == "1 of 7"

    page.get_by_label("Label", exact=True).select_option("speed")

    assert page.get_by_role("status").inner_text().startswith("1 of ")


@pytest.mark.parametrize("site", ["company", "served"])
def test_all_tasks_are_read_filtered_and_sorted(reader: Reader, site: str) -> None:
    page = reader.open("tasks/all.html", site)
    said(page, "15 tasks")
    page.get_by_label("Assignee").select_option("riley")
    page.get_by_label("Status").select_option("any")
    said(page, "4 tasks")

    assert titles(page)[0] == "Keys for grasses, by leaf alone"

    page.get_by_role("button", name="Task").click()

    assert titles(page) == sorted(titles(page), key=str.casefold)
    assert page.locator("th[aria-sort=ascending]").inner_text() == "Task"

    page.get_by_role("button", name="Task").press("Enter")

    assert titles(page) == sorted(titles(page), key=str.casefold, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text() == "Task"


def test_the_address_keeps_what_was_chosen(reader: Reader) -> None:
    page = reader.open("tasks/all.html")
    said(page, "15 tasks")
    page.get_by_label("Priority").select_option("high")
    page.get_by_role("searchbox").fill("Guide")
    page.get_by_role("button", name="Created").click()
    found = titles(page)

    assert page.url.endswith("#text=Guide&priority=high&sort=created")

    page.reload()
    said(page, f"{len(found)} task")

    assert titles(page) == found

    page.get_by_role("button", name="Clear filters").click()
    said(page, "15 tasks")

    assert page.evaluate("document.activeElement.type") == "search"


def test_a_link_may_carry_a_filter(reader: Reader) -> None:
    page = reader.open("tasks/all.html#status=done&goal=sources")
    said(page, "5 tasks")

    page.evaluate("location.hash = 'status=blocked'")
    said(page, "1 task")

    assert titles(page) == ["Ask the museum for the herbarium scans"]


def test_what_nobody_has_is_found_too(reader: Reader) -> None:
    page = reader.open("tasks/all.html#assignee=ghost")
    said(page, "0 tasks")
    page.get_by_label("Assignee").select_option("nobody")
    said(page, "1 task")

    assert titles(page) == ["A list of guides that nobody reads"]


def test_the_text_of_tasks_is_text_in_the_table(reader: Reader) -> None:
    page = reader.open("tasks/all.html#status=any", "hostile")
    said(page, "4 tasks")

    assert page.locator("tbody script, tbody img").count() == 0
    assert any("<script>alert(1)</script>" in title for title in titles(page))


def test_an_empty_company_has_an_empty_table(reader: Reader) -> None:
    page = reader.open("tasks/all.html", "empty")
    said(page, "0 tasks")


def test_where_scripts_do_not_run_the_lists_are_there(browser: "Browser", addresses: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{addresses['company']}/tasks/all.html")

    assert not page.locator("table").is_visible()
    page.get_by_role("link", name="Closed in November 2026").click()
    assert page.get_by_text("Dark mode for night walks").is_visible()
    context.close()


def found(page: "Page", group: str) -> list[str]:
    return (
        page.locator(".found", has=page.get_by_role("heading", name=group, exact=True))
        .locator(".title")
        .all_inner_texts()
    )


def look(reader: Reader, query: str, says: str, site: str = "company") -> "Page":
    page = reader.open(f"search.html#{urlencode({'q': query})}", site)
    said(page, says)
    return page


@pytest.mark.parametrize("site", ["company", "served"])
def test_a_search_finds_titles_first_and_open_tasks_before_closed_ones(reader: Reader, site: str) -> None:
    page = reader.open("search.html", site)
    page.get_by_role("searchbox", name="Search").fill("scan")
    said(page, "5 found")

    assert found(page, "Goals") == ["The scan runs every Monday"]
    assert found(page, "Tasks") == [
        "Enforce the scan cadence",
        "Write down how a scan is done",
        "Ask the museum for the herbarium scans",
        "Move the scans into one folder",
    ]
    assert page.url.endswith("search.html#q=scan")


def test_the_last_word_may_be_unfinished_and_each_has_to_be_there(reader: Reader) -> None:
    assert found(look(reader, "CADENCE sc", "1 found"), "Tasks") == ["Enforce the scan cadence"]
    assert found(look(reader, "stale handbook", "1 found"), "Tasks") == ["Enforce the scan cadence"]

    page = look(reader, "zebra scan", "Nothing is found.")

    assert page.locator(".found").count() == 0


@pytest.mark.parametrize(
    ("query", "group", "first"),
    [
        ("ci-28", "Tasks", "Enforce the scan cadence"),
        ("0028", "Tasks", "Enforce the scan cadence"),
        ("lindqvist", "People", "Ben Lindqvist"),
        ("research", "Agents", "Riley"),
        ("web edition", "Projects", "The web edition"),
        ("AP-3", "Approvals", "Hire a second fact checker"),
        ("20261121T1430", "Runs", "20261121T143000Z-riley"),
        ("2026-11-21", "Runs", "20261121T043000Z-felix"),
        ("problems", "Pages", "Problems"),
        ("company", "Budgets", "Budget company"),
    ],
)
def test_everything_is_found_by_its_name(reader: Reader, query: str, group: str, first: str) -> None:
    page = look(reader, query, " found")

    assert found(page, group)[0] == first


def test_a_search_is_steered_by_keys_alone(reader: Reader) -> None:
    page = reader.open("tasks.html")
    page.keyboard.press("/")
    page.wait_for_url("**/search.html*")
    page.keyboard.type("scan")
    said(page, "5 found")
    focused = "document.activeElement.textContent || document.activeElement.id"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "The scan runs every Monday"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "Enforce the scan cadence"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "search-box"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == "search-box"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/tasks/CI-0028.html")


def test_going_back_shows_again_what_was_found(reader: Reader) -> None:
    page = look(reader, "scan", "5 found")
    page.get_by_role("link", name="Enforce the scan cadence").click()
    page.wait_for_url("**/tasks/CI-0028.html")
    page.go_back()

    said(page, "5 found")


def test_what_attacks_is_found_and_stays_text(reader: Reader) -> None:
    page = look(reader, "script alert", " found", "hostile")

    assert page.locator(".found script, .found img").count() == 0
    assert found(page, "Tasks")[0].startswith("<script>alert(1)</script>")


def test_an_older_task_is_found_where_the_index_leaves_old_ones_out_of_one_word(
    reader: Reader, written: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "cut"
    copytree(written["company"], folder)
    cut = folder / "data" / "search" / "sc.js"
    cut.write_text('gitcp.take("search/sc",[["scan",["CI",3,"30",1]]]);')
    reader.addresses = {"cut": folder.as_uri()}

    assert found(look(reader, "scan cadence", "1 found", "cut"), "Tasks") == ["Enforce the scan cadence"]
    assert found(look(reader, "scan phonetic", "Nothing", "cut"), "Tasks") == []


def test_browser_and_index_fold_alike(reader: Reader) -> None:
    page = reader.open("search.html")
    texts = [
        "Enforce the scan cadence v2.10",
        "Čerenkov İstanbul STRASSE straße ÅNGSTRÖM Σίσυφος ΣΊΣΥΦΟΣ",
        "検索の索引 and 索 ガイド 한국어 ไทยแลนด์ မြန်မာ",
        "поиск ПОИСК нaß ørestad x b 7",
        "\uff26\uff35\uff2c\uff2c \ufb01les \u212bngstr\u00f6m \u00bd \u2167 e\u0301te\u0301 \u1e9e \u0130",
        "Donaudampfschifffahrtsgesellschaftskapitän " * 2,
        "\U00020000\U00020001 \U0001d518\U0001d52b snake_case under__score",
    ]
    there = page.evaluate(
        "texts => texts.map(text => window.gitcp.terms.words(text).map(word => [word, window.gitcp.terms.shard(word)]))",
        texts,
    )

    assert there == [[[word, shard_of(word)] for word in words(text)] for text in texts]


@pytest.mark.parametrize("path", ["tasks/all.html", "tasks.html", "tasks/closed.html", "search.html#q=scan"])
def test_lists_and_search_are_accessible(reader: Reader, path: str) -> None:
    page = reader.open(path, "served")
    page.locator("[data-item], tbody tr, .found").first.wait_for()

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, of_colours=True) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
