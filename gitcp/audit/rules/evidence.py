"""What must stay as it was: comments, ended records, counters, the archive; and files that are no records."""

from collections.abc import Iterator
from typing import Final

from gitcp.audit.act import Act, Deed
from gitcp.audit.finding import Finding, Weight
from gitcp.model.ids import COMMENT_NAME
from gitcp.model.tasks import Comment, Counter

_EVIDENCE: Final = frozenset({"task", "run", "approval", "ledger"})


def evidence(act: Act) -> Iterator[Finding]:
    """Say which traces a commit changed or removed."""
    for deed in act.deeds:
        if deed.came is None and deed.left is not None and deed.kind in _EVIDENCE and not deed.left.archived:
            yield act.broken(
                "records/deleted", deed.path, f"{deed.kind} {deed.id} kept or archived", "deleted"
            )
        yield from _comment(act, deed)
        yield from _counter(act, deed)
        yield from _archive(act, deed)
    yield from _files(act)


def _comment(act: Act, deed: Deed) -> Iterator[Finding]:
    is_other = deed.left is not None and (deed.came is None or deed.left.blob != deed.came.blob)
    if deed.kind != Comment.kind or not is_other:
        return
    author = COMMENT_NAME.match(deed.id.rpartition("/")[2])
    is_own = author is not None and author["author"] == act.who.id and not act.is_by_scheduler
    found = "changed" if deed.came else "removed"
    told = f"{found} by {act.who.id}"
    yield act.broken(
        "records/comment", deed.path, "what was said", told, weight=Weight.NOTE if is_own else None
    )


def _counter(act: Act, deed: Deed) -> Iterator[Finding]:
    if not isinstance(deed.before, Counter):
        return
    after = deed.after.next if isinstance(deed.after, Counter) else None
    if after is None or after < deed.before.next:
        yield act.broken("records/counter", deed.path, f"{deed.before.next} or more", str(after or "none"))


def _archive(act: Act, deed: Deed) -> Iterator[Finding]:
    left, came = deed.left, deed.came
    if left is not None and left.archived and (came is None or (came.archived and came.blob != left.blob)):
        yield act.broken(
            "archive/changed", deed.path, f"the bytes {left.blob}", came.blob if came else "no file"
        )
    elif deed.is_archiving and came is not None and (left is None or left.blob != came.blob):
        expected = f"the bytes {left.blob}" if left else "a record that was there before"
        yield act.broken("archive/changed", deed.path, expected, came.blob)


def _files(act: Act) -> Iterator[Finding]:
    for touched in act.passage.touched:
        held = touched.after
        if held is None:
            continue
        if held.is_strange:
            yield act.broken("files/strange", touched.path, "a file", "a symbolic link or a submodule")
        elif act.is_by_scheduler and held.kind and act.world.record(held) is None:
            yield act.broken("files/unreadable", touched.path, f"a readable {held.kind}", "a broken file")
