"""What `gitcp doctor` found of one thing."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing; `remedy` is the next step."""

    about: str
    state: State
    message: str
    remedy: str | None = None
