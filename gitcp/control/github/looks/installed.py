"""Whether the workflows on the branch are those that this gitcp writes, and whether GitHub lets workflows run."""

from collections.abc import Iterator
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene
from gitcp.control.github.workflows import is_as_written

ABOUT: Final = "github workflows"
_RENEW: Final = "gitcp github install, then commit and push"


def look(scene: Scene) -> Iterator[Finding]:
    """Yield whether they are there and up to date, and what will not work in jobs."""
    if not scene.has_workflows:
        yield Finding(ABOUT, State.OK, "none tick here; gitcp github install would write some")
        return
    lacking = sorted(scene.wanted.keys() - scene.there.keys())
    other = [path for path, text in sorted(scene.there.items()) if text != scene.wanted[path]]
    edited = [path for path in other if not is_as_written(scene.there[path])]
    old = [path for path in other if path not in edited]
    if lacking or old:
        told = [f"missing: {', '.join(lacking)}"] if lacking else []
        told += [f"not as this gitcp writes them: {', '.join(old)}"] if old else []
        yield Finding(ABOUT, State.WARNING, "; ".join(told), _RENEW)
    elif not edited:
        yield Finding(ABOUT, State.OK, "are on the branch as this gitcp writes them")
    if edited:
        yield Finding(ABOUT, State.OK, f"edited by hand, and kept: {', '.join(edited)}")
    for obstacle in scene.facts.obstacles:
        yield Finding(ABOUT, State.WARNING, obstacle, "mend it: see docs/github.md")


def look_at_switch(scene: Scene) -> Iterator[Finding]:
    """Yield whether workflows may run at all."""
    found, about = scene.client.actions_rights(), "github actions"
    if not found.enabled:
        message = "are switched off for this repository: no workflow runs"
        yield Finding(about, State.ERROR, message, f"allow them: {scene.settings('actions')}")
    elif found.allowed_actions == "local_only":
        message = "may use no actions but those of the same owner: gitcp's workflows use actions/checkout and others of GitHub's"
        remedy = f"allow actions that GitHub made: {scene.settings('actions')}"
        yield Finding(about, State.ERROR, message, remedy)
    else:
        yield Finding(about, State.OK, "are on")


def look_at_rights(scene: Scene) -> Iterator[Finding]:
    """Yield what workflows get that ask for nothing."""
    found, about = scene.client.workflow_rights(), "github default rights"
    remedy = scene.settings("actions")
    if found.default_workflow_permissions == "write":
        message = (
            "a workflow that asks for nothing may write to the repository; gitcp's ask for what they need"
        )
        yield Finding(about, State.WARNING, message, f"let them read: {remedy}")
    else:
        yield Finding(about, State.OK, "a workflow that asks for nothing may only read")
    if found.can_approve_pull_request_reviews and scene.is_protected:
        message = "workflows may approve pull requests, and so take the place of a person"
        yield Finding(about, State.WARNING, message, f"take that right away: {remedy}")
