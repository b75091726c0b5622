"""Which addresses of repositories are accepted, and how they are shown.

Rule: an address reaches git only through `checked`. It is not an option, names no transport helper (`ext::sh -c …` runs a command), and holds
no password: it stands in a committed file.
"""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from gitcp.errors import WorkspaceError

ACCEPTED: Final = (
    "an absolute path, file:///…, ssh://…, user@host:path, https://…, or http:// on this machine"
)

_BAD = re.compile(r"[\x00-\x1f\x7f]|\A-|\A[^/]*::|\A[^/].* ")
_SCP = re.compile(r"(?:(?P<user>[\w.+][\w.+-]*)@)?(?P<host>[A-Za-z0-9][\w.-]*):(?P<path>[^-/:][^:]*|/.*)\Z")
_HOST = re.compile(r"[A-Za-z0-9_.:][A-Za-z0-9_.:-]*\Z")
_USER_IN_URL = re.compile(r"(?i)\b((?:https?|file)://)[^/@\s'\"]+@")
_PASSWORD_IN_URL = re.compile(r"(?i)\b(ssh://[^/@:\s]+):[^/@\s]+@")
_HEADER = re.compile(r"(?i)(authorization:\s*)\S+(?:\s+[\w.~+/=-]+)?")


def checked(url: str) -> str:
    """Return the address as it is, if git may have it.

    Raises:
        WorkspaceError: it is none of the accepted kinds.
    """
    if _BAD.search(url):
        raise _refused(url)
    if "://" not in url:
        if not (url.startswith("/") or _SCP.match(url)):
            raise _refused(url)
        return url
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises for a port that is none
    except ValueError as error:
        raise _refused(url) from error
    if parts.password is not None:
        raise WorkspaceError(
            f"repository {masked(url)}: the address holds a password, and it stands in a committed file",
            hint="remove it there, change it, and let a credential helper of git give it",
        )
    if not _is_accepted(parts):
        raise _refused(url)
    return url


def masked(text: str) -> str:
    """Blot out what gives access in text that is shown: users of http addresses, passwords, authorization headers."""
    text = _USER_IN_URL.sub(r"\1***@", text)
    return _HEADER.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1:***@", text))


def _is_accepted(parts: SplitResult) -> bool:
    host, user = parts.hostname or "", parts.username or ""
    match parts.scheme:
        case "file":
            return not parts.netloc and parts.path.startswith("/")
        case "ssh" | "https":
            return bool(_HOST.match(host)) and not user.startswith("-")
        case "http":
            return _is_loopback(host)
    return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refused(url: str) -> WorkspaceError:
    return WorkspaceError(f"repository {masked(url)!r}: expected {ACCEPTED}")
