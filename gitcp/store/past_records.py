"""The records of one commit of the past, in a cache of its own that goes when nobody needs it any more."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from gitcp.model.snapshot import Snapshot
from gitcp.store.admission import Judge
from gitcp.store.cache import Cache
from gitcp.store.copies import unpacking
from gitcp.store.filling import Progress
from gitcp.store.git_store import GitStore
from gitcp.store.memo import Memo
from gitcp.store.objects import Objects
from gitcp.store.replay import Replay
from gitcp.store.view import CacheSnapshot


@contextmanager
def records_at(
    store: GitStore, commit: str, judge: Judge | None = None, progress: Progress | None = None
) -> Iterator[Snapshot]:
    """Open the records as a commit has them; what was refused up to it is refused, if there is a judge."""
    with TemporaryDirectory(prefix="gitcp-") as folder, closing(Cache(Path(folder) / "past.sqlite")) as cache:
        objects = Objects(store.git_directory)
        view = partial(CacheSnapshot, cache.writer, Memo(), unpacking(objects))
        try:
            Replay(cache, objects, store.git_directory, judge, view, progress).bring_to(commit)
            yield view()
        finally:
            objects.close()
