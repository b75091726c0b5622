"""Approvals: who decided, about what, and whether what was applied is what was approved."""

from collections.abc import Iterator

from gitcp.audit.act import Act, Deed
from gitcp.audit.finding import Finding
from gitcp.core.approvals import TRANSITIONS, content_hash, counting, deciders, missing
from gitcp.model.change import blob_of
from gitcp.model.guards import Approval, ApprovalStatus, Decision

_DECIDED = frozenset({ApprovalStatus.APPROVED, ApprovalStatus.APPLIED})


def approvals(act: Act) -> Iterator[Finding]:
    """Say what is wrong with the requests that a commit changed."""
    for deed, before, after in act.of(Approval):
        if after is None or deed.is_archiving:
            continue
        yield from _step(act, deed, before, after)
        yield from _decisions(act, deed, before, after)
        if before is None or before.status is ApprovalStatus.PENDING:
            yield from _quorum(act, deed, _bound(before, after))
        if before is not None:
            yield from _content(act, deed, before, after)
        if before is not None and before.status is not after.status is ApprovalStatus.APPLIED:
            yield from _applied(act, after)


def _step(act: Act, deed: Deed, before: Approval | None, after: Approval) -> Iterator[Finding]:
    was = before.status if before else ApprovalStatus.PENDING
    if after.status is was:
        return
    # A request that is filed by hand may hold its decisions already: `_decisions` and `_quorum` ask whose they are.
    possible = set(TRANSITIONS[was].values())
    if after.status not in possible:
        expected = ", ".join([was, *sorted(status.value for status in possible - {was})])
        yield act.broken("approval/illegal-step", deed.path, expected, after.status)


def _decisions(act: Act, deed: Deed, before: Approval | None, after: Approval) -> Iterator[Finding]:
    known = before.decisions if before else ()
    able = set(deciders(act.world, after))
    for made in after.decisions:
        if made in known:
            continue
        if made.by not in able:
            expected = ", ".join(sorted(able)) or "another person"
            yield act.broken("approval/wrong-decider", deed.path, expected, made.by)
        elif made.by not in _who(act):
            yield act.broken(
                "approval/forged-decision", deed.path, f"a decision by {act.who.id}", _told(made)
            )
    if before is not None and content_hash(before) == content_hash(after):
        kept = {made.by for made in after.decisions}
        for made in counting(act.world, before):
            if made.by not in kept:
                yield act.broken(
                    "approval/forged-decision", deed.path, _told(made), "no such decision any more"
                )


def _who(act: Act) -> frozenset[str]:
    # A merge is decided by who merges, which its trailer says.
    return frozenset({act.who.id, *act.who.names}) - {""}


def _told(made: Decision) -> str:
    return f"{made.verdict} by {made.by}"


def _bound(before: Approval | None, after: Approval) -> Approval:
    # Who writes a decision into the file makes it about what stands there.
    known, content = before.decisions if before else (), content_hash(after)
    new = (
        made.evolve(content=content) if made.content is None and made not in known else made
        for made in after.decisions
    )
    return after.evolve(decisions=tuple(new))


def _quorum(act: Act, deed: Deed, after: Approval) -> Iterator[Finding]:
    lacks = missing(act.world, after) if after.status in _DECIDED else 0
    if lacks:
        found = f"{len(after.decisions)} decisions, {lacks} too few that count"
        yield act.broken("approval/no-quorum", deed.path, f"a quorum of {after.quorum}", found)


def _content(act: Act, deed: Deed, before: Approval, after: Approval) -> Iterator[Finding]:
    contents = content_hash(before), content_hash(after)
    if before.status in _DECIDED and after.status in _DECIDED and contents[0] != contents[1]:
        yield act.broken("approval/changed", deed.path, contents[0], contents[1])


def _applied(act: Act, approval: Approval) -> Iterator[Finding]:
    for file in approval.change:
        wanted = None if file.text is None else blob_of(file.text)
        held = act.holds(file.path)
        found = held.blob if held else None
        if found != wanted:
            yield act.broken("approval/applied-otherwise", file.path, wanted or "no file", found or "no file")
    named = {file.path for file in approval.change}
    if act.is_by_scheduler and approval.change:
        for deed in act.deeds:
            if deed.path not in named and deed.kind not in {"approval", "counter", "run", "comment", "wake"}:
                expected = "the files of the approval alone"
                yield act.broken("approval/applied-otherwise", deed.path, expected, f"{deed.kind} {deed.id}")
