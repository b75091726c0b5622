"""What stands around the pages of one section is the same but for a few words: it is rendered once, and each page put into it."""

import re
from dataclasses import replace
from typing import Any, Final

from jinja2 import Template, UndefinedError
from jinja2.runtime import Context

from gitcp.dashboard.environments import Environments, written
from gitcp.dashboard.frame import Frame
from gitcp.dashboard.kinds import Page

BASE: Final = "base.html"
MAIN: Final = "main"
ACT: Final = "act"
DATA: Final = "data"
_ACTING: Final = re.compile(r"\{% block act %\}.*?\{% endblock %\}", re.DOTALL)
_IMPORT: Final = re.compile(r"^\{%-?\s*(?:import|from)\s.*%\}$", re.MULTILINE)
_MARK: Final = "\x01{}\x02"  # no text of a page holds it: see `gitcp.model.base`
_OWN: Final = ("title", "address")

Shell = tuple[str, ...]
"""Pieces of a page's frame and, at odd places, the names of what stands between them."""


def inside(base: str) -> str:
    """Return a base template of which nothing is left but the main block, what a reader can do, and what it imports."""
    acting = _ACTING.findall(base)
    return "".join(_IMPORT.findall(base)) + "{% block " + MAIN + " %}{% endblock %}" + "".join(acting)


class Shells:
    """Frames that were rendered, by template and by all that a frame says but what is the page's own."""

    def __init__(self, whole: Environments, mains: Environments) -> None:
        self._whole = whole
        self._mains = mains
        self._known: dict[tuple[str, Frame, bool], Shell | None] = {}

    def render(self, page: Page, frame: Frame) -> str:
        """Return the text of a page."""
        said = {
            "view": page.shown.view,
            "act": page.act,
            "data": page.data,
            "frame": frame,
        }
        shell = self._shell(page.template, frame, is_acting=page.act is not None)
        if shell is None:
            return self._whole.template(page.template, frame.root).render(said)
        own = {name: written(getattr(frame, name)) for name in _own(frame)}
        own |= {DATA: written(page.data), MAIN: self._mains.template(page.template, frame.root).render(said)}
        return "".join(own[piece] if place % 2 else piece for place, piece in enumerate(shell))

    def _shell(self, template: str, frame: Frame, *, is_acting: bool) -> Shell | None:
        marks: dict[str, Any] = {name: _MARK.format(name) for name in _own(frame)}
        marked = replace(frame, **marks)
        key = (template, marked, is_acting)
        if key not in self._known:
            self._known[key] = _made(self._whole.template(template, frame.root), marked, is_acting=is_acting)
        return self._known[key]


def _own(frame: Frame) -> tuple[str, ...]:
    return tuple(name for name in _OWN if getattr(frame, name, None) is not None)


def _made(template: Template, frame: Frame, *, is_acting: bool) -> Shell | None:
    """Render a page without its main block; none where what stands around it depends on what it shows."""
    around = {"frame": frame, "act": is_acting, "data": _MARK.format(DATA)}
    context = template.new_context(around)
    context.blocks[MAIN], context.blocks[ACT] = [_marked], [_nothing]
    try:
        text = "".join(template.root_render_func(context))
    except UndefinedError:
        return None
    return tuple(re.split(f"{_MARK[0]}(.*?){_MARK[-1]}", text))


def _marked(_: Context) -> Any:
    yield _MARK.format(MAIN)


def _nothing(_: Context) -> Any:
    yield ""
