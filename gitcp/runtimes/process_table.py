"""All processes of the machine, at a glance: one short file is read of each, where a library would ask for every detail three times.

Rule: a row is what was seen at one moment. Before anybody signals, `process_of` makes sure that the number still is that process's.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

_HAS_FILES: Final = Path("/proc/self/stat").exists()
_PARENT: Final = 1
_SESSION: Final = 3
_STARTED: Final = 19


@dataclass(frozen=True, slots=True)
class Row:
    """One process. `started` tells it from a later one with the same number."""

    pid: int
    parent: int
    session: int
    started: float


def process_table() -> Iterator[Row]:
    """Yield a row for each process; one that ends meanwhile may be missing."""
    for pid in psutil.pids():
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            yield _row(pid)


def has_variable(pid: int, name: str, value: str) -> bool:
    """Whether a process was started with a variable of that value; false where that may not be seen."""
    try:
        if not _HAS_FILES:
            return bool(psutil.Process(pid).environ().get(name) == value)
        environment = _read(f"/proc/{pid}/environ")
    except (OSError, psutil.Error):
        return False
    return b"\0%s=%s\0" % (os.fsencode(name), os.fsencode(value)) in b"\0%s\0" % environment


def process_of(row: Row) -> psutil.Process | None:
    """Return the process of a row, or none if it is gone and its number perhaps another's."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(row.pid)
        return process if _row(row.pid).started == row.started else None
    return None


def _row(pid: int) -> Row:
    if not _HAS_FILES:
        process = psutil.Process(pid)
        return Row(pid, process.ppid(), os.getsid(pid), process.create_time())
    # The name before the last bracket may hold anything.
    fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    return Row(pid, int(fields[_PARENT]), int(fields[_SESSION]), float(fields[_STARTED]))


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - for hundreds of them the path costs more than the file
        return file.read()
