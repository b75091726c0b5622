"""A site out of a snapshot: pure, and the same for the same input."""

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from gitcp.dashboard.input import SiteInput
from gitcp.dashboard.making import BY_NAME, Maker, names
from gitcp.dashboard.register import Register
from gitcp.dashboard.render import Renderer

Files = Mapping[PurePosixPath, str | bytes]


def build(site: SiteInput, templates: Traversable) -> Files:
    """Return every file of the site by its path; `templates` is the folder of the dashboard's templates."""
    register, renderer = Register(site), Renderer(templates)
    maker = Maker(register, renderer)
    files: dict[str, str | bytes] = dict(renderer.assets)
    for (kind, name), path in names(register):
        if (content := maker.content(BY_NAME[kind], name)) is not None:
            files[path] = content
    return {PurePosixPath(path): files[path] for path in sorted(files)}
