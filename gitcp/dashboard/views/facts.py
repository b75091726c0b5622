"""One line of a record's facts."""

from dataclasses import dataclass

from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.refs import Ref


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, and text, a link or a time; whichever there is. `code`: the text is a name in a repository or a program."""

    label: str
    text: str = ""
    ref: Ref | None = None
    stamp: Stamp | None = None
    tone: str = "plain"
    code: bool = False
