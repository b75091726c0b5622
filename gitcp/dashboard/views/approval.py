"""What people are asked to agree to: the change exactly as it would be, who asks and why, and who still has to decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gitcp.core.approvals import counting, deciders, missing
from gitcp.core.identity import PROMISES, assurance_of
from gitcp.core.patterns import fits
from gitcp.core.unified import unified
from gitcp.dashboard import words
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref, titled_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.words import Badge
from gitcp.model.guards import Approval, ApprovalStatus, Decision, Gate, Policy, ProposedFile

# What a page can show, and what can be compared while somebody waits for the site.
MOST_LINES: Final = 1_000
LARGEST: Final = 100_000
_KINDS: Final = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference; `kind` is a class of the style sheet."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one file; `note` says what of it is not shown."""

    verb: str
    path: str
    lines: tuple[Line, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One decision."""

    by: Ref
    at: Stamp
    verdict: Badge
    comment: Markup | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A request, and all that somebody has to know who decides it; `commands` are empty once it is over."""

    id: str
    title: str
    status: Badge
    by: Ref
    need: str
    description: Markup | None
    files: tuple[FileChange, ...]
    facts: tuple[Fact, ...]
    said: tuple[Said, ...]
    waits: tuple[Ref, ...]
    options: tuple[str, ...]
    over: str | None
    commands: tuple[str, ...]


def approval_view(register: Register, approval: Approval, prose: Prose) -> ApprovalView:
    """Show a request."""
    snapshot = register.snapshot
    is_pending = approval.status is ApprovalStatus.PENDING
    given = approval.quorum - missing(snapshot, approval)
    decided = {made.by for made in counting(snapshot, approval)}
    waits = [name for name in deciders(snapshot, approval) if name not in decided] if is_pending else []
    return ApprovalView(
        id=approval.id,
        title=approval.title,
        status=words.APPROVAL_STATUS[approval.status],
        by=member_ref(register, approval.requested_by),
        need=f"{given} of {approval.quorum} approved",
        description=prose.block(approval.description, below=2),
        files=tuple(_file(register, approval, file) for file in approval.change),
        facts=tuple(_facts(register, approval)),
        said=tuple(_said(register, approval, made, prose) for made in approval.decisions),
        waits=tuple(member_ref(register, name) for name in waits),
        options=approval.options,
        over=_over(approval),
        commands=tuple(_commands(approval)) if is_pending else (),
    )


def _file(register: Register, approval: Approval, file: ProposedFile) -> FileChange:
    verb = "New" if file.base is None else "Removed" if file.text is None else "Changed"
    before = register.site.text_of(file.base) if file.base else None
    if max(len(before or ""), len(file.text or "")) > LARGEST:
        return FileChange(verb, file.path, (), f"Too large for a page: gitcp approval show {approval.id}")
    found = [Line(_kind(line), line) for line in unified(file.path, before, file.text)]
    return FileChange(
        verb, file.path, tuple(found[:MOST_LINES]), _left_out(approval, file, before, len(found))
    )


def _left_out(approval: Approval, file: ProposedFile, before: str | None, lines: int) -> str | None:
    if file.base and before is None:
        return (
            f"What it replaces (blob {file.base[:10]}) is not at hand: this is the whole file as it would be."
        )
    if lines > MOST_LINES:
        return f"{lines - MOST_LINES:,} more lines: gitcp approval show {approval.id}"
    return None


def _kind(line: str) -> str:
    is_name = line.startswith(("--- ", "+++ "))
    return "name" if is_name else _KINDS.get(line[:1], "same")


def _facts(register: Register, approval: Approval) -> Iterator[Fact]:
    snapshot, clock = register.snapshot, register.clock
    yield Fact(
        "Asked by", ref=member_ref(register, approval.requested_by), stamp=clock.stamp(approval.requested_at)
    )
    if approval.for_operation:
        yield Fact("Operation", text=approval.for_operation, code=True)
    for policy, place, gate in _gates(register, approval):
        reason = f": {gate.reason}" if gate.reason else ""
        yield Fact("Wanted by", text=f"{place} of policy {policy.id}{reason}")
    if approval.budget:
        yield Fact("Wanted by", text=f"budget {approval.budget}")
    if approval.task:
        yield Fact("Task", ref=titled_ref(register, approval.task))
    yield Fact("Approvers", text=", ".join(approval.approvers) or "any person but who asks")
    yield Fact("Quorum", text=str(approval.quorum))
    if approval.expires:
        yield Fact("Expires", stamp=clock.stamp(approval.expires))
    level = assurance_of(snapshot)
    yield Fact("Assurance", text=f"{level.value}: {PROMISES[level]}")


def _gates(register: Register, approval: Approval) -> Iterator[tuple[Policy, str, Gate]]:
    """Yield the gates in force that ask exactly this of these people; a request does not name its gate."""
    operation = approval.for_operation
    for policy in register.snapshot.all(Policy) if operation else ():
        for at, gate in enumerate(policy.gates):
            is_about = any(fits(pattern, operation or "") for pattern in gate.operations)
            if is_about and (gate.approvers, gate.quorum) == (approval.approvers, approval.quorum):
                yield policy, f"gates[{at}]", gate


def _said(register: Register, approval: Approval, made: Decision, prose: Prose) -> Said:
    counts = made in counting(register.snapshot, approval)
    return Said(
        by=member_ref(register, made.by),
        at=register.clock.stamp(made.at),
        verdict=words.DECISION[made.verdict],
        comment=prose.block(made.comment, below=3),
        note=f"chose {made.option}" if made.option and counts else None if counts else "does not count",
    )


def _over(approval: Approval) -> str | None:
    found = approval.withdrawn
    if found is None:
        return None
    return f"By {found.by}: {found.reason}" if found.reason else f"By {found.by}."


def _commands(approval: Approval) -> Iterator[str]:
    chosen = " --option TEXT" if approval.options else ""
    yield f"gitcp approval decide {approval.id} --approve{chosen}"
    yield f"gitcp approval decide {approval.id} --reject -m TEXT"
