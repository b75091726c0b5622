"""Where a program and what it needs lies: found as the system finds it, with the packages that its links and its first line lead to."""

import functools
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import gitcp
from gitcp.runtimes.base import Launch

# What stands beside a folder `bin` and belongs to the programs in it; never the rest of, say, ~/.local.
_BESIDE_BIN: Final = ("lib", "lib64", "libexec", "pyvenv.cfg")
_LINKS_MAX: Final = 8
_FIRST_LINE_MAX: Final = 512


def found(program: str, launch: Launch) -> Path:
    """Return the file that a start of the program would run.

    Raises:
        FileNotFoundError: there is none.
        PermissionError: it may not be executed.
    """
    if os.sep in program:
        path = launch.cwd / program
        if not path.exists():
            raise FileNotFoundError(program)
        if not os.access(path, os.X_OK) or path.is_dir():
            raise PermissionError(program)
        return path
    # Looked up along the path that it is given, not along the runner's.
    which = shutil.which(program, path=launch.environment.get("PATH", os.defpath))
    if which is None:
        raise FileNotFoundError(program)
    return launch.cwd / which


def needed_by(program: Path) -> Iterator[Path]:
    """Yield what a program needs to be started: the files on its way, its package, and the same for its interpreter."""
    for _ in range(_LINKS_MAX):
        yield from _around(program)
        if program.is_symlink():
            program = Path(os.path.normpath(program.parent / program.readlink()))
            continue
        interpreter = _interpreter(program)
        if interpreter is None:
            return
        program = interpreter


def named_in(argv: Sequence[str]) -> Iterator[Path]:
    """Yield the files that a command names by absolute paths: whoever wrote it wants them to be read."""
    for path in map(Path, argv[1:]):
        with suppress(OSError):  # a script that is given as text is too long for a name
            if path.is_absolute() and path.is_file():
                yield path


def on_path(path: str) -> Iterator[Path]:
    """Yield what the programs on a search path need, as far as folders tell."""
    for entry in map(Path, path.split(os.pathsep)):
        if entry.is_absolute():
            # Version managers put small scripts there that start what lies beside.
            yield entry.parent if entry.name == "shims" else entry
            yield from _beside(entry)


@functools.cache
def own() -> tuple[Path, ...]:
    """Return what gitcp itself runs from: a run calls `gitcp` too."""
    package = Path(gitcp.__file__).parent
    libraries = (Path(entry) for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"})
    prefixes = (Path(sys.prefix), Path(sys.base_prefix))
    return (package, package.parent / "templates", *prefixes, *libraries, *needed_by(Path(sys.executable)))


def _around(program: Path) -> Iterator[Path]:
    package = _node_package(program.resolve())
    if package is not None:
        yield package
    yield program.parent
    yield program  # where its folder is a home, alone
    yield from _beside(program.parent)


def _node_package(program: Path) -> Path | None:
    # The outermost: packages need others that stand beside them.
    parts = program.parts
    return Path(*parts[: parts.index("node_modules") + 1]) if "node_modules" in parts else None


def _beside(folder: Path) -> Iterable[Path]:
    if folder.name not in {"bin", "sbin"}:
        return
    yield from (folder.parent / name for name in _BESIDE_BIN)
    # A virtual environment takes its library from where it was made.
    with suppress(OSError, UnicodeDecodeError):
        for line in (folder.parent / "pyvenv.cfg").read_text().splitlines():
            name, _, value = line.partition("=")
            base = Path(value.strip())
            if name.strip() == "home" and base.is_absolute():
                yield base
                yield from (base.parent / beside for beside in _BESIDE_BIN)


def _interpreter(program: Path) -> Path | None:
    with suppress(OSError), program.open("rb") as file:
        line = file.read(_FIRST_LINE_MAX).partition(b"\n")[0]
        words = line.removeprefix(b"#!").split()
        if line.startswith(b"#!") and words and words[0].startswith(b"/"):
            return Path(os.fsdecode(words[0]))
    return None
