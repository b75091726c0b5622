"""Where GitHub is asked, and by whose right.

Rule: the token goes to the root of the API alone, by TLS unless that is this very machine; it is in no argument of a program and in no message.
"""

import ipaddress
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from gitcp.errors import ForgeError

ROOT: Final = "https://api.github.com"
ROOT_VARIABLE: Final = "GITHUB_API_URL"
TOKEN_VARIABLES: Final = ("GITHUB_TOKEN", "GH_TOKEN")
_ASKING_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Access:
    """The root of the API, without a slash at its end, and a token."""

    root: str
    token: str = field(repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Take both from the environment; a token that is not there is asked of GitHub's own program, where somebody is signed in.

        Raises:
            ForgeError: there is no token, or the root is not to be trusted with one.
        """
        root = checked_root(environ.get(ROOT_VARIABLE) or ROOT)
        found = next((environ[name] for name in TOKEN_VARIABLES if environ.get(name)), None)
        token = (found or _asked(root, environ)).strip()
        if not token:
            raise ForgeError(
                "GitHub wants a token, and there is none here",
                hint="set GITHUB_TOKEN, or sign in: gh auth login",
            )
        if not token.isascii() or not token.isprintable() or " " in token:
            raise ForgeError(
                "the token for GitHub cannot be one: expected letters, digits and signs without space",
                hint="set GITHUB_TOKEN again",
            )
        return cls(root, token)

    def without_token(self, text: str) -> str:
        """Return a text in which the token does not stand."""
        return text.replace(self.token, "[token]")


def checked_root(root: str) -> str:
    """Return the root of an API that may be given a token.

    Raises:
        ForgeError: it may not.
    """
    try:
        parts = urlsplit(root.rstrip("/"))
        is_bare = not (parts.username or parts.password or parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        is_bare, parts = False, urlsplit("")
    host = parts.hostname or ""
    if (
        not is_bare
        or not host
        or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))
    ):
        raise ForgeError(
            f"{ROOT_VARIABLE}: expected an address with https://, found another, and no token is sent there",
            hint=f"set it to the root of the API, such as {ROOT}; without TLS only this very machine is asked",
        )
    return parts.geturl()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asked(root: str, environ: Mapping[str, str]) -> str:
    host = urlsplit(root).hostname or ""
    name = "github.com" if root == ROOT else host
    try:
        done = subprocess.run(
            ["gh", "auth", "token", "--hostname", name],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASKING_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
