"""Errors as answers: a status, a kind for programs, a message and the next step for readers."""

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from gitcp.errors import (
    ConflictError,
    EditedFileError,
    GitcpError,
    IllegalTransitionError,
    NotAllowedError,
    RecordError,
    RemoteError,
    UnknownRecordError,
)

STATUSES: Final[dict[type[GitcpError], int]] = {
    RecordError: 422,
    UnknownRecordError: 404,
    IllegalTransitionError: 409,
    NotAllowedError: 403,
    ConflictError: 409,
    EditedFileError: 409,
    RemoteError: 503,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON object."""

    status: int
    body: dict[str, Any]


def refusal(status: int, kind: str, message: str, hint: str | None = None) -> Answer:
    """Return an error as an answer."""
    return Answer(status, {"error": {"kind": kind, "message": message, "hint": hint}})


def refused(error: GitcpError) -> Answer:
    """Return the answer for an expected failure; its kind is the name of its class."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 409)
    return refusal(status, kind_of(type(error)), error.message, error.hint)


def kind_of(error: type[GitcpError]) -> str:
    """Return the word for a class of errors: `NotAllowedError` is `not-allowed`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__.removesuffix("Error")).lower()


def misfit(about: str, error: ValidationError) -> RecordError:
    """Return all that is wrong with given fields, as one error."""
    told = []
    for problem in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in problem["loc"]) or "the body"
        told.append(f"{where}: {str(problem['msg']).removeprefix('Value error, ')}")
    return RecordError(
        f"{about}: {'; '.join(sorted(told))}", hint="GET /v1/openapi.json tells what is expected"
    )
