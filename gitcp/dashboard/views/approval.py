"""What people are asked to agree to: the change exactly as it would be, who asks and why, and who still has to decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gitcp.core.approvals import content_hash, counting, missing, to_come
from gitcp.core.identity import PROMISES, assurance_of
from gitcp.core.patterns import fits
from gitcp.core.unified import unified
from gitcp.dashboard import links, words
from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.refs import Ref, member_ref, titled_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.facts import Fact
from gitcp.dashboard.words import Badge
from gitcp.model.guards import Approval, ApprovalStatus, Budget, Decision, Gate, Policy, ProposedFile

# What a page can show, and what can be compared while somebody waits for the site.
MOST_LINES: Final = 1_000
LARGEST: Final = 100_000
# A longer difference is folded.
FOLDED_FROM: Final = 40
_KINDS: Final = {"+": "added", "-": "removed", "@": "place"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a difference; `kind` is a class of the style sheet."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What becomes of one file; `note` says what of it is not shown, `size` how much changes."""

    verb: str
    path: str
    lines: tuple[Line, ...]
    note: str | None = None
    size: str = ""

    @property
    def is_short(self) -> bool:
        """Whether a reader sees it without asking for it."""
        return len(self.lines) <= FOLDED_FROM


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
    """A request, and all that somebody has to know who decides it.

    `told`: what the change comes to, in sentences; `is_open`: it waits for decisions.
    """

    id: str
    title: str
    status: Badge
    by: Ref
    need: str
    description: Markup | None
    told: tuple[str, ...]
    files: tuple[FileChange, ...]
    facts: tuple[Fact, ...]
    said: tuple[Said, ...]
    waits: tuple[Ref, ...]
    options: tuple[str, ...]
    over: Markup | None
    is_open: bool


def approval_view(register: Register, approval: Approval, prose: Prose) -> ApprovalView:
    """Show a request."""
    is_pending = approval.status is ApprovalStatus.PENDING
    return ApprovalView(
        id=approval.id,
        title=approval.title,
        status=words.APPROVAL_STATUS[approval.status],
        by=member_ref(register, approval.requested_by),
        need=need(register, approval),
        description=prose.block(approval.description, below=2),
        told=tuple(register.site.told_of(approval)),
        files=changes(register, approval),
        facts=tuple(_facts(register, approval)),
        said=tuple(_said(register, approval, made, prose) for made in approval.decisions),
        waits=waits(register, approval),
        options=approval.options,
        over=_over(approval, prose),
        is_open=is_pending,
    )


def need(register: Register, approval: Approval) -> str:
    """Say how many have approved, of how many that must."""
    given = approval.quorum - missing(register.snapshot, approval)
    return f"{given} of {approval.quorum} approved"


def waits(register: Register, approval: Approval) -> tuple[Ref, ...]:
    """Return who may decide a request and has not; nobody once it is over."""
    if approval.status is not ApprovalStatus.PENDING:
        return ()
    return tuple(member_ref(register, name) for name in to_come(register.snapshot, approval))


def changes(register: Register, approval: Approval) -> tuple[FileChange, ...]:
    """Show what a request would do to files, exactly."""
    return tuple(_file(register, approval, file) for file in approval.change)


def _file(register: Register, approval: Approval, file: ProposedFile) -> FileChange:
    verb = "New" if file.base is None else "Removed" if file.text is None else "Changed"
    before = register.site.text_of(file.base) if file.base else None
    if max(len(before or ""), len(file.text or "")) > LARGEST:
        return FileChange(verb, file.path, (), f"Too large for a page: gitcp approval show {approval.id}")
    found = [Line(_kind(line), line) for line in unified(file.path, before, file.text)]
    note = _left_out(approval, file, before, len(found))
    return FileChange(verb, file.path, tuple(found[:MOST_LINES]), note, _size(found))


def _size(lines: Sequence[Line]) -> str:
    added, removed = (sum(line.kind == kind for line in lines) for kind in ("added", "removed"))
    return f"+{added:,} \u2212{removed:,}"


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
    for policy, place, gate in gates_that_ask(register, approval):
        reason = f": {gate.reason}" if gate.reason else ""
        by = Ref(f"policy {policy.id}", links.policy_place(policy.id))
        yield Fact("Wanted by", ref=by, text=f"{place}{reason}")
    if approval.budget:
        known = register.snapshot.get(Budget, approval.budget) is not None
        href = links.budget_page(approval.budget) if known else None
        yield Fact("Wanted by", ref=Ref(f"budget {approval.budget}", href))
    yield from _about(register, approval)
    yield Fact("Approvers", text=", ".join(approval.approvers) or "any person but who asks")
    yield Fact("Quorum", text=str(approval.quorum))
    if approval.expires:
        yield Fact("Until", stamp=clock.stamp(approval.expires))
    yield Fact("Binds to", text=content_hash(approval), code=True)
    level = assurance_of(snapshot)
    yield Fact("Assurance", text=f"{level.value}: {PROMISES[level]}")


def _about(register: Register, approval: Approval) -> Iterator[Fact]:
    if approval.task:
        yield Fact("Task", ref=titled_ref(register, approval.task))
    if approval.run:
        yield Fact("Run", ref=Ref(approval.run, register.find(approval.run), "run"))
    if approval.document:
        yield Fact("Document", text=approval.document)
    if approval.content:
        yield Fact("Of state", text=approval.content, code=True)


def gates_that_ask(register: Register, approval: Approval) -> Iterator[tuple[Policy, str, Gate]]:
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


def _over(approval: Approval, prose: Prose) -> Markup | None:
    found = approval.withdrawn
    if found is None:
        return None
    return prose.line(f"By @{found.by}: {found.reason}" if found.reason else f"By @{found.by}.")


def commands(approval: Approval) -> tuple[str, ...]:
    """Return what decides a request, as one types it."""
    chosen = ' --option "OPTION"' if approval.options else ""
    return (
        f"gitcp approval decide {approval.id} --approve{chosen}",
        f'gitcp approval decide {approval.id} --reject -m "WHY"',
    )
