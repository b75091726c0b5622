"""Pages as a browser's parser sees them, so that tests ask about elements and not about text."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from gitcp.dashboard import Files

VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})


@dataclass(frozen=True)
class Element:
    """One start tag."""

    tag: str
    attributes: Mapping[str, str]


@dataclass
class Parsed(HTMLParser):
    """One page: its elements in order, its text, and whether its tags fit each other."""

    elements: list[Element] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    pieces: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.unbalanced.append(f"{tag} with an attribute twice")
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.unbalanced.append(f"</{tag}> in {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.pieces.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        """All text, as a reader sees it."""
        return "".join(data for _, data in self.pieces)

    def within(self, tag: str) -> list[str]:
        """Return the texts right within elements with a tag."""
        return [data.strip() for name, data in self.pieces if name == tag and data.strip()]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with a tag and these attributes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attributes.items()]

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]

    @property
    def addresses(self) -> list[str]:
        """Everything that the page links to or loads."""
        return [e.attributes[name] for e in self.elements for name in ("href", "src") if name in e.attributes]


Pages = Mapping[PurePosixPath, Parsed]


def parse(page: str | bytes) -> Parsed:
    """Parse a page to its end."""
    parsed = Parsed()
    parsed.feed(page if isinstance(page, str) else page.decode())
    parsed.close()
    return parsed


def parse_all(files: Files) -> Pages:
    """Parse every page of a site."""
    return {path: parse(page) for path, page in files.items() if path.suffix == ".html"}


def broken_links(files: Files, pages: Pages) -> Iterator[str]:
    """Yield every link within the site that leads to no file or to no element."""
    ids = {path: set(page.ids) for path, page in pages.items()}
    for path, page in pages.items():
        for address in page.addresses:
            parts = urlsplit(address)
            if parts.scheme:
                continue
            target = (
                PurePosixPath(posixpath.normpath(path.parent / unquote(parts.path))) if parts.path else path
            )
            if address.startswith("/") or target not in files:
                yield f"{path}: {address}"
            elif (anchor := _anchor(parts.fragment)) and anchor not in ids[target]:
                yield f"{path}: {address} (no such element)"


def _anchor(fragment: str) -> str:
    """Return the id that a fragment names; one with a `=` is what a page's script is to show, and names none."""
    return "" if "=" in fragment else unquote(fragment)
