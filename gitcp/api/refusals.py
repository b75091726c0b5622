"""Errors as answers: problem details (RFC 9457) with a kind for programs and the next step for readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
TYPE: Final = "urn:gitcp:problem:"

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
    """A status, a JSON object and headers beside the usual ones."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


class RefusedError(Exception):
    """A request that is answered before it is looked at any closer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refusal(status: int, kind: str, message: str, hint: str | None = None, **headers: str) -> Answer:
    """Return an error as an answer; in the names of headers `_` stands for `-`."""
    body = {
        "type": f"{TYPE}{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "status": status,
        "detail": message,
        "kind": kind,
        "hint": hint,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, named, PROBLEM)


def bad_request(message: str) -> RefusedError:
    """Return the refusal of what is not well formed."""
    return RefusedError(refusal(400, "bad-request", message))


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
