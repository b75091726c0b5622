"""What Gemini CLI writes down of its sessions while it works: each model call with what it used, which its events tell only in sum and at the end.

The folder is of one agent on one task, so that whatever is added to it during a run is of this run.
"""

from collections.abc import Iterator
from pathlib import Path

from gitcp.runtimes.events import Call, Tokens
from gitcp.runtimes.folders import added
from gitcp.runtimes.stream import Lines, count, event_of, look, text


class Chats:
    """Follows the files of sessions below a folder, from where they end now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tmp"
        self._files: dict[Path, Chat] = {}
        for path in self._paths():
            self._files[path] = Chat(path)
            self._files[path].skip()

    def calls(self) -> Iterator[Call]:
        """Give the calls that have been written down since it was asked last."""
        for path in self._paths():
            if path not in self._files:
                self._files[path] = Chat(path)
            yield from self._files[path].calls()

    def _paths(self) -> list[Path]:
        # A link could lead to the root of all files.
        folders = (path for path in self._folder.glob("*/chats") if not _is_linked(path))
        return sorted(path for folder in folders for path in folder.glob("**/*.jsonl"))


class Chat:
    """Follows one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._lines = Lines()
        self._before: set[str] = set()

    def skip(self) -> None:
        """Pass over what is there: it was counted by the runs before, also where it is written anew."""
        while data := self._added():
            self._before |= {call.id for call in self._read(data)}

    def calls(self) -> Iterator[Call]:
        """Give the calls of what was added."""
        return self._read(self._added())

    def _read(self, data: bytes) -> Iterator[Call]:
        for line in self._lines.feed(data):
            event = event_of(line)
            if event is None or text(event, "type") != "gemini" or look(event, "tokens") is None:
                continue
            name = text(event, "id")
            if name and name not in self._before:
                yield Call(name, text(event, "model"), tokens_of(look(event, "tokens")))

    def _added(self) -> bytes:
        data = added(self._path, self._offset)
        self._offset += len(data)
        return data


def _is_linked(path: Path) -> bool:
    # Up to the home, which is gitcp's to place: .gemini/tmp/PROJECT/chats.
    return any(folder.is_symlink() for folder in (path, *list(path.parents)[:4]))


def tokens_of(used: object) -> Tokens:
    """Read tokens as it writes them down: what was thought stands beside what was said, what tools said beside the prompt."""
    return Tokens(
        input=count(used, "input") + count(used, "tool"),
        cached=count(used, "cached"),
        output=count(used, "output") + count(used, "thoughts"),
        reasoning=count(used, "thoughts"),
    )
