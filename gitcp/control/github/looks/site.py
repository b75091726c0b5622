"""Whether the dashboard can be on GitHub Pages, and who reads it there."""

from collections.abc import Iterator
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene

ABOUT: Final = "github pages"


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether Pages are on, built by workflows, and for whom."""
    if ".github/workflows/pages.yml" not in scene.there:
        return
    found, remedy = (
        scene.client.pages(),
        f"{scene.settings('pages')}: Source: GitHub Actions; or take pages.yml out",
    )
    if found is None and scene.may_hide:
        message = "are off, or may not be seen: that needs the right `pages: read`"
        yield Finding(ABOUT, State.WARNING, message, remedy)
        return
    if found is None:
        yield Finding(ABOUT, State.WARNING, "are off: the workflow of the dashboard fails", remedy)
        return
    if found.build_type != "workflow":
        message = "show a branch, and not what the workflow of the dashboard builds"
        yield Finding(ABOUT, State.WARNING, message, remedy)
    elif found.public and scene.repository.private:
        message = f"{found.html_url or 'the site'}: anybody may read it, although the repository is private"
        remedy = f"{scene.settings('pages')}: Visibility, where your plan has it; or take pages.yml out"
        yield Finding(ABOUT, State.WARNING, message, remedy)
    else:
        who = "anybody may read it" if found.public else "who may read the repository may read it"
        yield Finding(ABOUT, State.OK, f"{found.html_url or 'are on'}: {who}")
