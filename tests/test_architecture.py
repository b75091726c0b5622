"""The architecture as tables: who may import whom, and where each outside thing has its home."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Final

import pytest

BELOW_THE_SHELL: Final = frozenset({"errors", "model", "core"})
SHELL: Final = frozenset(
    {"store", "workspaces", "runtimes", "executors", "api", "audit", "dashboard", "github"}
)

# Imports point down only, and siblings do not know each other.
MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    "errors": frozenset(),
    "model": frozenset({"errors"}),
    "core": frozenset({"errors", "model"}),
    "store": BELOW_THE_SHELL,
    "workspaces": BELOW_THE_SHELL,
    "runtimes": BELOW_THE_SHELL,
    "executors": BELOW_THE_SHELL,
    "api": BELOW_THE_SHELL,
    "audit": BELOW_THE_SHELL,
    "dashboard": BELOW_THE_SHELL,
    "github": BELOW_THE_SHELL,
    "control": BELOW_THE_SHELL | SHELL,
    "cli": BELOW_THE_SHELL | SHELL | {"control"},
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}

# A file, or a folder with a slash at its end.
HOMES: Final[dict[str, tuple[str, ...]]] = {
    "git": ("gitcp/store/remote.py", "gitcp/workspaces/"),
    "gitdb": ("gitcp/store/remote.py", "gitcp/workspaces/"),
    "pygit2": ("gitcp/store/", "gitcp/workspaces/"),
    "sqlite3": ("gitcp/store/", "gitcp/dashboard/index/"),
    # The worker is an agent: on its side of the callback it runs the skills of its checkout.
    "subprocess": (
        "gitcp/runtimes/",
        "gitcp/executors/",
        "gitcp/workspaces/",
        "gitcp/store/remote.py",
        "gitcp/store/reading_worker.py",
        "gitcp/cli/worker/",
        "gitcp/github/access.py",
    ),
    "urllib3": ("gitcp/runtimes/http/", "gitcp/github/wire.py"),
    "yaml": ("gitcp/store/",),
    # One module each, so that what is optional or could be exchanged is known by one place.
    "h11": ("gitcp/api/exchange.py",),
    "PIL": ("gitcp/dashboard/bitmap.py",),
    "cryptography": ("gitcp/store/sshsig.py", "gitcp/store/ssh_keys.py"),
    "pysequoia": ("gitcp/store/openpgp.py",),
    "mcp": ("gitcp/api/mcp_server.py",),
    "mcp_types": ("gitcp/api/mcp_server.py",),
}

PURE: Final = frozenset({"model", "core"})
IMPURE_MODULES: Final = frozenset({
    "asyncio", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "select",
    "shutil", "signal", "socket", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
})  # fmt: skip
IMPURE_BUILTINS: Final = frozenset({"input", "open", "print"})
CLOCK_READERS: Final = frozenset({"now", "today", "utcnow"})

LONGEST_MODULE: Final = 300
NAMES_THAT_SAY_NOTHING: Final = frozenset({"common", "helpers", "manager", "service", "utils"})


@dataclass(frozen=True)
class Module:
    """One source file and its place below the checkout."""

    path: PurePosixPath
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def layer(self) -> str:
        return self.path.parts[1].removesuffix(".py")

    @property
    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield each imported name with its line, wherever in the file the import stands."""
        for node in ast.walk(self.tree):
            for name in _imported_by(node):
                yield getattr(node, "lineno", 0), name


