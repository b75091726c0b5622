"""Which repository on GitHub a company lives in."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from gitcp.control.plane import Plane
from gitcp.errors import ForgeError
from gitcp.github.access import ROOT, ROOT_VARIABLE, Access
from gitcp.github.client import Client

_SCP: Final = re.compile(r"(?:[^@/]+@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^:]*)")
_OWNER_AND_NAME: Final = 2


def client_of(plane: Plane, environ: Mapping[str, str]) -> Client:
    """Talk to the repository that the environment names, else to that of the remote.

    Raises:
        ForgeError: there is none, or no token.
    """
    root = environ.get(ROOT_VARIABLE) or ROOT
    named = environ.get("GITHUB_REPOSITORY") or repository_of(address(plane), root)
    if named is None:
        raise ForgeError(
            "expected a repository on GitHub, found no remote that is one",
            hint="set GITHUB_REPOSITORY to OWNER/NAME, or add the remote",
        )
    return Client.of(named, Access.of(environ))


def address(plane: Plane) -> str | None:
    """Return the address of the remote whose branch is the record."""
    if not plane.store.has_remote:
        return None
    name = plane.store.config("gitcp.remote") or "origin"
    return plane.store.config(f"remote.{name}.pushurl") or plane.store.config(f"remote.{name}.url")


def repository_of(url: str | None, root: str = ROOT) -> str | None:
    """Return OWNER/NAME of a repository's address, whichever way it is written; none of one that is not where the API is.

    What has the same name elsewhere is another repository, and somebody else's.
    """
    try:
        host, path = _parts(url or "")
        api = urlsplit(root).hostname or ""
    except ValueError:
        return None
    if not host or host.removeprefix("ssh.") not in {api, api.removeprefix("api.")}:
        return None
    parts = path.strip("/").removesuffix(".git").split("/")
    return "/".join(parts) if len(parts) == _OWNER_AND_NAME and all(parts) else None


def _parts(url: str) -> tuple[str, str]:
    if "://" in url:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.path
    found = _SCP.fullmatch(url)
    return (found["host"].lower(), found["path"]) if found else ("", "")
