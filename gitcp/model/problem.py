"""A problem: something wrong in the repository, told so that a person can mend it."""

from dataclasses import dataclass, field
from enum import StrEnum

from gitcp.errors import Consent


class Severity(StrEnum):
    """Whether the record is inert, or works but deserves a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong at one place.

    `where` is the way down into the file (`heartbeat.cron`, `blocked_by[2]`); `line` counts from 1, 0 if unknown. `record` is `(kind, id)`
    when the path names one: that record is inert if the severity is an error. `consent`: what a gate wants, if that would admit the change. `commit` and `by`: of a change
    that was judged, which commit made it, and who wrote that, as it says.
    """

    path: str
    line: int = 0
    where: str = ""
    message: str = ""
    hint: str = ""
    severity: Severity = Severity.ERROR
    record: tuple[str, str] | None = None
    consent: Consent | None = field(default=None, compare=False)
    commit: str | None = field(default=None, compare=False)
    by: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """Write it as one line: place, message; the hint is told apart."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"