def _imported_by(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            return [f"{'.' * level}{module or ''}.{alias.name}" for alias in names]
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
        case _:
            return []


def violations(path: str, source: str) -> list[str]:
    """Return what breaks a rule in one source file, as file:line and the rule."""
    module = Module(PurePosixPath(path), source)
    found = [
        *_misplaced(module),
        *_upward_imports(module),
        *_strangers(module),
        *_impurities(module),
        *_overlong(module),
    ]
    return [f"{path}:{line}: {rule}" for line, rule in sorted(set(found))]


def _misplaced(module: Module) -> Iterator[tuple[int, str]]:
    for name in (*module.path.parts[1:-1], module.path.stem):
        if name in NAMES_THAT_SAY_NOTHING:
            yield 1, f"a module is named after its subject, not {name!r}"
    if module.layer not in MAY_IMPORT:
        yield 1, f"{module.layer!r} is no layer: give it a place in MAY_IMPORT of tests/test_architecture.py"


def _upward_imports(module: Module) -> Iterator[tuple[int, str]]:
    allowed = MAY_IMPORT.get(module.layer, frozenset()) | {module.layer}
    for line, name in module.imports:
        if name.startswith("."):
            yield line, f"a relative import hides the layer: write {name!r} in full"
            continue
        package, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if package != "gitcp" or target in {"", "__version__"}:
            continue
        if target not in allowed:
            yield line, f"{module.layer} may not import {target}, only {_listed(allowed - {module.layer})}"


def _strangers(module: Module) -> Iterator[tuple[int, str]]:
    for line, name in module.imports:
        package = name.partition(".")[0]
        homes = HOMES.get(package)
        if homes is not None and not any(_is_at_home(module.path, home) for home in homes):
            yield line, f"{package} has its home in {_listed(homes)}"


def _is_at_home(path: PurePosixPath, home: str) -> bool:
    return path.as_posix().startswith(home) if home.endswith("/") else path.as_posix() == home


def _impurities(module: Module) -> Iterator[tuple[int, str]]:
    if module.layer not in PURE:
        return
    for line, name in module.imports:
        package = name.partition(".")[0]
        if package in IMPURE_MODULES:
            yield line, f"{module.layer} is pure: it may not import {package}"
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_BUILTINS:
                yield node.lineno, f"{module.layer} is pure: it may not call {name}"
            case (
                ast.Call(func=ast.Attribute(attr=name))
                | ast.Attribute(attr=name, value=ast.Name(id="date" | "datetime"))
            ) if name in CLOCK_READERS:
                yield (
                    node.lineno,
                    f"{module.layer} is pure: .{name} reads the clock, take `now` as an argument",
                )


def _overlong(module: Module) -> Iterator[tuple[int, str]]:
    lines = len(module.source.splitlines())
    if lines > LONGEST_MODULE:
        yield lines, f"a module has at most {LONGEST_MODULE} lines, this one has {lines}"


def _listed(names: frozenset[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def test_the_code_keeps_every_rule(project_root: Path) -> None:
    sources = sorted((project_root / "gitcp").rglob("*.py"))

    found = [
        line
        for path in sources
        for line in violations(path.relative_to(project_root).as_posix(), path.read_text(encoding="utf-8"))
    ]

    assert sources != []
    assert not found, "\n" + "\n".join(found)


def circle(sources: dict[str, str]) -> list[str]:
    """Return modules that import each other in a circle, for types or within functions too; `sources` is by path."""
    modules = {_dotted(path): Module(PurePosixPath(path), source) for path, source in sources.items()}
    needs = {
        name: {
            known
            for _, imported in module.imports
            for known in [imported if imported in modules else imported.rpartition(".")[0]]
            if known in modules and known != name
        }
        for name, module in modules.items()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_no_modules_import_each_other_in_a_circle(project_root: Path) -> None:
    paths = (project_root / "gitcp").rglob("*.py")

    sources = {path.relative_to(project_root).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    assert circle(sources) == []


@pytest.mark.parametrize(
    "back",
    [
        "from gitcp.core.plan import plan",
        "from gitcp.core import plan",
        "if TYPE_CHECKING:\n    import gitcp.core.plan",
        "def f():\n    from gitcp.core.plan import plan",
    ],
)
def test_a_circle_of_imports_is_found(back: str) -> None:
    sources = {"gitcp/core/plan.py": "from gitcp.core.inbox import inbox", "gitcp/core/inbox.py": back}

    assert set(circle(sources)) == {"gitcp.core.plan", "gitcp.core.inbox"}


@pytest.mark.parametrize(
    ("path", "source", "violation"),
    [
        ("core/plan.py", "from gitcp.store import cache", "core may not import store, only errors, model"),
        ("core/plan.py", "from gitcp import store", "core may not import store"),
        ("core/plan.py", "import gitcp.store.cache", "core may not import store"),
        ("core/plan.py", "def f():\n    import gitcp.store", "core may not import store"),
        ("core/plan.py", "if TYPE_CHECKING:\n    from gitcp.store import Cache", "core may not import store"),
        ("core/plan.py", "importlib.import_module('gitcp.store')", "core may not import store"),
        ("model/task.py", "from gitcp.core.plan import plan", "model may not import core, only errors"),
        ("errors.py", "from gitcp.model.task import Task", "errors may not import model, only nothing"),
        ("store/cache.py", "from gitcp.audit.log import Log", "store may not import audit"),
        ("api/http.py", "from gitcp.control.tick import tick", "api may not import control"),
        ("control/tick.py", "from gitcp.cli.app import app", "control may not import cli"),
        ("__main__.py", "from gitcp.control.tick import tick", "__main__ may not import control, only cli"),
        (
            "__init__.py",
            "from gitcp.errors import GitcpError",
            "__init__ may not import errors, only nothing",
        ),
        ("core/plan.py", "from ..store import cache", "a relative import hides the layer"),
        ("core/plan.py", "from . import inbox", "a relative import hides the layer"),
        ("plans/a.py", "", "'plans' is no layer"),
        ("plans.py", "", "'plans' is no layer"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_found(path: str, source: str, violation: str) -> None:
    _assert_one_violation(path, source, violation)


@pytest.mark.parametrize(
    ("path", "source", "violation"),
    [
        ("store/objects.py", "import git", "git has its home in gitcp/store/remote.py, gitcp/workspaces/"),
        ("store/objects.py", "from git.repo import Repo", "git has its home"),
        ("control/tick.py", "from gitdb.exc import BadName", "gitdb has its home"),
        ("audit/log.py", "import pygit2", "pygit2 has its home in gitcp/store/, gitcp/workspaces/"),
        (
            "dashboard/view.py",
            "import sqlite3",
            "sqlite3 has its home in gitcp/dashboard/index/, gitcp/store/",
        ),
        ("cli/check.py", "import yaml", "yaml has its home in gitcp/store/"),
        (
            "store/lock.py",
            "import subprocess",
            "subprocess has its home in gitcp/cli/worker/, gitcp/executors/",
        ),
        ("control/tick.py", "def f():\n    from subprocess import run", "subprocess has its home"),
    ],
)
def test_an_outside_module_away_from_its_home_is_found(path: str, source: str, violation: str) -> None:
    _assert_one_violation(path, source, violation)


@pytest.mark.parametrize("name", sorted(IMPURE_MODULES - HOMES.keys()))
@pytest.mark.parametrize("layer", sorted(PURE))
def test_an_effect_in_a_pure_layer_is_found(layer: str, name: str) -> None:
    _assert_one_violation(f"{layer}/task.py", f"import {name}", f"{layer} is pure: it may not import {name}")
    _assert_one_violation(f"{layer}/task.py", f"from {name} import x", f"{layer} is pure")


@pytest.mark.parametrize(
    ("source", "violation"),
    [
        ("datetime.now(UTC)", ".now reads the clock"),
        ("dt.datetime.now(tz=dt.UTC)", ".now reads the clock"),
        ("D.now()", ".now reads the clock"),
        ("datetime.utcnow()", ".utcnow reads the clock"),
        ("datetime.date.today()", ".today reads the clock"),
        ("Field(default_factory=datetime.now)", ".now reads the clock"),
        ("import urllib.parse", "it may not import urllib"),
        ("open('x')", "it may not call open"),
        ("print('x')", "it may not call print"),
    ],
)
def test_a_hidden_effect_in_a_pure_layer_is_found(source: str, violation: str) -> None:
    _assert_one_violation("core/plan.py", source, violation)


@pytest.mark.parametrize("name", sorted(NAMES_THAT_SAY_NOTHING))
def test_a_name_that_says_nothing_is_found(name: str) -> None:
    _assert_one_violation(f"core/{name}.py", "", f"a module is named after its subject, not {name!r}")
    _assert_one_violation(f"core/{name}/plan.py", "", f"not {name!r}")


def test_a_module_that_is_too_long_is_found() -> None:
    _assert_one_violation("core/plan.py", "x = 1\n" * 301, "at most 300 lines, this one has 301")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "core/plan.py",
            "import datetime, hashlib, json\nfrom gitcp.model import task\nfrom gitcp import errors",
        ),
        ("core/plan.py", "from gitcp.core.inbox import inbox\nnow = request.now\ndef f(now): return now()"),
        ("store/remote.py", "import git, pygit2, yaml, sqlite3, subprocess, os, time"),
        ("workspaces/clone.py", "import git, pygit2, subprocess"),
        ("runtimes/process.py", "import subprocess\nfrom gitcp.core import lifecycle"),
        ("control/tick.py", "from gitcp.store import cache\nfrom gitcp.executors import local"),
        ("control/clock.py", "datetime.now(UTC)"),
        (
            "cli/version.py",
            "from gitcp import __version__\nfrom gitcp.control import tick\nprint(__version__)",
        ),
        ("__main__.py", "from gitcp.cli.app import main"),
        ("core/plan.py", "x = 1\n" * 300),
    ],
)
def test_what_the_rules_allow_is_not_reported(path: str, source: str) -> None:
    assert violations(f"gitcp/{path}", source) == []


def test_every_violation_names_its_file_and_line() -> None:
    found = violations("gitcp/core/plan.py", "x = 1\n\nimport os\nfrom gitcp.cli import app\n")

    assert found == [
        "gitcp/core/plan.py:3: core is pure: it may not import os",
        "gitcp/core/plan.py:4: core may not import cli, only errors, model",
    ]


def _assert_one_violation(path: str, source: str, violation: str) -> None:
    (found,) = violations(f"gitcp/{path}", source)

    assert violation in found
    assert found.startswith(f"gitcp/{path}:")
