"""What a commit of gitcp says: a subject for people, trailers for machines; and reading that back."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from gitcp.model.actors import SCHEDULER_EMAIL, SCHEDULER_NAME
from gitcp.model.history import Entry
from gitcp.model.operation import Actor, ActorKind, Call, Edit, Operation
from gitcp.store.objects import Commit, Signature

OPERATION: Final = "Gitcp-Op"
ACTOR: Final = "Gitcp-Actor"
RUN: Final = "Gitcp-Run"
TASK: Final = "Gitcp-Task"
REASON: Final = "Gitcp-Reason"
REQUEST: Final = "Gitcp-Request"
ADMITTED: Final = "Gitcp-Admitted"

_SUBJECT: Final = 72
# What no two commits of a history share; each digit that is not there is half a byte that no packing takes away.
_ABBREVIATED: Final = 16
_VALUE: Final = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_COMMIT = re.compile(r"[0-9a-f]{16}|[0-9a-f]{40}")
_TRAILER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]*):[ \t]*(?P<value>.*)")


def compose(operation: Operation, call: Call, edit: Edit, *, admitted: str | None) -> str:
    """Write the message of an operation's commit."""
    named = (
        (OPERATION, operation.name),
        (ACTOR, call.actor.id),
        (RUN, edit.run or call.actor.run),
        (TASK, edit.task),
        (REASON, edit.reason or call.reason),
        (REQUEST, call.request),
        (ADMITTED, admitted and admitted[:_ABBREVIATED]),
        *edit.trailers,
    )
    subject = one_line(edit.subject, _SUBJECT) or operation.name
    lines = [f"{name}: {one_line(value, _VALUE)}" for name, value in named if value]
    return "\n".join([subject, "", *lines, ""])


def one_line(text: str, longest: int) -> str:
    """Return a text as one line without control characters, shortened where it is too long."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def trailers(message: str) -> dict[str, str]:
    """Return the trailers of a message: its last paragraph, if each line of it is one. The first of a name counts."""
    paragraphs = re.split(r"\n[ \t]*\n", message.strip())
    matches = [_TRAILER.fullmatch(line) for line in paragraphs[-1].splitlines()]
    if len(paragraphs) < 2 or None in matches:  # noqa: PLR2004 - a subject and a paragraph
        return {}
    return {match["name"]: match["value"].strip() for match in reversed(matches) if match}


def admitted(commit: Commit) -> str | None:
    """Return how the name of the commit begins that a commit names as the last admitted one, or none."""
    said = trailers(commit.message).get(ADMITTED, "")
    return said if _COMMIT.fullmatch(said) else None


def author(actor: Actor, at: datetime) -> Signature:
    """Return whose change it is."""
    return Signature(_plain(actor.name) or actor.id, _plain(actor.email) or f"{actor.id}@gitcp.invalid", at)


def committer(actor: Actor, at: datetime) -> Signature:
    """Return who vouches for the commit: the person at the command line, the scheduler otherwise."""
    return (
        author(actor, at)
        if actor.kind is ActorKind.PERSON and not actor.is_vouched
        else Signature(SCHEDULER_NAME, SCHEDULER_EMAIL, at)
    )


def is_scheduler(who: Signature) -> bool:
    """Whether somebody says to be the scheduler."""
    return who.email == SCHEDULER_EMAIL


def is_by_scheduler(commit: Commit) -> bool:
    """Whether the scheduler says that it made the commit."""
    return is_scheduler(commit.committer)


def entry(commit: Commit, paths: Iterable[str]) -> Entry:
    """Return a commit as the history tells it."""
    subject, _, body = commit.message.strip().partition("\n")
    found = trailers(commit.message)
    return Entry(
        revision=commit.oid,
        at=commit.committer.at.astimezone(UTC),
        author=commit.author.name,
        author_email=commit.author.email,
        committer=commit.committer.name,
        committer_email=commit.committer.email,
        subject=subject.strip(),
        body=_without_trailers(body, found).strip(),
        trailers=found,
        paths=tuple(sorted(paths)),
        parents=commit.parents,
    )


def _without_trailers(body: str, found: Mapping[str, str]) -> str:
    return body.strip().rpartition("\n\n")[0] if found else body


def _plain(text: str) -> str:
    return one_line(re.sub(r"[<>]", "", text), 200).strip(" .,:;\"'")
