"""Whether it is the same time here and at GitHub."""

from collections.abc import Iterator
from datetime import UTC

from gitcp.control.clocks import compared
from gitcp.control.finding import Finding
from gitcp.control.github.looks.scene import Scene


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether the clocks agree."""
    theirs = scene.client.wire.date()
    if theirs is not None:
        yield compared("github clock", scene.plane.clock.now(), theirs.astimezone(UTC), "at GitHub")
