"""A site out of a snapshot: pure, and the same for the same input."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from gitcp.dashboard.frame import frame
from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.pages import pages
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer

Files = Mapping[PurePosixPath, str | bytes]


def build(site: SiteInput, templates: Traversable) -> Files:
    """Return every file of the site by its path; `templates` is the folder of the dashboard's templates."""
    register = Register(site)
    renderer = Renderer(templates)
    files: dict[str, str | bytes] = dict(renderer.assets)
    for page in pages(register):
        files[page.path] = renderer.render(page, frame(register, page.path, page.title, page.section))
    return {PurePosixPath(path): files[path] for path in sorted(files)}
