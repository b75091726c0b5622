"""Jinja2 as the pages use it: everything is escaped, in one step with naming what cannot be seen, and macros are made once for many pages."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from importlib.resources.abc import Traversable
from types import CodeType
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from gitcp.dashboard.macros import PARTS, Macros
from gitcp.dashboard.prose import marked_up
from gitcp.dashboard.unseen import shown

_SHORT: Final = 100
_TELLING: Final = re.compile("[&<>\"']")
_ROOT: Final = "root"
_HELD: Final = 16_384
_COMPILED: Final = 512


def written(value: Any) -> str:
    """Return what a page says of a value: escaped, unless `prose` or a macro made it."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return _KNOWN[value] if kind is str else str(escape(shown(value)))


class _Known(dict[str, str]):
    """Texts as pages say them, each short one escaped once: names, words and times stand on many pages."""

    def __missing__(self, text: str) -> str:
        is_plain = text.isascii() and _TELLING.search(text) is None
        said = text if is_plain else str(escape(shown(text)))
        if len(text) <= _SHORT:
            if len(self) >= _HELD:
                self.clear()
            self[text] = said
        return said


_KNOWN: Final = _Known()


class Environments:
    """The same templates for pages at several depths of the site.

    The way up to the root is `root` in all of them. As it is no page's own word, no page makes macros anew for it.
    """

    def __init__(self, templates: Traversable, assets: Mapping[str, str]) -> None:
        self._loader = _Loader(templates)
        self._assets = assets
        self._known: dict[str, Environment] = {}

    def template(self, name: str, root: str) -> Template:
        """Return a template for pages that are `root` below the site's root."""
        if root not in self._known:
            self._known[root] = self._made(root)
        return self._known[root].get_template(name)

    def _made(self, root: str) -> Environment:
        environment = _environment(self._loader)
        environment.globals["assets"] = self._assets
        environment.root = root
        return environment


class _Generator(CodeGenerator):
    """Writes attributes and calls as Python has them: templates are given nothing that has its values as items, or asks for the context.

    Escaping is left to `written`; a version of Jinja2 that asks this class no longer would escape twice, never not at all.
    A macro that needs all that it is given is the function that it is compiled to, and a block says at once all that it says.
    """

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("written = environment.finalize")
        self.writeline("known = environment.known")
        self.writeline("marked_up = environment.marked_up")

    def enter_frame(self, frame: Any) -> None:
        if frame.block_frame:
            self.buffer(frame)
        super().enter_frame(frame)

    def leave_frame(self, frame: Any, with_python_scope: bool = False) -> None:
        if frame.block_frame:
            self.writeline(f"yield concat({frame.buffer})")
        super().leave_frame(frame, with_python_scope)

    def macro_def(self, macro_ref: Any, frame: Any) -> None:
        accesses = macro_ref.accesses_caller, macro_ref.accesses_kwargs, macro_ref.accesses_varargs
        if macro_ref.node.defaults or any(accesses):
            super().macro_def(macro_ref, frame)
        else:
            self.write("macro")

    def return_buffer_contents(self, frame: Any, force_unescaped: bool = False) -> None:  # noqa: ARG002 - a macro's text is escaped: nobody else says so
        self.writeline(f"return marked_up(concat({frame.buffer}))")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:  # noqa: N802 - as Jinja2 calls it
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802 - as Jinja2 calls it
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        before = "("
        for given in (*node.args, *node.kwargs):
            self.write(before)
            self.visit(given, frame)
            before = ", "
        self.write(")" if before != "(" else "()")

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002 - as Jinja2 calls it
        # Texts and markup are told apart here: a call of Python's own takes as long as all else that is done with them.
        self.write("(" if _is_root(node) else "(known[it] if (kind := type(it := (")

    def _output_child_post(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002 - as Jinja2 calls it
        self.write(")" if _is_root(node) else "))) is str else it if kind is Markup else written(it))")


class _Rooted(NodeTransformer):
    """Takes the way up to the root from the environment: it is the same on all pages of one, so that none looks for it, or escapes it."""

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:  # noqa: N802 - as Jinja2 calls it
        return nodes.EnvironmentAttribute(_ROOT, lineno=node.lineno) if node.name == _ROOT else node


def _is_root(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.EnvironmentAttribute) and node.name == _ROOT


class _Environment(Environment):
    code_generator_class = _Generator
    known = _KNOWN
    marked_up = staticmethod(marked_up)
    root = ""

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Rooted().visit(source), *args, **kwargs)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template. Jinja2's own are a chain of mappings, which each import and each page would go through in Python."""
        return {**self.globals, **(d or {})}


def _environment(loader: BaseLoader | None = None) -> _Environment:
    return _Environment(
        loader=loader,
        autoescape=True,
        auto_reload=False,
        finalize=written,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(_COMPILED)
def _compiled(name: str, source: str) -> CodeType:
    """Compile a template once in a process: a site with another name, or of which one template changed, needs the same code."""
    return _environment().compile(source, name, name)


class _Loader(BaseLoader):
    """Compiles each template once for all environments that load by it."""

    def __init__(self, templates: Traversable) -> None:
        self._templates = templates
        self._macros = Macros(self._source(PARTS))
        self._codes: dict[str, CodeType] = {}

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja2's word
        """Return a template of an environment."""
        if name not in self._codes:
            source = self._macros.written_out(name, self._source(name))
            self._codes[name] = _compiled(name, source)
        return environment.template_class.from_code(environment, self._codes[name], globals or {})

    def _source(self, name: str) -> str:
        return (self._templates / name).read_text(encoding="utf-8")
