"""What stands around every page, as the browser gets it."""

import gzip
import re
from pathlib import Path, PurePosixPath

import pytest

from gitcp.dashboard import Files, build
from tests.dashboard.company import a_bare_site, a_site
from tests.dashboard.markup import Pages, parse

LIGHT_ENOUGH = 2_000  # compressed, as every web server sends it


def test_a_page_brings_the_glyphs_that_it_shows_and_no_other(any_pages: Pages) -> None:
    for path, page in any_pages.items():
        shown = {element.attributes["href"].removeprefix("#") for element in page.all("use")}
        brought = [element.attributes["id"] for element in page.all("symbol")]

        assert (path, set(brought)) == (path, shown)
        assert len(brought) == len(shown)


def test_the_frame_of_a_page_is_light(company_files: Files) -> None:
    page = str(company_files[PurePosixPath("edition.html")])
    main = page[page.index("<main") : page.index("</main>")]

    assert len(gzip.compress(page.replace(main, "").encode())) < LIGHT_ENOUGH


def test_a_site_whose_address_is_known_can_be_found_and_shown_as_a_preview(templates: Path) -> None:
    files = build(a_site(base_url="https://press.example/board/"), templates)
    page = parse(files[PurePosixPath("tasks/CI-0028.html")])
    said = {
        e.attributes["property"]: e.attributes["content"]
        for e in page.all("meta")
        if "property" in e.attributes
    }

    assert said["og:url"] == "https://press.example/board/tasks/CI-0028.html"
    assert said["og:title"] == "CI-0028 Enforce the scan cadence"
    assert said["og:site_name"] == "Fieldnotes Press"
    assert said["og:image"] == "https://press.example/board/social.png"
    assert page.all("link", rel="canonical")[0].attributes["href"] == said["og:url"]
    assert not page.all("meta", name="robots")


def test_a_site_whose_address_is_not_known_asks_not_to_be_indexed(company_pages: Pages) -> None:
    for page in company_pages.values():
        assert page.all("meta", name="robots", content="noindex")
        assert not page.all("link", rel="canonical")
        assert not any("property" in element.attributes for element in page.all("meta"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_browser_s_own_bar_has_the_colour_of_the_paper(company_files: Files, theme: str) -> None:
    page = parse(company_files[PurePosixPath("index.html")])
    sheet = company_files[PurePosixPath("assets/style.css")]
    assert isinstance(sheet, bytes)
    paper = re.search(r"--paper: light-dark\((#\w+), (#\w+)\)", sheet.decode())
    (bar,) = page.all("meta", name="theme-color", media=f"(prefers-color-scheme: {theme})")

    assert paper is not None
    assert bar.attributes["content"] == paper[1 if theme == "light" else 2]


def test_the_icon_of_every_page_is_there(company_files: Files, company_pages: Pages) -> None:
    icons = company_pages[PurePosixPath("index.html")].all("link")
    paths = {
        PurePosixPath(e.attributes["href"].partition("?")[0]) for e in icons if "icon" in e.attributes["rel"]
    }

    assert paths == {PurePosixPath("assets/mark.svg")}
    assert paths <= set(company_files)


def test_a_company_without_a_name_has_a_title(templates: Path) -> None:
    page = parse(build(a_bare_site(), templates)[PurePosixPath("index.html")])

    assert page.within("title") == ["Overview · A company without a name"]
