"""What `gitcp doctor` sees on GitHub: the workflows, the branch, the site, secrets, minutes, the time. Nothing is changed there.

Rule: what a token may not see is a finding that names the right, and never an error; who is not there to be asked is asked once.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from gitcp.control.finding import Finding, State
from gitcp.control.github.looks import branch, clock, installed, minutes, runs, secrets, site
from gitcp.control.github.looks.rules import is_beyond_plan
from gitcp.control.github.looks.scene import Scene
from gitcp.control.github.repository import address, client_of, repository_of
from gitcp.control.plane import Plane
from gitcp.errors import ForgeError, GitcpError
from gitcp.github.access import ROOT, ROOT_VARIABLE
from gitcp.github.client import Client
from gitcp.model.company import ForgeKind

_NOT_SEEN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class _Look:
    """One look, what it is about, and the right of a token that it needs. `is_of_jobs`: it makes sense where workflows of gitcp's are."""

    about: str
    right: str
    see: Callable[[Scene], Iterator[Finding]]
    is_of_jobs: bool = True


_LOOKS: Final = (
    _Look("github clock", "metadata: read", clock.look, is_of_jobs=False),
    _Look("github workflows", "contents: read", installed.look, is_of_jobs=False),
    _Look("github actions", "administration: read", installed.look_at_switch),
    _Look("github workflows", "actions: read", runs.look_at_states),
    _Look("github schedule", "actions: read", runs.look),
    _Look("github branch", "contents: read", branch.look, is_of_jobs=False),
    _Look("github pages", "pages: read", site.look),
    _Look("github secrets", "secrets: read", secrets.look),
    _Look("github variables", "variables: read", secrets.look_at_variables),
    _Look("github default rights", "administration: read", installed.look_at_rights),
    _Look("github minutes", "actions: read", minutes.look),
)


def look(plane: Plane) -> Iterator[Finding]:
    """Yield what is to be seen, where the company is on GitHub at all."""
    environ = _named(plane, os.environ)
    if environ is None:
        return
    try:
        scene = _scene(plane, environ)
    except GitcpError as error:
        yield Finding("github", State.WARNING, error.message, error.hint)
        return
    yield Finding("github", State.OK, f"{scene.repository.full_name}, {_kind(scene)}")
    for each in _LOOKS:
        if each.is_of_jobs and not scene.has_workflows:
            continue
        try:
            yield from each.see(scene)
        except ForgeError as error:
            yield _unseen(each, error)
            if error.status is None:
                return


def _named(plane: Plane, environ: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the environment with the repository named in it, if the company is on GitHub."""
    company, root = plane.snapshot().company, environ.get(ROOT_VARIABLE) or ROOT
    forge = company.forge if company else None
    here = repository_of(address(plane), root)
    if here is None and (forge is None or forge.kind is not ForgeKind.GITHUB):
        return None
    named = environ.get("GITHUB_REPOSITORY") or here or (repository_of(forge.url, root) if forge else None)
    return {**environ, **({"GITHUB_REPOSITORY": named} if named else {})}


def _scene(plane: Plane, environ: Mapping[str, str]) -> Scene:
    company = plane.snapshot().company
    if company is None:
        raise GitcpError("gitcp.yaml: cannot be read, and says what should be on GitHub", hint="gitcp check")
    client = _once(client_of(plane, environ))
    return Scene.of(plane, client, company, client.repository(), environ)


def _once(client: Client) -> Client:
    # A doctor says that nobody answers; it does not wait for a better day.
    return replace(client, wire=replace(client.wire, pauses=()))


def _kind(scene: Scene) -> str:
    found = scene.repository
    return ("private" if found.private else "public") + (", archived" if found.archived else "")


def _unseen(each: _Look, error: ForgeError) -> Finding:
    if error.status not in _NOT_SEEN or is_beyond_plan(error):
        return Finding(each.about, State.WARNING, error.message, error.hint)
    return Finding(
        each.about,
        State.WARNING,
        f"this token may not look: it needs the right `{each.right}`",
        "give GITHUB_TOKEN that right, or sign in as who administers the repository: gh auth login",
    )
