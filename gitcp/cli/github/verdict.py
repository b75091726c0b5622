"""What is said of a proposal on GitHub: a state, a line for the status, and a comment."""

from collections.abc import Iterator
from typing import Final

from gitcp.cli.proposal.markdown import LONGEST, inert, markdown
from gitcp.cli.proposal.sections import verdict
from gitcp.control.github.checking import State, Subject, Word
from gitcp.control.proposals import Proposal
from gitcp.core.effects.rulings import Need
from gitcp.core.quoting import code, one_line
from gitcp.errors import GitcpError

_ROOM: Final = 1000  # of a comment, for the marker and the last line
_LINE: Final = 140


def word_on(found: Proposal | GitcpError, subject: Subject, page: str | None, *, strict: bool) -> Word:
    """Say it; an error is why it could not be found out."""
    end = f"\n[The log of this check]({page})\n" if page else ""
    if isinstance(found, GitcpError):
        return Word(
            State.ERROR, one_line(f"Not judged: {found.message}", _LINE), _trouble(found, subject) + end, page
        )
    state, description = _verdict(found, strict=strict)
    return Word(state, one_line(description, _LINE), markdown(found, LONGEST - _ROOM) + end, page)


def _verdict(proposal: Proposal, *, strict: bool) -> tuple[State, str]:
    if proposal.is_refused:
        return State.FAILURE, verdict(proposal)
    if proposal.needs_approval:
        state = State.FAILURE if strict else State.SUCCESS
        needs = (need for ruled in proposal.judged.needed for need in ruled.needs)
        return state, f"Needs agreement of {', '.join(dict.fromkeys(map(_whom, needs)))}"
    return State.SUCCESS, verdict(proposal)


def _whom(need: Need) -> str:
    whom = " or ".join(need.approvers) or "another person"
    return f"{need.quorum} of {whom}" if need.quorum > 1 else whom


def _trouble(error: GitcpError, subject: Subject) -> str:
    return "\n".join(_lines(error, subject))


def _lines(error: GitcpError, subject: Subject) -> Iterator[str]:
    yield "## gitcp: this proposal cannot be judged"
    yield ""
    yield f"{code(subject.head)} against {code(subject.base)}:"
    yield ""
    yield f"- {inert(error.message)}"
    if error.hint:
        yield f"- {inert(error.hint)}"
    yield ""
