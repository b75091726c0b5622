"""One line of a record's facts."""

from collections.abc import Iterator
from typing import NamedTuple

from gitcp.dashboard.figures import Stamp
from gitcp.dashboard.refs import Ref
from gitcp.model.runs import Run


class Fact(NamedTuple):
    """A label, and text, a link or a time; whichever there is. `code`: the text is a name in a repository or a program. `url` leads out of the site."""

    label: str
    text: str = ""
    ref: Ref | None = None
    stamp: Stamp | None = None
    tone: str = "plain"
    code: bool = False
    url: str | None = None


def compared(run: Run | None) -> Iterator[Fact]:
    """Show where the forge compares what a run delivered; a record that says anything but an address of the web is not linked."""
    url = run.compare_url if run else None
    if url:
        yield Fact("Compare", text=url, url=url if url.startswith("https://") else None)
