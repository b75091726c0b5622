"""Whether it is the same time here and at GitHub."""

from collections.abc import Iterator

from gitcp.control.clocks import compared, read_date
from gitcp.control.finding import Finding
from gitcp.control.github.looks.scene import Scene


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether the clocks agree."""
    theirs = read_date(scene.client.wire.date())
    if theirs is not None:
        yield compared("github clock", scene.plane.clock.now(), theirs, "at GitHub")
