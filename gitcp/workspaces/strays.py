"""What does not belong into a clone: links, pipes and whatever else is neither a folder nor a plain file.

Agents write below some of its folders. Git follows a link that stands there, when it writes too, and waits for a pipe for ever; it makes neither itself.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

WRITTEN: Final = ("refs", "logs", "objects", "worktrees")
# Repositories of submodules, which gitcp's own git never looks into.
_LEFT_ALONE: Final = "modules"
_LONGEST_REF: Final = 4096


def remove_strays(clone: Path) -> None:
    """Remove them, and refs that are longer than any can be. What cannot be looked into is left: git cannot either."""
    for name in WRITTEN:
        for entry in _below(clone / name):
            if not _belongs(entry, is_ref=name == "refs"):
                with suppress(OSError):
                    Path(entry.path).unlink()


def _belongs(entry: "os.DirEntry[str]", *, is_ref: bool) -> bool:
    with suppress(OSError):
        if entry.is_dir(follow_symlinks=False):
            return True
        if not entry.is_file(follow_symlinks=False):
            return False
        return not is_ref or entry.stat(follow_symlinks=False).st_size <= _LONGEST_REF
    return True


def _below(top: Path) -> Iterator["os.DirEntry[str]"]:
    folders = [str(top)]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.name != _LEFT_ALONE and entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
