"""What an audit finds, as issues: one for each thing that is wrong, brought up to date, closed when it is right.

Rule: an issue is ours if the token's owner or a job wrote it, and it begins with our mark; no other is touched. What a person closed as not planned, or as a duplicate, stays closed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gitcp.github.answers import Issue
from gitcp.github.client import Client

LABEL: Final = "gitcp-audit"
MOST_OPEN: Final = 50
MORE: Final = "more"
_MARK: Final = re.compile(r"<!-- gitcp:audit ([a-z0-9/ -]{1,200}) -->")
# Known only as long as it is remembered what was verified before: to forget that mends nothing.
_LASTING: Final = ("history/rewritten ",)
_KNOWN: Final = frozenset({"not_planned", "duplicate"})
_AGAIN: Final = "The audit still finds this, so it is open again. To keep it closed although it is so, close it as not planned."
_GONE: Final = "The audit does not find this any more."
_TWIN: Final = "This is the same as #{number}."


@dataclass(frozen=True, slots=True)
class Wanted:
    """An issue as it should be. `key`: what is wrong, in lower-case letters, digits, dashes, slashes and spaces."""

    key: str
    title: str
    body: str

    @property
    def text(self) -> str:
        """The text with the mark by which it is found again."""
        return f"<!-- gitcp:audit {self.key} -->\n{self.body}"


@dataclass(slots=True)
class Brought:
    """What was done to which issues, by number. `acknowledged`: closed by people, and left so. `left`: what there was no room for."""

    opened: list[int] = field(default_factory=list)
    reopened: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong but what people know of."""
        return not (self.opened or self.reopened or self.updated or self.kept or self.left)


def bring_in_line(
    client: Client, wanted: Sequence[Wanted], more: Callable[[int], Wanted], *, is_in_job: bool
) -> Brought:
    """Open, update and close issues so that there is one for each thing that is wrong; `more` says how many there is no room for.

    Raises:
        ForgeError: GitHub refuses it; what was done before is done, and to do it again goes on from there.
    """
    ours, twins = _ours(client, client.logins(is_in_job=is_in_job))
    lining = _Lining(client, Brought())
    for twin, number in twins:
        lining.close(twin, _TWIN.format(number=number))
    known = [each for each in wanted if each.key in ours]
    for each in known:
        lining.update(ours[each.key], each)
    room = max(MOST_OPEN - len(lining.open), 0)
    unknown = [each for each in wanted if each.key not in ours]
    for each in unknown[:room]:
        lining.open_new(each)
    lining.brought.left.extend(each.key for each in unknown[room:])
    if lining.brought.left:
        lining.rest(ours.get(MORE), more(len(lining.brought.left)))
    keys = {each.key for each in wanted} | ({MORE} if lining.brought.left else set())
    for key in ours.keys() - keys:
        if not key.startswith(_LASTING):
            lining.close(ours[key], _GONE)
    return lining.brought


def _ours(client: Client, logins: frozenset[str]) -> tuple[Mapping[str, Issue], Sequence[tuple[Issue, int]]]:
    """Return our issues by what they are about, and those that are about the same again, with the number of the one that counts: the oldest open one."""
    found: dict[str, Issue] = {}
    twins: list[tuple[Issue, int]] = []
    issues = sorted(
        client.issues(label=LABEL, state="all"), key=lambda each: (each.state != "open", each.number)
    )
    for issue in issues:
        mark = _MARK.fullmatch(issue.body.partition("\n")[0].rstrip("\r"))
        if mark is None or issue.user is None or issue.user.login not in logins:
            continue
        if mark[1] in found:
            twins.append((issue, found[mark[1]].number))
        else:
            found[mark[1]] = issue
    return found, twins


@dataclass(frozen=True, slots=True)
class _Lining:
    client: Client
    brought: Brought

    @property
    def open(self) -> list[int]:
        done = self.brought
        return [*done.opened, *done.reopened, *done.updated, *done.kept]

    def open_new(self, wanted: Wanted) -> None:
        self.brought.opened.append(self.client.open_issue(wanted.title, wanted.text, [LABEL]).number)

    def rest(self, issue: Issue | None, wanted: Wanted) -> None:
        if issue is None:
            self.open_new(wanted)
        else:
            self.update(issue, wanted)

    def update(self, issue: Issue, wanted: Wanted) -> None:
        if issue.state != "open" and issue.state_reason in _KNOWN:
            self.brought.acknowledged.append(issue.number)
            return
        fields = _differing(issue, wanted)
        if issue.state != "open":
            self.client.comment(issue.number, _AGAIN)
            self.client.edit_issue(issue.number, state="open", state_reason="reopened", **fields)
            self.brought.reopened.append(issue.number)
        elif fields:
            self.client.edit_issue(issue.number, **fields)
            self.brought.updated.append(issue.number)
        else:
            self.brought.kept.append(issue.number)

    def close(self, issue: Issue, why: str) -> None:
        if issue.state == "open":
            self.client.comment(issue.number, why)
            self.client.edit_issue(issue.number, state="closed", state_reason="completed")
            self.brought.closed.append(issue.number)


def _differing(issue: Issue, wanted: Wanted) -> dict[str, str]:
    fields = {} if issue.title == wanted.title else {"title": wanted.title}
    same = issue.body.replace("\r\n", "\n").strip() == wanted.text.replace("\r\n", "\n").strip()
    return fields if same else fields | {"body": wanted.text}
