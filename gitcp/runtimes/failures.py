"""Whose fault it is when a model could not be asked: the provider's for a moment, the set-up's, or the agent's own."""

import re
from typing import Final

from gitcp.model.runs import FailureClass

_FOR_A_MOMENT: Final = frozenset({408, 409, 425, 429})
_OF_THE_REQUEST: Final = frozenset({400, 413, 422})
_ERRORS: Final = 400
_OF_THE_SERVER: Final = 500
_MOMENTARY: Final = re.compile(
    r"overload|rate.?limit|too many requests|high demand|try again|temporar|timed? ?out|unavailable|resource.?exhausted|internal server"
    r"|connection|(?:usage|session|weekly|hour) limit|connect error|network|fetch failed|socket|stream (?:disconnected|error|closed|ended)|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|exceeded retry",
    re.IGNORECASE,
)
# The account is not signed in, or has no money left: no agent can do anything about it, whatever status it comes with.
_OF_THE_ACCOUNT: Final = re.compile(
    r"credit balance|insufficient.?(?:quota|funds|credits)|billing hard limit|not logged in|please run /login|invalid api key|authentication.?(?:error|failed)|unauthori[sz]ed"
    r"|oauth token (?:has )?(?:expired|been revoked)",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"\b(?:status|code|error|http)\D{0,12}([45]\d\d)\b", re.IGNORECASE)


def failure_of(message: str, status: int | None = None) -> FailureClass:
    """Judge an error by what it says of the account, by its HTTP status, or else by its words; what says none of them is the agent's."""
    if _OF_THE_ACCOUNT.search(message):
        return FailureClass.PLATFORM
    if status is None and (found := _STATUS.search(message)):
        status = int(found[1])
    if status is not None and status >= _ERRORS:
        return _of_status(status)
    return FailureClass.TRANSIENT if _MOMENTARY.search(message) else FailureClass.AGENT


def _of_status(status: int) -> FailureClass:
    if status in _FOR_A_MOMENT or status >= _OF_THE_SERVER:
        return FailureClass.TRANSIENT
    return FailureClass.AGENT if status in _OF_THE_REQUEST else FailureClass.PLATFORM
