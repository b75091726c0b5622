"""How a checkout's clone is seen from inside: Git works in it, and what is gitcp's or another run's is out of reach.

A commit needs the objects, the branches, their logs and the checkout's own index. All else that Git writes beside them (configuration, hooks,
locks) is the run's own, made anew for each start and gone with it, so that gitcp's own Git never reads what an agent has written there.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gitcp.runtimes.base import Launch

_SHARED: Final = ("objects", "refs", "logs")
# Rescued work, and what tells Git where to look for objects.
_KEPT: Final = ("refs/gitcp", "objects/info")
_COPIED: Final = ("HEAD", "config", "packed-refs", "shallow")
# Packed, refs would be in the run's own list alone, and gone with it.
_SETTINGS: Final = "[gc]\n\tpackRefs = false\n"
_OWN_BRANCH: Final = re.compile(r"ref: refs/heads/([^/\s]+)/")


def of_clone(clone: Path, launch: Launch) -> Iterator[str]:
    """Yield the arguments that show a bare clone to the program that works in one of its checkouts.

    Raises:
        OSError: the checkout is not one of the clone's.
    """
    own = Path("worktrees", launch.cwd.name)
    if not (clone / own).is_dir():
        raise OSError(f"{launch.cwd} is no checkout of {clone}")
    stage = _stage(clone, launch.folder / "clone")
    yield from ("--bind", str(stage), str(clone))
    for name in (*_SHARED, own):
        yield from ("--bind", str(clone / name), str(clone / name))
    for path in (*(clone / name for name in _KEPT), *_branches_of_others(clone, clone / own)):
        # Another run may give its branch back between this look and the start.
        yield from ("--ro-bind-try", str(path), str(path))


def _stage(clone: Path, stage: Path) -> Path:
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    for name in _COPIED:
        if (clone / name).is_file():
            shutil.copyfile(clone / name, stage / name)
    with (stage / "config").open("a") as config:
        config.write(_SETTINGS)
    for name in (*_SHARED, *_KEPT):
        (clone / name).mkdir(exist_ok=True)
    return stage


def _branches_of_others(clone: Path, own: Path) -> Iterator[Path]:
    on = _OWN_BRANCH.match((own / "HEAD").read_text())
    agent = on[1] if on else None
    yield from (path for path in sorted((clone / "refs/heads").glob("*/")) if path.name != agent)
