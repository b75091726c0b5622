"""What a page is, and what a file beside the pages is: one of a kind, by a name, made of nothing but what it asks the register."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from gitcp.dashboard import links
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.surfaces.record_files import BESIDE
from gitcp.dashboard.surfaces.site_file import SITE, data_path
from gitcp.dashboard.views.act import act_of
from gitcp.dashboard.views.offers import Act


class Shown(NamedTuple):
    """What a page shows. `section` is the entry of the navigation that it belongs to, by its site path."""

    title: str
    section: str
    view: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """Pages of one kind.

    `names` tells which there are, without a note; `path` where each is, by its name alone; `show` what it shows, or none where there is
    no such page after all. A page is made anew when an answer that `show` had from the register changed, so it must not ask anything else.
    """

    name: str
    template: str
    names: Callable[[Register], Iterable[str]]
    path: Callable[[str], str]
    show: Callable[[Register, str, Prose], Shown | None]


@dataclass(frozen=True, slots=True)
class Extra:
    """Files of one kind that are no pages: a feed, a shard of rows, a badge.

    `names` and `path` are as those of `Kind`. `write` returns the whole file, or none where there is no such file after all; it is called
    again when an answer that it had from the register changed.
    """

    name: str
    names: Callable[[Register], Iterable[str]]
    path: Callable[[str], str]
    write: Callable[[Register, str], str | bytes | None]


class Page(NamedTuple):
    """A page before it is written; `data` is the file that says the same to programs."""

    path: str
    template: str
    shown: Shown
    act: Act | None
    data: str


def one(
    path: str, template: str, title: str, view: Callable[[Register, Prose], Any], section: str = ""
) -> Kind:
    """Return the kind of a page of which there is one; its section is its own, unless said otherwise."""

    def show(register: Register, _: str, prose: Prose) -> Shown:
        return Shown(title, section or path, view(register, prose))

    return Kind(path, template, lambda _: ("",), lambda _: path, show)


def single(path: str, write: Callable[[Register], str | bytes]) -> Extra:
    """Return the kind of a file of which there is one."""
    return Extra(path, lambda _: ("",), lambda _: path, lambda register, _: write(register))


def page(kind: Kind, register: Register, name: str) -> Page | None:
    """Make a page, or none where there is no such page."""
    path = kind.path(name)
    shown = kind.show(register, name, Prose(register.find, links.root_of(path)))
    if shown is None:
        return None
    data = data_path(path) if kind.name in BESIDE else SITE
    return Page(path, kind.template, shown, act_of(register, kind.name, name), data)
