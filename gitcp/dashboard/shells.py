"""What stands around the pages of one section is the same but for a few words: it is rendered once, and each page put into it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from jinja2 import Template, UndefinedError
from jinja2.runtime import Context

from gitcp.dashboard.environments import Environments, written
from gitcp.dashboard.frame import Frame
from gitcp.dashboard.glyphs import Glyphs, shown_in
from gitcp.dashboard.kinds import Page

_MAIN: Final = "main"
_ACT: Final = "act"
_DATA: Final = "data"
_SPRITE: Final = "glyphs"
_OWN: Final = ("title", "address")
_MARK: Final = "\x01{}\x02"  # no text of a page holds it: see `gitcp.model.base`
_MARKED: Final = re.compile("\x01(.*?)\x02")
_END: Final = "</body>"


class Shell(NamedTuple):
    """A frame that was rendered, in pieces: each second one names what is the page's own and stands there; and the glyphs that it shows.

    `context` is what the template had when the frame was rendered, and `held` all that it imports, so that no page looks for it again.
    """

    pieces: tuple[str, ...]
    glyphs: frozenset[str]
    context: Context
    held: Mapping[str, Any]
    blocks: tuple[Callable[[Context], Iterator[str]], ...]

    def main(self, said: Mapping[str, Any]) -> str:
        """Render the blocks that say what the page shows, and what can be done about it."""
        environment = self.context.environment
        context = Context(environment, {**self.held, **said}, self.context.name, {})
        context.blocks = self.context.blocks
        try:
            return "".join([piece for block in self.blocks for piece in block(context)])
        except Exception:  # noqa: BLE001 - it is raised again, with the line of the template
            environment.handle_exception()

    def around(self, own: Mapping[str, str]) -> str:
        """Put what is the page's own into the frame."""
        pieces = list(self.pieces)
        pieces[1::2] = [own[name] for name in pieces[1::2]]
        return "".join(pieces)


class Shells:
    """Frames that were rendered, by template and by all that a frame says but what is the page's own."""

    def __init__(self, templates: Environments, glyphs: Glyphs) -> None:
        self._templates = templates
        self._glyphs = glyphs
        self._known: dict[tuple[str, bool, tuple[str | None, ...]], Shell | None] = {}

    def render(self, page: Page, frame: Frame) -> str:
        """Return the text of a page."""
        said = {"view": page.shown.view, "act": page.act, "data": page.data, "frame": frame}
        shell = self._shell(page.template, frame, is_acting=page.act is not None)
        if shell is None:
            text = self._templates.template(page.template, frame.root).render(said)
            return _with_sprite(text, self._glyphs.sprite(shown_in(text)))
        main = shell.main(said)
        own = {
            "title": written(frame.title),
            "address": written(frame.address or ""),
            _DATA: written(page.data),
            _MAIN: main,
            _SPRITE: self._glyphs.sprite(shell.glyphs | shown_in(main)),
        }
        return shell.around(own)

    def _shell(self, template: str, frame: Frame, *, is_acting: bool) -> Shell | None:
        key = (template, is_acting, frame.around)
        if key not in self._known:
            marks = {name: _MARK.format(name) for name in _OWN if getattr(frame, name) is not None}
            found = self._templates.template(template, frame.root)
            self._known[key] = _made(found, frame._replace(**marks), is_acting=is_acting)
        return self._known[key]


def _made(template: Template, frame: Frame, *, is_acting: bool) -> Shell | None:
    """Render a page without its main block; none where what stands around it depends on what it shows."""
    context = template.new_context({"frame": frame, "act": is_acting, "data": _MARK.format(_DATA)})
    own = {_MAIN: [_marked], _ACT: [_nothing]}
    context.blocks |= own
    try:
        text = "".join(template.root_render_func(context))
    except UndefinedError:
        return None
    for name, (_, *inherited) in own.items():
        context.blocks[name] = [*filter(None, [template.blocks.get(name)]), *inherited]
    pieces = tuple(_MARKED.split(_with_sprite(text, _MARK.format(_SPRITE))))
    blocks = tuple(context.blocks[name][0] for name in own)
    return Shell(pieces, shown_in(text), context, context.get_all(), blocks)


def _with_sprite(text: str, sprite: str) -> str:
    body, end, tail = text.rpartition(_END)
    return f"{body}{sprite}{end}{tail}"


def _marked(_: Context) -> Any:
    yield _MARK.format(_MAIN)


def _nothing(_: Context) -> Any:
    yield ""
