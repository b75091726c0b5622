"""URLs of remotes: which are used at all, and how they are shown."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from gitcp.errors import RemoteError

_CREDENTIALS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s]+@")
_SCP = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?[A-Za-z0-9][A-Za-z0-9._-]*:(?!:).+")


def allow(url: str) -> None:
    """Let a URL pass if git does nothing but transfer over it: a path, file, ssh, https, or http on this machine.

    Raises:
        RemoteError: it is of another kind.
    """
    scheme, separator, _ = url.partition("://")
    if separator:
        fine = scheme in {"file", "ssh", "https"} or (scheme == "http" and _is_loopback(url))
        fine = fine and not (urlsplit(url).hostname or "").startswith("-")
    else:
        fine = not url.startswith("-") and "::" not in url and (":" not in url or _is_path_or_scp(url))
    if not fine:
        raise RemoteError(
            f"{masked(url)!r}: is not a URL that gitcp uses, expected a path, file://, ssh://, user@host:path or https://",
            hint="http:// is for this machine alone",
        )


def masked(text: str) -> str:
    """Return a text without the credentials of its URLs."""
    return _CREDENTIALS.sub(r"\g<scheme>***@", text)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_path_or_scp(url: str) -> bool:
    return url.partition(":")[0].find("/") >= 0 or _SCP.fullmatch(url) is not None
