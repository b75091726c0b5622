"""Whether the secrets and variables are there that workflows refer to; by their names, for nobody is told what they hold."""

from collections.abc import Iterator
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks.scene import Scene
from gitcp.control.github.workflows import Credential, own_secrets

ABOUT: Final = "github secrets"
_DELIVERY: Final = "GITCP_DELIVERY_TOKEN"
_OPTIONAL: Final = frozenset({_DELIVERY, "GITCP_READ_TOKEN"})


def look(scene: Scene) -> Iterator[Finding]:
    """Yield the secrets that are not there."""
    there, own = scene.client.secrets(), own_secrets(scene.facts, scene.choices)
    needed = [*scene.facts.secrets, *(name for name in own if name not in _OPTIONAL)]
    lacking = [name for name in needed if name not in there]
    for name in lacking:
        message = f"{name} is none of the repository's; one of the organisation's is not seen from here"
        yield Finding(ABOUT, State.WARNING, message, f"gh secret set {name}")
    if not lacking:
        told = f"are there: {', '.join(needed)}" if needed else "none are needed"
        yield Finding(ABOUT, State.OK, told)
    if _DELIVERY in own and _DELIVERY not in there and scene.company.repositories:
        message = f"{_DELIVERY} is not there: what agents write is delivered only where anybody may push"
        remedy = f"gh secret set {_DELIVERY}, a token that may push to the execution repositories"
        yield Finding(ABOUT, State.WARNING, message, remedy)


def look_at_variables(scene: Scene) -> Iterator[Finding]:
    """Yield whether the App is named, where an App pushes."""
    if scene.choices.credential is Credential.APP and "GITCP_APP_ID" not in scene.client.variables():
        message = "GITCP_APP_ID is none of the repository's"
        yield Finding("github variables", State.WARNING, message, "gh variable set GITCP_APP_ID")
