"""The feeds as documents: what RFC 4287 says that they must be, and what a reader's program makes of them."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest

from gitcp.dashboard.atom import ATOM, Feed, Item, document, plain
from gitcp.dashboard.feeds import asked, events
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.register import Register

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
NOT_CHARACTERS = "\x00\x08\x0b\x1b\ud800\ufffe\uffff"


def an_item(**fields: object) -> Item:
    defaults = {
        "name": "thing/1",
        "title": "It happened",
        "at": AT,
        "author": "Riley",
        "path": "log/1.html#c-1",
    }
    return Item(**(defaults | fields))  # type: ignore[arg-type]


def a_feed(*items: Item) -> Feed:
    return Feed("events", "0c81", "Fieldnotes: what happened", "feed.xml", "log.html", items)


def musts(text: bytes) -> Iterator[str]:
    """Yield what of RFC 4287, section 4, a document breaks."""
    root = ET.fromstring(text)
    if root.tag != f"{{{ATOM}}}feed":
        yield f"the root is {root.tag}"
    entries = root.findall(_in("entry"))
    ids = Counter(element.text for element in root.iter(_in("id")))
    yield from (f"{name} {count} times" for name, count in ids.items() if count > 1)
    yield from (f"{name} is no absolute IRI" for name in ids if not re.match(r"[a-z]+:\S+\Z", name or ""))
    for element in (root, *entries):
        yield from (
            f"{n} in {element.tag}" for n in ("id", "title", "updated") if len(element.findall(_in(n))) != 1
        )
        yield from _links(element)
    for element in entries:
        if not (element.findall(_in("author")) or root.findall(_in("author"))):
            yield "nobody wrote it"
    yield from _parts(root)


def _links(element: ET.Element) -> Iterator[str]:
    links = element.findall(_in("link"))
    alternates = [link.get("type") for link in links if link.get("rel") == "alternate"]
    if len(alternates) != 1:
        yield f"{len(alternates)} alternate links"
    yield from ("a link to nowhere" for link in links if not link.get("href"))


def _parts(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "updated" and not RFC3339.fullmatch(element.text or ""):
            yield f"{element.text} is no time"
        if name == "author" and len(element.findall(_in("name"))) != 1:
            yield "a person without a name"
        if name == "category" and not element.get("term"):
            yield "a category without a term"
        if name in {"title", "summary"} and (len(element) or element.get("type", "text") != "text"):
            yield f"{name} is not text"


def _in(name: str) -> str:
    return f"{{{ATOM}}}{name}"


@pytest.mark.parametrize("base_url", [None, "https://fieldnotes.example/board/"])
def test_the_feeds_of_every_site_are_what_they_must_be(any_site: SiteInput, base_url: str | None) -> None:
    register = Register(any_site)
    for write in (events, asked):
        assert list(musts(write(register))) == []

    assert list(musts(document(a_feed(an_item()), base_url))) == []


def test_a_reader_s_program_understands_it() -> None:
    item = an_item(summary="because", category="create task", related=("tasks/CI-0001.html",))
    found = feedparser.parse(document(a_feed(item), "https://fieldnotes.example/board/"))

    assert found.bozo is False
    assert found.version == "atom10"
    assert (found.feed.title, found.feed.id) == (
        "Fieldnotes: what happened",
        "tag:gitcp.invalid,2026:0c81/events",
    )
    assert {link.rel: link.href for link in found.feed.links} == {
        "self": "https://fieldnotes.example/board/feed.xml",
        "alternate": "https://fieldnotes.example/board/log.html",
    }
    (entry,) = found.entries
    assert (entry.title, entry.author, entry.summary) == ("It happened", "Riley", "because")
    assert (entry.updated_parsed[:5], entry.tags[0].term) == ((2026, 11, 22, 9, 30), "create task")
    assert entry.link == "https://fieldnotes.example/board/log/1.html#c-1"
    assert [link.href for link in entry.links if link.rel == "related"] == [
        "https://fieldnotes.example/board/tasks/CI-0001.html"
    ]


def test_without_an_address_links_are_relative_and_the_feed_does_not_say_where_it_is() -> None:
    found = feedparser.parse(document(a_feed(an_item()), None))

    assert found.bozo is False
    assert {link.rel: link.href for link in found.feed.links} == {"alternate": "log.html"}
    assert found.entries[0].link == "log/1.html#c-1"


def test_the_feed_is_as_new_as_its_newest_entry_and_an_empty_one_is_a_feed() -> None:
    assert feedparser.parse(document(a_feed(an_item()), None)).feed.updated == "2026-11-22T09:30:00Z"

    empty = document(a_feed(), None)

    assert list(musts(empty)) == []
    assert feedparser.parse(empty).entries == []


def test_text_of_others_stays_text() -> None:
    attack = f"<script>alert(1)</script> ]]> &amp; <!-- \u202e {NOT_CHARACTERS}"
    text = document(a_feed(an_item(title=attack, summary=attack, author=attack, category=attack)), None)
    (entry,) = ET.fromstring(text).findall(_in("entry"))

    assert list(musts(text)) == []
    assert [entry.findtext(_in(name)) for name in ("title", "summary")] == [plain(attack)] * 2
    assert entry.find(_in("category")).get("term") == plain(attack)  # type: ignore[union-attr]
    assert "<script>" in plain(attack)
    assert not set(NOT_CHARACTERS) & set(plain(attack))
