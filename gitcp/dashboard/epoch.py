"""What every page of a site depends on: the program that makes it, and what stands around each page."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from gitcp import __version__
from gitcp.dashboard.figures import Clock
from gitcp.dashboard.input import SiteInput

_ASKED: Final = frozenset({"snapshot", "history", "now", "budgets", "inbox", "waiting", "due"})
"""What of the input pages ask of the register, each what it shows; all else is around every page."""


def epoch(site: SiteInput, templates: Traversable) -> str:
    """Return what tells apart two sites of which no page is the same: by their code, name, zone, year, address and the like."""
    company = site.snapshot.company
    clock = Clock.of(site.now, company.timezone if company else "UTC")
    given = ((field.name, getattr(site, field.name)) for field in fields(site) if field.name not in _ASKED)
    values = [(name, value) for name, value in given if not callable(value)]
    around = (__version__, company.name if company else None, clock.zone_name, clock.year, values)
    whole = blake2b(repr(around).encode("utf-8", "surrogatepass"), digest_size=16)
    whole.update(_code())
    for name, data in _files(templates):
        whole.update(f"\n{name} {len(data)}\n".encode() + data)
    return whole.hexdigest()


@cache
def _code() -> bytes:
    whole = blake2b(digest_size=16)
    for name, data in _files(files("gitcp.dashboard")):
        if name.endswith(".py"):
            whole.update(f"\n{name} {len(data)}\n".encode() + data)
    return whole.digest()


def _files(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for found in sorted(folder.iterdir(), key=lambda found: found.name):
        if found.is_dir():
            yield from ((f"{found.name}/{name}", data) for name, data in _files(found))
        else:
            yield found.name, found.read_bytes()
