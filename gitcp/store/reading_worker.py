"""A process that reads record files for another: blobs' names in, rows of the cache out.

Both directions carry values of `marshal`, each behind its length in eight bytes: the two ends are the same program.
"""

import gc
import marshal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, Final, cast

from gitcp.store import rows
from gitcp.store.objects import Objects
from gitcp.store.readings import reading_of
from gitcp.store.trees import Leaf

File = tuple[str, str, int]
"""A file of a tree: path, name of the blob, mode."""

Chunk = Sequence[File]

Read = tuple[list[rows.Rows], list[rows.Row]]
"""The rows of the files that are records', and of the problems that they have."""

_LENGTH: Final = 8


def read_chunk(chunk: Chunk, data: Callable[[str], bytes]) -> Read:
    """Read files; `data` returns the bytes of a blob."""
    files: list[rows.Rows] = []
    problems: list[rows.Row] = []
    for path, oid, mode in chunk:
        found = reading_of(path, Leaf(oid, mode), data)
        if found is None:
            continue
        if found.place is not None:
            files.append(rows.rows_of(found.place, oid, found.record))
        problems += [rows.problem_row(problem, refused=False) for problem in found.problems]
    return files, problems


class Worker:
    """The near end of such a process."""

    def __init__(self, git_dir: Path) -> None:
        # -P: the current folder may be anybody's, and is no place to import from.
        command = [sys.executable, "-P", "-m", __name__, str(git_dir)]
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except (OSError, TypeError, ValueError):  # where Python is embedded, nobody knows its program
            self._process = None

    def read(self, chunk: Chunk) -> Read | None:
        """Read files there; none if the process cannot, for whatever reason."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return None
        try:
            _send(self._process.stdin, chunk)
            return cast("Read | None", _receive(self._process.stdout))
        except (OSError, EOFError, ValueError):
            return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


def serve(git_dir: Path, given: IO[bytes], told: IO[bytes]) -> None:
    """Be the far end: answer until nothing more comes."""
    gc.disable()  # what it makes goes to the other end, and so does it itself in a moment
    objects = Objects(git_dir)
    while (chunk := _receive(given)) is not None:
        _send(told, read_chunk(chunk, objects.data))


def _send(stream: IO[bytes], value: Any) -> None:
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    length = stream.read(_LENGTH)
    return marshal.loads(stream.read(int.from_bytes(length, "big"))) if len(length) == _LENGTH else None  # noqa: S302


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
