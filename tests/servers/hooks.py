"""Hooks of served repositories."""

import os
import select
import shlex
from pathlib import Path
from textwrap import dedent


def set_hook(repository: Path, name: str, text: str) -> None:
    """Give a repository a hook; each time it runs, it first adds a line to the file `asked` of the repository."""
    hook = repository / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    asked = shlex.quote(str(repository / "asked"))
    hook.write_text(f"#!/bin/sh\necho {name} >> {asked}\n{dedent(text)}")
    hook.chmod(0o755)


def times_asked(repository: Path) -> int:
    asked = repository / "asked"
    return len(asked.read_text().splitlines()) if asked.exists() else 0


class Gate:
    """A place in a hook where the server waits until the test lets it go on: `arrive_and_wait` in the hook's text.

    Both ends are named pipes that the test holds open, so that neither side waits for the other to open them.
    """

    def __init__(self, folder: Path) -> None:
        self._ends = {}
        for name in ("arrived", "open"):
            os.mkfifo(folder / name)
            self._ends[name] = os.open(folder / name, os.O_RDWR)
        arrived, opened = (shlex.quote(str(folder / name)) for name in ("arrived", "open"))
        self.text = f"arrive_and_wait() {{ echo here > {arrived}; read -r _ < {opened}; }}\n"

    def wait(self) -> None:
        """Wait until a hook has arrived."""
        readable, _, _ = select.select([self._ends["arrived"]], [], [], 60)
        assert readable, "no hook arrived"
        os.read(self._ends["arrived"], len("here\n"))

    def open(self) -> None:
        """Let one hook go on."""
        os.write(self._ends["open"], b"\n")

    def close(self) -> None:
        for end in self._ends.values():
            os.close(end)
