"""The feeds: what happened last, with warnings of budgets, and what people are asked to agree to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gitcp.dashboard import links, operations, words
from gitcp.dashboard.atom import Feed, Item, document
from gitcp.dashboard.facts import fact
from gitcp.dashboard.places import Named, named, ref_of
from gitcp.dashboard.refs import member_ref
from gitcp.dashboard.register import Register
from gitcp.dashboard.thresholds import passed
from gitcp.dashboard.views.approvals import is_over, over_at
from gitcp.dashboard.views.log import MOST_RECORDS, part_at
from gitcp.dashboard.views.timeline import who_made
from gitcp.model.base import format_instant
from gitcp.model.guards import Approval
from gitcp.model.history import Entry
from gitcp.model.snapshot import ever

NEWEST: Final = 100
LONGEST: Final = 2_000


def events(register: Register) -> bytes:
    """Write the feed of what happened: the newest commits, and thresholds that budgets have passed."""
    entries = register.entries[:NEWEST]
    items = [_commit(register, entry, at) for at, entry in enumerate(entries)]
    items.extend(_warnings(register))
    return _feed(register, "events", "what happened", links.FEED, links.LOG, items)


def asked(register: Register) -> bytes:
    """Write the feed of requests, decisions, and what became of them."""
    found = [item for each in _latest(register, "") for item in _said(register, register.approval(each))]
    return _feed(register, "approvals", "approvals", links.APPROVALS_FEED, links.APPROVALS, found)


def _feed(register: Register, name: str, title: str, path: str, page: str, items: Sequence[Item]) -> bytes:
    company = register.snapshot.company
    newest = sorted(items, key=lambda item: item.at, reverse=True)[:NEWEST]
    called = register.site.title or (company.name if company else "gitcp")
    feed = Feed(name, _first(register, ""), f"{called}: {title}", path, page, newest)
    return document(feed, register.site.base_url)


@fact("first-commit")
def _first(register: Register, _: str) -> str:
    """Name the company by its first commit, which stays whatever it is called and wherever it is read."""
    log = register.log
    return log[len(log) - 1].revision if len(log) else "unborn"


def _commit(register: Register, entry: Entry, at: int) -> Item:
    who = who_made(register, entry).text
    pages = dict.fromkeys(ref_of(register, each).href for each in _about(entry))
    return Item(
        name=f"commit/{entry.revision}",
        title=f"{who}: {entry.subject}",
        at=entry.at,
        author=who,
        path=f"{links.log_page(part_at(register, at))}#{links.commit_anchor(entry.revision)}",
        summary=entry.trailers.get("Gitcp-Reason", ""),
        category=operations.told(entry.trailers.get("Gitcp-Op")),
        related=tuple(page for page in pages if page),
    )


def _about(entry: Entry) -> Iterable[Named]:
    """Name the first records that a commit is about."""
    found: dict[Named, None] = {}
    for path in entry.paths:
        found[named(path)] = None
        if len(found) == MOST_RECORDS:
            break
    return found


def _warnings(register: Register) -> Iterator[Item]:
    for each in passed(register, ""):
        since = format_instant(each.since) if each.since else "ever"
        what, is_gone = words.METRIC[each.metric].lower(), each.level >= 1
        told = f"has no {what} left" if is_gone else f"has used {each.level:.0%} of its {what}"
        yield Item(
            name=f"budget/{each.budget}/{since}/{each.metric}/{each.level}",
            title=f"Budget {each.budget} {told}",
            at=each.at,
            author="gitcp",
            path=links.budget_page(each.budget),
            category="budget warning",
        )


# approvals


@fact("asked-lately")
def _latest(register: Register, _: str) -> Sequence[str]:
    """Return the requests about which something was said last."""
    known = sorted(
        ever(register.site.snapshot, Approval), key=lambda each: (_last(each), each.id), reverse=True
    )
    return [each.id for each in known[:NEWEST]]


def _last(approval: Approval) -> str:
    times = [approval.requested_at, over_at(approval), *(made.at for made in approval.decisions)]
    return max(times).isoformat()


def _said(register: Register, approval: Approval | None) -> Iterator[Item]:
    if approval is None:
        return
    base, path = f"approval/{approval.id}", links.approval_page(approval.id)
    who = member_ref(register, approval.requested_by).text
    title = f"{approval.id} {approval.title}"
    yield Item(
        base, f"{who} asks: {title}", approval.requested_at, who, path, _cut(approval.description), "request"
    )
    for made in approval.decisions:
        by, word = member_ref(register, made.by).text, words.DECISION[made.verdict].label.lower()
        name = f"{base}/{made.by}/{format_instant(made.at)}"
        yield Item(name, f"{by} {word}: {title}", made.at, by, path, _cut(made.comment), "decision")
    if is_over(approval):
        gone = approval.withdrawn
        by = member_ref(register, gone.by).text if gone else "gitcp"
        word = words.APPROVAL_STATUS[approval.status].label
        reason = _cut(gone.reason if gone else None)
        yield Item(f"{base}/over", f"{word}: {title}", over_at(approval), by, path, reason, "outcome")


def _cut(text: str | None) -> str:
    told = (text or "").strip()
    return told if len(told) <= LONGEST else f"{told[:LONGEST]} …"
