"""Whatever somebody wrote, a reader's browser takes it for text."""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gitcp.dashboard import Files, build
from gitcp.dashboard.prose import LONGEST, Prose
from tests.dashboard.attacked import an_attacked_site
from tests.dashboard.editions import Editions
from tests.dashboard.markup import Pages, parse, parse_all
from tests.dashboard.payloads import ALL, CLASSES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FINE = re.compile(r"(?:https?://|mailto:)\S.*|[^:]*(?:[?#].*)?")
LOADING = frozenset(
    {
        "base",
        "embed",
        "form",
        "frame",
        "iframe",
        "img",
        "math",
        "meta",
        "object",
        "script",
        "style",
        "template",
        "video",
    }
)
FIELDS = frozenset({
    "Agent.instructions", "Agent.name", "Approval.title", "Approval.options", "Blocked.reason", "Cancel.reason", "Comment.body",
    "Company.mission", "Decision.comment", "Delivery.branch", "Document.text", "Gate.reason", "Goal.title", "Person.name", "Project.name",
    "ProposedFile.path", "ProposedFile.text", "Run.compare_url", "Run.summary", "Task.description", "Task.labels", "Task.title",
    "TaskTemplate.title", "Routine.title", "Verification.tail",
})  # fmt: skip
# Whatever the page's own templates do not make: handlers, scripts of its own, addresses that run, things that load.
INTRUDERS = """() => Array.from(document.querySelectorAll("*")).flatMap((element) => {
  const found = element.getAttributeNames().filter((name) => name.startsWith("on") || name === "style" || name === "srcdoc");
  for (const name of ["href", "src", "action", "xlink:href", "formaction", "data"]) {
    const value = (element.getAttribute(name) || "").trim();
    if (/^[a-z][a-z0-9+.-]*:/i.test(value) && !/^(https?|mailto):/i.test(value)) found.push(value);
  }
  if (element.matches("script:not([src]), iframe, object, embed, base, form, style, math, foreignObject, img:not([src^='badges/']), video, audio, template:not([data-status], [data-priority])")) found.push("is here");
  return found.map((what) => element.tagName + " " + what);
})"""


@pytest.fixture(scope="module")
def attacked(templates: Path) -> Files:
    return build(an_attacked_site()[0], templates)


@pytest.fixture(scope="module")
def attacked_pages(attacked: Files) -> Pages:
    return parse_all(attacked)


def test_there_are_many_attacks_of_every_class_in_every_field() -> None:
    assert len(set(ALL)) >= 200
    assert min(len(payloads) for payloads in CLASSES.values()) >= 10
    assert an_attacked_site()[1] >= FIELDS


def test_no_text_makes_an_element_that_does_anything(attacked_pages: Pages, company_pages: Pages) -> None:
    own = {element.tag for page in company_pages.values() for element in page.elements}
    own |= {"blockquote", "br", "h5", "h6", "hr", "ol", "s"}  # of Markdown

    for path, page in attacked_pages.items():
        assert (path, page.unbalanced) == (path, [])
        for element in page.elements:
            assert not [name for name in element.attributes if name.startswith("on") or name == "style"], path
            assert element.tag in own - (LOADING - {"img", "meta", "script", "template"}), (path, element)
            assert element.tag != "img" or element.attributes["src"].startswith("badges/"), (path, element)
            assert element.tag != "template" or element.attributes.keys() <= {"data-status", "data-priority"}
        sources = [script.attributes.get("src", "") for script in page.all("script")]
        assert all(
            source.startswith(("assets/", "../assets/", "../../assets/", "data/", "../data/"))
            for source in sources
        ), path


def test_no_link_leads_to_anything_but_pages(attacked_pages: Pages) -> None:
    wrong = [
        (path, address)
        for path, page in attacked_pages.items()
        for address in page.addresses
        if not FINE.fullmatch(address)
    ]

    assert wrong == []


@pytest.mark.parametrize("payload", ALL)
def test_no_attack_survives_as_a_line_nor_as_markdown(payload: str) -> None:
    prose = Prose(lambda _: "org/evil.html", "../")

    for html in (prose.line(payload), prose.block(payload, below=2) or ""):
        page = parse(html)
        assert not {element.tag for element in page.elements} & LOADING
        assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
        assert [address for address in page.addresses if not FINE.fullmatch(address)] == []


def _called(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def test_nothing_but_prose_makes_markup(project_root: Path) -> None:
    makers = {
        path.name
        for path in (project_root / "gitcp").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and {_called(it) for it in (node.func, *node.args)} & {"Markup", "format_html", "marked_up"}
        and _called(node.func) != "isinstance"
        and not (path.name == "environments.py" and _called(node.func) == "staticmethod")  # for macros
    }
    templates = [
        path.read_text(encoding="utf-8")
        for path in (project_root / "templates" / "dashboard").rglob("*.html")
    ]

    assert makers == {"prose.py"}
    assert not [text for text in templates if re.search(r"\|\s*(?:safe|forceescape)\b|autoescape", text)]


N = LONGEST
HEAVY = {
    "quotes": ">" * 10_000 + " x",
    "brackets": "[" * N,
    "images": "![" * (N // 2),
    "links": "[a](" * (N // 4),
    "autolinks": "<http://a" * (N // 9),
    "emphasis": "*a**" * (N // 4),
    "lists": "\n".join(" " * depth + "- x" for depth in range(400)),
    "cells": "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "|a|\n" * (N // 100),
    "references": "[x]: /y\n\n" + "[x]" * (N // 3),
    "comments": "<!--" * (N // 4),
    "a megabyte": "[" * 1_000_000,
    "a line of a megabyte": "<" * 1_000_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_text_takes_long_nor_fails(name: str) -> None:
    prose = Prose(lambda _: None, "")
    before = time.process_time()
    block, line = prose.block(HEAVY[name], below=2), prose.line(HEAVY[name])

    assert time.process_time() - before < 30
    assert len(block or "") + len(line) < 2_000_000


def test_of_a_very_long_text_the_beginning_is_shown_and_said() -> None:
    html = Prose(lambda _: None, "").block("a" * (LONGEST + 1_234), below=2)

    assert str(html).endswith("<p>1,234 more characters are in the file.</p>\n")


@pytest.mark.browser
def test_a_real_browser_runs_nothing_and_asks_for_nothing(
    browser: "Browser", templates: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    Editions(folder, templates).show(an_attacked_site()[0])
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(_outside(request.url)))
    page.on("framenavigated", lambda frame: complaints.extend(_outside(frame.url)))

    for path in _pages(folder):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert (path.name, page.evaluate(INTRUDERS)) == (path.name, [])
    assert complaints == []
    context.close()


def _outside(url: str) -> list[str]:
    return [] if url.startswith("file:") else [url]


def _pages(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.html"))
