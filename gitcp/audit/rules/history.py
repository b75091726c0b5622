"""Commits as such: their time, and what merges bring."""

from collections.abc import Iterator

from gitcp.audit.act import Act
from gitcp.audit.finding import Finding, Weight
from gitcp.model.base import format_instant


def history(act: Act) -> Iterator[Finding]:
    """Say what is wrong with a commit whatever it changed."""
    entry = act.passage.entry
    if act.parent_at is not None and entry.at < act.parent_at:
        # A person's clock may be slow, and who rebases keeps old times; the scheduler never goes back.
        weight = Weight.VIOLATION if act.is_by_scheduler else Weight.NOTE
        expected = f"{format_instant(act.parent_at)} or later"
        yield act.broken("history/time", "", expected, format_instant(entry.at), weight=weight)
    if len(entry.parents) > 1:
        yield from _merge(act)


def _merge(act: Act) -> Iterator[Finding]:
    parents = len(act.passage.entry.parents)
    if act.is_by_scheduler:
        yield act.broken("merge/scheduler", "", "one parent", f"{parents} parents")
    elif parents > 2:  # noqa: PLR2004 - two sides
        yield act.broken("merge/octopus", "", "at most two parents", f"{parents} parents")
    for path in sorted(act.passage.foreign):
        yield act.broken("merge/smuggled", path, "the contents of one of the sides", "contents of its own")
