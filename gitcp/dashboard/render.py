"""From what a page shows to its text, by Jinja2. Everything is escaped; only what `prose` made goes through as it is."""

from collections.abc import Mapping
from hashlib import sha256
from importlib.resources.abc import Traversable

from jinja2 import Environment, FunctionLoader, StrictUndefined

from gitcp.dashboard.frame import Frame
from gitcp.dashboard.kinds import Page
from gitcp.dashboard.links import ASSETS

_TEXTS = (".css", ".js", ".svg")
_SHEET = "style.css"


class Renderer:
    """Renders pages with the templates of a folder; the assets beside them belong to every page."""

    def __init__(self, templates: Traversable) -> None:
        self.assets = _assets(templates / "assets")
        self._environment = _environment(templates)
        self._environment.globals["assets"] = _addresses(self.assets)

    def render(self, page: Page, frame: Frame) -> str:
        """Return the text of a page."""
        template = self._environment.get_template(page.template)
        return template.render(view=page.shown.view, frame=frame, root=frame.root)


def _environment(templates: Traversable) -> Environment:
    def load(name: str) -> str:
        return (templates / name).read_text(encoding="utf-8")

    return Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _assets(folder: Traversable) -> dict[str, bytes]:
    """Read what pages load; the style sheets become one, that with the tokens first."""
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(_TEXTS)}
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
