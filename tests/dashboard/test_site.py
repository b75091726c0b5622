"""What holds for every page of every site, whatever the records say."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pytest

from gitcp.core.operations.registry import ArchiveRecords
from gitcp.dashboard import Files, SiteInput, build
from gitcp.model.actors import the_scheduler
from gitcp.model.memory import Records
from gitcp.model.operation import Archive, Call
from gitcp.model.runs import Run
from gitcp.model.tasks import Task
from tests.dashboard.company import REVISION, a_bare_site, a_person, a_site, a_task, records
from tests.dashboard.hostile import ATTACKS, LONG_WORD, RTL
from tests.dashboard.markup import Pages, Parsed, broken_links, parse

ELEMENTS = frozenset({
    "html", "head", "meta", "title", "link", "script", "body", "svg", "symbol", "path", "circle", "rect", "use",
    "defs", "pattern", "text", "g", "figure", "figcaption", "desc", "line",
    "a", "header", "nav", "main", "footer", "section", "article", "div", "p", "span", "bdi", "code", "time",
    "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "button", "label", "input", "select", "option", "template",
    "polyline", "img", "pre", "em", "strong", "s", "blockquote", "hr", "br",
})  # fmt: skip
SCHEMES = frozenset({"", "http", "https", "mailto"})


def test_every_link_within_a_site_leads_to_a_page_and_an_element(any_files: Files, any_pages: Pages) -> None:
    assert list(broken_links(any_files, any_pages)) == []


def test_ids_are_unique_on_each_page(any_pages: Pages) -> None:
    twice = {str(path): _twice(page.ids) for path, page in any_pages.items()}

    assert {path: found for path, found in twice.items() if found} == {}


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def test_what_a_label_or_a_description_points_to_is_there(any_pages: Pages) -> None:
    for page in any_pages.values():
        pointers = [
            e.attributes[name]
            for e in page.elements
            for name in ("aria-labelledby", "for")
            if name in e.attributes
        ]
        glyphs = [element.attributes["href"].removeprefix("#") for element in page.all("use")]

        assert {*pointers, *glyphs} <= set(page.ids)


def test_tags_fit_each_other(any_pages: Pages) -> None:
    for path, page in any_pages.items():
        assert (path, page.unbalanced, page.open) == (path, [], [])


def test_no_page_has_a_script_or_a_style_of_its_own(any_pages: Pages) -> None:
    for path, page in any_pages.items():
        assert [*_inline(page)] == [], path


def _inline(page: Parsed) -> Iterator[str]:
    for element in page.elements:
        yield from (
            f"{element.tag} {name}" for name in element.attributes if name.startswith("on") or name == "style"
        )
        if element.tag == "script" and ".js?" not in element.attributes.get("src", ""):
            yield "a script without a file"
    yield from (*page.within("script"), *page.within("style"))


def test_the_policy_allows_the_site_s_own_files_and_nothing_else(any_pages: Pages) -> None:
    for page in any_pages.values():
        (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
        rules = dict(rule.split(maxsplit=1) for rule in policy.attributes["content"].split("; "))

        assert rules["default-src"] == "'none'"
        assert {rules["script-src"], rules["style-src"], rules["img-src"]} == {"'self'"}
        assert rules["base-uri"] == rules["form-action"] == "'none'"
        assert "unsafe" not in policy.attributes["content"]


def test_nothing_is_loaded_from_elsewhere(any_pages: Pages) -> None:
    for page in any_pages.values():
        loaded = [e for e in page.elements if e.tag in {"script", "link", "img"}]

        assert all(urlsplit(e.attributes.get("src") or e.attributes["href"]).netloc == "" for e in loaded)


def test_style_sheet_and_scripts_load_nothing_either(company_files: Files) -> None:
    for path, content in company_files.items():
        if path.suffix in {".css", ".js", ".svg"} and isinstance(content, bytes):
            text = content.decode().replace("http://www.w3.org/2000/svg", "")

            assert not re.search(
                r"url\(|@import|https?://|//[a-z]+\.|\beval\b|innerHTML|document\.write", text
            ), path


def test_hostile_text_makes_no_element_and_no_link(hostile_pages: Pages) -> None:
    for path, page in hostile_pages.items():
        assert {element.tag for element in page.elements} <= ELEMENTS, path
        assert {urlsplit(address).scheme for address in page.addresses} <= SCHEMES, path
        assert not any(address.startswith("//") for address in page.addresses), path


@pytest.mark.parametrize("attack", [*ATTACKS, LONG_WORD])
@pytest.mark.parametrize(
    "page", ["index.html", "tasks.html", "tasks/CI-0001.html", "org/evil.html", "goals/goal.html"]
)
def test_hostile_text_is_shown_as_it_was_written(hostile_pages: Pages, page: str, attack: str) -> None:
    assert attack in hostile_pages[PurePosixPath(page)].text


def test_text_of_another_direction_is_kept_apart(hostile_pages: Pages) -> None:
    page = hostile_pages[PurePosixPath("org/rtl.html")]

    assert RTL.replace("\u202e", "[U+202E]") in page.within("bdi")


def test_nothing_but_prose_makes_markup(project_root: Path, templates: Path) -> None:
    modules = [*(project_root / "gitcp" / "dashboard").rglob("*.py")]
    made = [path.name for path in modules if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))]
    unescaped = [
        path.name for path in templates.glob("*.html") if re.search(r"\|\s*safe|autoescape", path.read_text())
    ]

    assert made in ([], ["prose.py"])
    assert unescaped == []


def test_the_same_input_makes_the_same_site(any_site: SiteInput, any_files: Files, templates: Path) -> None:
    again = build(any_site, templates)

    assert list(again) == list(any_files)
    assert dict(again) == dict(any_files)


def test_the_order_of_the_records_does_not_matter(company_files: Files, templates: Path) -> None:
    site = a_site()
    turned = Records.of(reversed(records()), problems=reversed(site.snapshot.problems()), revision=REVISION)

    assert dict(build(replace(site, snapshot=turned), templates)) == dict(company_files)


def test_pages_are_named_like_the_records(company_files: Files) -> None:
    names = {str(path) for path in company_files}

    assert {
        "index.html",
        "org.html",
        "tasks.html",
        "tasks/list.html",
        "tasks/closed.html",
        "goals.html",
        "goals/season.html",
        "projects.html",
        "projects/CI.html",
    } <= names
    assert {
        "runs.html",
        "budgets.html",
        "people.html",
        "problems.html",
        "runs/2026-11.html",
        "runs/2026-11-21.html",
    } <= names
    assert {
        "tasks/CI-0028.html",
        "org/riley.html",
        "org/ada.html",
        "runs/20261121T143000Z-riley.html",
    } <= names
    assert {"assets/style.css", "assets/filter.js", "assets/theme.js"} <= names


def test_every_page_says_which_commit_and_which_time_it_shows(
    company_files: Files, company_pages: Pages
) -> None:
    sheet = str(company_files[PurePosixPath("assets/edition.css")])
    about = company_pages[PurePosixPath("edition.html")]

    assert f'content: "as of commit {REVISION[:7]}"' in sheet
    assert 'content: "22 November 2026, 10:30"' in sheet
    assert REVISION in about.within("code")
    assert "22 November 2026, 10:30" in about.within("time")
    for page in company_pages.values():
        links = {element.attributes.get("href") or "" for element in page.elements}
        assert any(link.endswith("assets/edition.css") for link in links)
        assert any(link.endswith("edition.html") for link in links)


def test_a_page_is_the_same_at_another_commit_and_time_when_nothing_on_it_changed(templates: Path) -> None:
    site = a_bare_site(a_task("CI-0001"), a_person("ada"))
    later = replace(site, now=site.now + timedelta(hours=3))

    before, after = build(site, templates), build(later, templates)

    assert {str(path) for path in before if before[path] != after[path]} == {
        "assets/edition.css",
        "edition.html",
        "site.json",
    }


def test_every_page_has_one_main_heading_and_its_landmarks(any_pages: Pages) -> None:
    for path, page in any_pages.items():
        tags = [element.tag for element in page.elements]

        assert [tags.count(tag) for tag in ("h1", "main")] == [1, 1], path
        assert {"nav", "footer"} <= set(tags)
        assert page.all("a", class_="skip")[0].attributes["href"] == "#main"
        assert page.all("html", lang="en")


def test_every_table_has_a_caption(any_pages: Pages) -> None:
    for path, page in any_pages.items():
        own = [table for table in page.all("table") if "class" in table.attributes]

        assert len(page.all("caption")) == len(own), path


def test_a_page_s_title_and_navigation_say_where_the_reader_is(company_pages: Pages) -> None:
    task = company_pages[PurePosixPath("tasks/CI-0028.html")]

    assert task.within("title") == ["CI-0028 Enforce the scan cadence · Fieldnotes Press"]
    assert [e.attributes["href"] for e in task.all("a", aria_current="true")] == ["../tasks.html"]


def test_an_address_of_an_asset_changes_with_its_content(
    company_pages: Pages, templates: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "templates"
    (copy / "assets").mkdir(parents=True)
    for path in templates.rglob("*.*"):
        (copy / path.relative_to(templates)).write_bytes(path.read_bytes())
    with (copy / "assets" / "style.css").open("a") as sheet:
        sheet.write("/* changed */")

    changed = parse(build(a_site(), copy)[PurePosixPath("index.html")])
    before = company_pages[PurePosixPath("index.html")]

    assert changed.all("link", rel="stylesheet") != before.all("link", rel="stylesheet")
    assert changed.all("script") == before.all("script")


def test_the_input_may_give_the_site_another_title(templates: Path) -> None:
    page = parse(build(a_site(title="The press, live"), templates)[PurePosixPath("org.html")])

    assert page.within("title") == ["Org chart · The press, live"]


def test_records_that_are_in_no_commit_are_told_apart(templates: Path) -> None:
    files = build(a_bare_site(a_task()), templates)

    assert 'content: "not committed"' in str(files[PurePosixPath("assets/edition.css")])
    assert "records that are in no commit" in parse(files[PurePosixPath("edition.html")]).text


def test_every_page_is_the_same_after_closed_work_was_archived(company_files: Files, templates: Path) -> None:
    site = a_site()
    assert isinstance(site.snapshot, Records)
    call = Call(the_scheduler(), site.now + timedelta(days=60), "1f3a")
    changes = ArchiveRecords(days=1).decide(site.snapshot, call).changes

    after = build(replace(site, snapshot=site.snapshot.edited(changes)), templates)

    assert {change.kind for change in changes if isinstance(change, Archive)} >= {Task, Run}
    assert after == company_files
