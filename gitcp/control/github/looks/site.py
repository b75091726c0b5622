"""Whether the dashboard can be on GitHub Pages, and who reads it there."""

from collections.abc import Iterator
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene
from gitcp.errors import ForgeError

ABOUT: Final = "github pages"
_SWITCH: Final = "GITCP_PAGES"


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether Pages are on, built by workflows, and for whom."""
    if ".github/workflows/pages.yml" not in scene.there:
        return
    found = scene.client.pages()
    remedy = f"{scene.settings('pages')}: Source: GitHub Actions; or: gh variable set {_SWITCH} --body off"
    if found is None and _is_off(scene):
        yield Finding(ABOUT, State.OK, f"are not wanted: the variable {_SWITCH} is off")
        return
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


def _is_off(scene: Scene) -> bool:
    try:
        return scene.client.variables().get(_SWITCH) == "off"
    except ForgeError as error:
        if error.status is None:
            raise
        return False  # what may not be seen is not switched off
