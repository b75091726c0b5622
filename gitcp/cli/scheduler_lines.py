"""What `gitcp scheduler` says, line by line."""

from collections.abc import Sequence

from gitcp.cli.output import say
from gitcp.control.events import Event, words_of
from gitcp.control.health import Health
from gitcp.model.runs import Run


class Lines:
    """Says what happens; how things stand is nothing new."""

    def tell(self, event: Event) -> None:
        """Say it in a line."""
        say(words_of(event))

    def show(self, health: Health, running: Sequence[Run]) -> None:
        """Say nothing."""
