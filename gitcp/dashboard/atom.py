"""A feed as Atom, RFC 4287. Rule: whatever a text is, the document stays well-formed, and the text stays text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from gitcp.model.base import format_instant

ATOM: Final = "http://www.w3.org/2005/Atom"
# Ids of things that no address names; the year is that of the scheme, not of the thing.
_AUTHORITY: Final = "tag:gitcp.invalid,2026:"
# What no XML document may hold.
_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened. `name` never changes and is no other's; `path` is where it stands in the site, `related` what it is about."""

    name: str
    title: str
    at: datetime
    author: str
    path: str
    summary: str = ""
    category: str = ""
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed at a path of the site, about the page at another; `company` is a name that stays, `items` are the newest first."""

    name: str
    company: str
    title: str
    path: str
    page: str
    items: Sequence[Item]


def document(feed: Feed, base_url: str | None) -> bytes:
    """Write a feed. Without the site's address links are relative to the feed, and it does not say where it is itself."""
    base = base_url or ""
    root = ET.Element(_tag("feed"))
    _text(root, "id", f"{_AUTHORITY}{feed.company}/{feed.name}")
    _text(root, "title", feed.title)
    _text(root, "updated", format_instant(feed.items[0].at) if feed.items else "1970-01-01T00:00:00Z")
    _text(root, "generator", "gitcp")
    # Every feed has to say who wrote it, also one without an entry.
    _person(root, "gitcp")
    if base_url:
        _link(root, "self", base + feed.path)
    _link(root, "alternate", base + feed.page)
    for item in feed.items:
        _entry(root, feed, item, base)
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _entry(root: ET.Element, feed: Feed, item: Item, base: str) -> None:
    entry = ET.SubElement(root, _tag("entry"))
    _text(entry, "id", f"{_AUTHORITY}{feed.company}/{item.name}")
    _text(entry, "title", item.title)
    _text(entry, "updated", format_instant(item.at))
    _person(entry, item.author)
    _link(entry, "alternate", base + item.path)
    for path in item.related:
        _link(entry, "related", base + path)
    if item.category:
        ET.SubElement(entry, _tag("category"), {"term": plain(item.category)})
    if item.summary:
        _text(entry, "summary", item.summary)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = plain(text)


def _person(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, _tag("author")), "name", name)


def _link(parent: ET.Element, relation: str, href: str) -> None:
    kind = "application/atom+xml" if relation == "self" else "text/html"
    ET.SubElement(parent, _tag("link"), {"rel": relation, "type": kind, "href": href})


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def plain(text: str) -> str:
    """Leave out what no XML document may hold."""
    return _UNFIT.sub("", text)


ET.register_namespace("", ATOM)
