"""Control repositories that are named by a URL: gitcp works in a bare clone of its own, which nobody looks into and which keeps itself packed."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from filelock import FileLock

from gitcp.control.state import state_home
from gitcp.store.git_store import GitStore

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://.+|[^/@:\s]+@[^/:\s]+:.+", re.IGNORECASE)


def is_url(place: str) -> bool:
    """Whether a control repository is named by a URL, also in the form `user@host:path`, and not by a folder."""
    return _URL.fullmatch(place) is not None


def clone_of(url: str, environ: Mapping[str, str]) -> Path:
    """Return the clone of a URL, made when it is asked for the first time: `$XDG_STATE_HOME/gitcp/clones/<name>-<digest of the URL>.git`.

    Raises:
        RemoteError: it cannot be cloned, or the URL is of a kind that is not allowed.
    """
    digest = hashlib.sha256(url.encode()).hexdigest()[:12]
    folder = state_home(environ) / "clones" / f"{_name(url)}-{digest}.git"
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            beside = folder.with_suffix(".new")
            shutil.rmtree(beside, ignore_errors=True)  # of a clone that was interrupted
            GitStore.clone(url, beside).close()
            beside.rename(folder)
    return folder


def _name(url: str) -> str:
    path = urlsplit(url).path if "://" in url else url.rpartition(":")[2]
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return re.sub(r"[^A-Za-z0-9_-]", "-", last)[:40] or "control"
