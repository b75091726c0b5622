"""A site out of a snapshot: pure, and the same for the same input."""

from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from gitcp.dashboard.frame import frame
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.kinds import Page, page
from gitcp.dashboard.pages import EXTRAS, KINDS
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer

Files = Mapping[PurePosixPath, str | bytes]


def build(site: SiteInput, templates: Traversable) -> Files:
    """Return every file of the site by its path; `templates` is the folder of the dashboard's templates."""
    register = Register(site)
    renderer = Renderer(templates)
    files: dict[str, str | bytes] = dict(renderer.assets)
    files.update(extras(register))
    for made in pages(register):
        files[made.path] = renderer.render(made, frame(register, made.path, made.shown))
    return {PurePosixPath(path): files[path] for path in sorted(files)}


def pages(register: Register) -> Iterator[Page]:
    """Make every page."""
    for kind in KINDS:
        for name in kind.names(register):
            if (made := page(kind, register, name)) is not None:
                yield made


def extras(register: Register) -> Iterator[tuple[str, str | bytes]]:
    """Make every file that is no page."""
    for kind in EXTRAS:
        for name in kind.names(register):
            if (text := kind.write(register, name)) is not None:
                yield kind.path(name), text
