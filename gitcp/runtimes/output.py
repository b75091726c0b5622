"""What a program prints: a log of bounded size, and the last lines as text."""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

LOG_BYTES: Final = 16 * 1024 * 1024
TAIL_BYTES: Final = 64 * 1024
TEXT_LINES: Final = 40
TEXT_CHARACTERS: Final = 4000

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Log:
    """A log that keeps the start and the end of what it is given. A full disk costs lines of the log, never the run."""

    def __init__(self, path: Path, limit: int = LOG_BYTES) -> None:
        self._file = path.open("ab", buffering=0)
        self._room = limit
        self._left_out = 0
        self._tail = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._left_out:
            end = self._tail[-self._left_out :]
            missing = self._left_out - len(end)
            self._keep(b"\n[gitcp: %d bytes are left out here]\n%s" % (missing, end))
        self._file.close()

    def write(self, data: bytes) -> None:
        """Take what the program printed."""
        self._tail = (self._tail + data)[-TAIL_BYTES:]
        kept = data[: self._room]
        self._room -= len(kept)
        self._left_out += len(data) - len(kept)
        if kept:
            self._keep(kept)

    def text(self) -> str:
        """Return the last lines, fit to be shown: valid, short, without control characters."""
        return last_lines(self._tail)

    def _keep(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError:
            self._room = 0


def note_end(log: Path, why: str) -> None:
    """Add gitcp's own last word to a log, for whoever follows it; what is no file any more gets none."""
    with suppress(OSError):
        number = os.open(log, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW)
        try:
            found = os.fstat(number)
            if stat.S_ISREG(found.st_mode):
                is_whole = not found.st_size or os.pread(number, 1, found.st_size - 1) == b"\n"
                line = f"[gitcp: {one_line(why, TEXT_CHARACTERS)}]\n"
                os.write(number, (line if is_whole else f"\n{line}").encode())
        finally:
            os.close(number)


def last_lines(data: bytes) -> str:
    """Return the last lines of raw output, fit to be shown."""
    lines = clean(data.decode(errors="replace")).rstrip().split("\n")
    return "\n".join(lines[-TEXT_LINES:])[-TEXT_CHARACTERS:].strip()


def clean(text: str) -> str:
    """Return text as a person would have seen it, without control characters."""
    text = text.encode(errors="replace").decode()  # JSON can hold halves of characters
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    # A progress bar writes over its own line: what a person saw last is what counts.
    return _CONTROL.sub("", "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines))


def one_line(text: str, characters: int) -> str:
    """Return text as one line of bounded length, fit to be shown and to stand in a record."""
    return " ".join(clean(text).split())[:characters]
