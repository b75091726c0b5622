"""A proposal on GitHub, told where people decide on it: a status on its commit, and one comment that is kept up to date.

Rule: what is said of a commit holds for the record branch alone, since the status of a commit counts in every pull request that has it; and
no comment but our own is ever touched.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Final

from gitcp.control.proposals import Proposal, propose
from gitcp.errors import ForgeError, GitcpError
from gitcp.github.answers import Comment, Pull
from gitcp.github.client import LONGEST_BODY, Client
from gitcp.store.states import States

CONTEXT: Final = "gitcp/check"
MARKER: Final = "<!-- gitcp:check -->"


class State(StrEnum):
    """What a status says; `error`: it could not be found out."""

    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: which pull request, its commit as the event told it, the commit that it is for, and the record branch with its tip."""

    number: int
    head: str
    base: str
    branch: str
    tip: str


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of it: the status with its description, and the comment. `page`: where a person reads more."""

    state: State
    description: str
    comment: str
    page: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a word. `comment`: its address, none where the pull request has another commit by now, of which a later check tells."""

    word: Word
    comment: str | None


def pull_of(client: Client, subject: Subject) -> Pull:
    """Return the pull request.

    Raises:
        ForgeError: it is for another branch than that of the record, or cannot be read.
    """
    pull = client.pull(subject.number)
    if pull.base.ref != subject.branch:
        raise ForgeError(
            f"pull request {subject.number} is for {pull.base.ref}: expected one for {subject.branch}, the record branch",
            hint="what is said of its commit would count in pull requests for the record branch as well",
        )
    return pull


def proposal_of(place: Path, subject: Subject, now: datetime) -> Proposal:
    """Say what the proposal is about.

    Raises:
        GitcpError: it cannot be judged, or is held against a commit that the record branch does not have.
    """
    with States.open(place) as states:
        base, tip = states.at(subject.base), states.at(subject.tip)
        if states.merge_base(tip, base).commit.oid != base.commit.oid:
            raise GitcpError(
                f"{subject.base}: expected a commit of {subject.branch}, found one that is not in it",
                hint="name the commit of the record branch that the pull request is for",
            )
    return propose(place, subject.base, subject.head, now)


def say(client: Client, subject: Subject, word: Word, *, is_in_job: bool) -> Said:
    """Set the status, and write the comment unless the pull request has another commit by now.

    Raises:
        ForgeError: GitHub refuses it; the status is set first, and stands.
    """
    client.set_status(subject.head, word.state, CONTEXT, word.description, word.page)
    if pull_of(client, subject).head.sha != subject.head:
        return Said(word, None)
    marked = [comment for comment in client.comments(subject.number) if _is_marked(comment)]
    ours = _by(marked, client.logins(is_in_job=is_in_job))
    return Said(word, _kept(client, subject.number, f"{MARKER}\n{word.comment}"[:LONGEST_BODY], ours))


def _kept(client: Client, number: int, body: str, ours: list[Comment]) -> str:
    """Let one comment say it, and return its address."""
    if ours:
        first, *others = ours
        kept = first if _same(first.body, body) else client.edit_comment(first.id, body)
    else:
        kept, others = _first(client, number, body)
    for other in others:
        _remove(client, other)
    return kept.html_url


def _first(client: Client, number: int, body: str) -> tuple[Comment, list[Comment]]:
    """Comment, and return the newest of our comments with those before it.

    There are some where another check commented at this moment: both let the newest be. And the token of an App is told its name only here.
    """
    said = client.comment(number, body)
    logins = frozenset({said.user.login}) if said.user else frozenset()
    marked = [comment for comment in client.comments(number) if _is_marked(comment)]
    ours = {comment.id: comment for comment in [*_by(marked, logins), said]}
    kept = ours.pop(max(ours))
    return kept, list(ours.values())


def _remove(client: Client, comment: Comment) -> None:
    try:
        client.delete_comment(comment.id)
    except ForgeError as error:
        if error.status != HTTPStatus.NOT_FOUND:  # another check was first
            raise


def _by(comments: list[Comment], logins: frozenset[str]) -> list[Comment]:
    return [comment for comment in comments if comment.user is not None and comment.user.login in logins]


def _is_marked(comment: Comment) -> bool:
    return comment.body.partition("\n")[0].rstrip("\r") == MARKER


def _same(text: str, other: str) -> bool:
    return text.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
