"""An outbox on the disk: made by a runner, read by who settles.

Rule: what is written is on the disk before anybody is told so; nothing is written twice.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout

from gitcp.control.outbox.form import (
    INTENTS,
    INTENTS_BYTES,
    LOCK,
    LONGEST_INTENT,
    MOST_INTENTS,
    OPENING,
    OPENING_BYTES,
    RESULT,
    RESULT_BYTES,
    TRANSCRIPT,
    Intent,
    Opening,
    Result,
    parsed,
    read_form,
)
from gitcp.control.plain_files import read_whole, settle_folder, write_durably
from gitcp.errors import ConflictError, GitcpError, RecordError

_OWNERS: Final = 0o700


class Outbox:
    """The outbox of one run, while its runner lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = FileLock(folder / LOCK, timeout=0)
        self._count = 0
        self._bytes = 0
        self._work: tuple[str, str] | None = None

    @property
    def work(self) -> tuple[str, str] | None:
        """Where the run's work began and the commit that it ended on; none if it had no checkout to work in."""
        return self._work

    def note_work(self, base: str, head: str) -> None:
        """Remember that for the result."""
        self._work = (base, head)

    @classmethod
    def begin(cls, folder: Path, opening: Opening) -> Self:
        """Make the outbox of a run, in a folder that holds none.

        Raises:
            ConflictError: it holds one, finished or not.
            GitcpError: it cannot be made.
        """
        try:
            folder.mkdir(mode=_OWNERS, parents=True, exist_ok=True)
            box = cls(folder)
            box._lock.acquire()
        except (OSError, Timeout) as error:
            raise GitcpError(f"{folder}: no outbox can be made there: {error}") from error
        try:
            box._open(opening)
        except BaseException:
            box.close()
            raise
        return box

    def _open(self, opening: Opening) -> None:
        try:
            with (self.folder / OPENING).open("x", encoding="utf-8") as file:
                file.write(opening.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            settle_folder(self.folder)
        except FileExistsError:
            raise ConflictError(
                f"{self.folder}: holds an outbox already",
                hint=f"settle it: gitcp settle {opening.run} --from {self.folder}; or name an empty folder",
            ) from None
        except OSError as error:
            raise GitcpError(f"{self.folder}: no outbox can be made there: {error.strerror}") from error

    def keep(self, intent: Intent) -> None:
        """Keep a write; it is on the disk when this returns.

        Raises:
            ConflictError: the outbox is full.
            GitcpError: it cannot be written.
        """
        line = intent.model_dump_json().encode() + b"\n"
        if (
            self._count >= MOST_INTENTS
            or self._bytes + len(line) > INTENTS_BYTES
            or len(line) > LONGEST_INTENT
        ):
            raise ConflictError(
                f"the outbox of this run holds {self._count} writes of {self._bytes} bytes, and takes no more",
                hint="say it in fewer or shorter ones, or end the run with run/continue",
            )
        try:
            with (self.folder / INTENTS).open("ab") as file:
                file.truncate(self._bytes)  # of one that the disk did not take there may be a part
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            if not self._count:
                settle_folder(self.folder)
        except OSError as error:
            raise GitcpError(f"the outbox of this run cannot be written: {error.strerror}") from error
        self._count += 1
        self._bytes += len(line)

    def keep_transcript(self, files: Mapping[str, bytes]) -> None:
        """Keep what was said; what does not fit on the disk costs the transcript, never the run."""
        with suppress(OSError):
            (self.folder / TRANSCRIPT).mkdir(exist_ok=True)
            for name, data in files.items():
                write_durably(self.folder / TRANSCRIPT / name, data)

    def finish(self, result: Result) -> None:
        """Write how the run ended, as the last of all.

        Raises:
            GitcpError: it cannot be written.
        """
        try:
            write_durably(self.folder / RESULT, result.model_dump_json().encode())
        except OSError as error:
            raise GitcpError(f"{self.folder}: the result cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Let others settle it."""
        self._lock.release()


@dataclass(frozen=True, slots=True)
class Contents:
    """What an outbox holds, read and checked for its form alone; without result its runner died."""

    folder: Path
    opening: Opening
    intents: tuple[Intent, ...]
    result: Result | None


def read_outbox(folder: Path, run: str) -> Contents:
    """Read the outbox of a run.

    Raises:
        GitcpError: there is none, it is another run's, it is damaged, or its runner is still at work.
    """
    opening = read_form(Opening, folder / OPENING, OPENING_BYTES)
    if opening is None:
        raise GitcpError(
            f"{folder}: expected an outbox, found no {OPENING}",
            hint=f"name the folder that was given to gitcp exec {run} --outbox",
        )
    _expect_run(folder / OPENING, opening.run, run)
    _expect_left(folder, run)
    result = read_form(Result, folder / RESULT, RESULT_BYTES)
    if result is not None:
        _expect_run(folder / RESULT, result.run, run)
    return Contents(folder, opening, _intents(folder / INTENTS), result)


def _expect_run(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise RecordError(f"{path}: run: expected {expected}, found {found}")


def _expect_left(folder: Path, run: str) -> None:
    # A copy from elsewhere has no lock that anybody holds, and may be read only.
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        if (folder / LOCK).is_file() and not (folder / LOCK).is_symlink() and os.access(folder, os.W_OK):
            with lock:
                pass
    except Timeout:
        raise ConflictError(f"run {run} is still at work in {folder}", hint="wait for it to end") from None


def _intents(path: Path) -> tuple[Intent, ...]:
    data = read_whole(path, INTENTS_BYTES) or b""
    # A line without an end was never answered.
    lines = data.split(b"\n")[:-1]
    if len(lines) > MOST_INTENTS:
        raise RecordError(f"{path}: expected at most {MOST_INTENTS} writes, found {len(lines)}")
    return tuple(_intent(line, f"{path}:{number}") for number, line in enumerate(lines, start=1))


def _intent(line: bytes, place: str) -> Intent:
    if len(line) > LONGEST_INTENT:
        raise RecordError(f"{place}: expected at most {LONGEST_INTENT} bytes, found {len(line)}")
    intent = parsed(Intent, line, place)
    try:
        json.dumps(intent.fields, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise RecordError(f"{place}: expected text in UTF-8") from None
    return intent
