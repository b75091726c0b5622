"""From what a page shows to its text, by Jinja2. Everything is escaped; only what `prose` made goes through as it is."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Final

from gitcp.dashboard.app import WORKER, worker
from gitcp.dashboard.environments import Environments
from gitcp.dashboard.frame import Frame
from gitcp.dashboard.glyphs import Glyphs
from gitcp.dashboard.kinds import Page
from gitcp.dashboard.links import ASSETS
from gitcp.dashboard.shells import Shells

_KEPT: Final = (".css", ".js", ".svg", ".png")
_SHEET: Final = "style.css"


_RENDERERS: Final[dict[str, "Renderer"]] = {}


def renderer_of(templates: Traversable, edition: str) -> "Renderer":
    """Return a renderer, the last one for the same edition of templates: reading them takes longer than rendering a few pages."""
    if edition not in _RENDERERS:
        _RENDERERS.clear()
        _RENDERERS[edition] = Renderer(templates)
    return _RENDERERS[edition]


class Renderer:
    """Renders pages with the templates of a folder; `assets` are the files that belong to all of them, by site path."""

    def __init__(self, templates: Traversable) -> None:
        files = _assets(templates / "assets")
        addresses = _addresses(files)
        source = (templates / WORKER).read_text(encoding="utf-8")
        self.assets = files | {WORKER: worker(source, addresses.values())}
        glyphs = Glyphs((templates / "glyphs.svg").read_text(encoding="utf-8"))
        self._shells = Shells(Environments(templates, addresses), glyphs)

    def render(self, page: Page, frame: Frame) -> str:
        """Return the text of a page."""
        return self._shells.render(page, frame)


def _assets(folder: Traversable) -> dict[str, bytes]:
    """Read what pages load; the style sheets become one, that with the tokens first."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(_KEPT)}
    sheets = sorted(
        (name for name in files if name.endswith(".css")), key=lambda name: (name != _SHEET, name)
    )
    files[_SHEET] = b"\n".join(files.pop(name) for name in sheets)
    return {ASSETS + name: files[name] for name in sorted(files)}


def _addresses(assets: Mapping[str, bytes]) -> dict[str, str]:
    """Address each asset with a digest of its content, so that a changed one is not taken from a reader's cache."""
    return {
        path.removeprefix(ASSETS): f"{path}?{sha256(data).hexdigest()[:8]}" for path, data in assets.items()
    }
