"""Where a person sees what a branch brings, and opens a pull request: pages of known forges, derived from a repository's address.

Rule: of the address only host, port and path are used, so that a page never shows who signs in.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

_SCP: Final = re.compile(r"(?:[^@/]+@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^:]*)\Z")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\Z")
# Where ssh is spoken at the port of https.
_ALIASES: Final = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_OWNER_AND_NAME: Final = 2


def compare_url(url: str, base: str, branch: str) -> str | None:
    """Return the page that compares a branch with its base; none for a forge that is not known."""
    place = _place(url)
    if place is None:
        return None
    host, path = place
    page = _page_of(host.partition(":")[0])
    parts = path.strip("/").removesuffix(".git").split("/")
    if page is None or len(parts) < _OWNER_AND_NAME or not all(_is_plain(part) for part in parts):
        return None
    return page(f"https://{host}/{quote('/'.join(parts))}", base, branch)


def _is_plain(part: str) -> bool:
    return part not in {"", ".", ".."}


def _place(url: str) -> tuple[str, str] | None:
    if "://" not in url:
        match = _SCP.match(url)
        host, path = (match["host"].lower(), match["path"]) if match else ("", "")
    else:
        parts = urlsplit(url)
        if parts.scheme not in {"ssh", "https"}:
            return None
        host, path = (parts.hostname or "").lower(), parts.path
        if parts.scheme == "https" and parts.port and _HOST.match(host):
            return f"{host}:{parts.port}", path
    host = _ALIASES.get(host, host)
    return (host, path) if _HOST.match(host) else None


def _github(repository: str, base: str, branch: str) -> str:
    return f"{repository}/compare/{quote(base)}...{quote(branch)}?expand=1"


def _gitlab(repository: str, base: str, branch: str) -> str:
    fields = {"merge_request[source_branch]": branch, "merge_request[target_branch]": base}
    return f"{repository}/-/merge_requests/new?{urlencode(fields)}"


def _gitea(repository: str, base: str, branch: str) -> str:
    return f"{repository}/compare/{quote(base)}...{quote(branch)}"


def _bitbucket(repository: str, base: str, branch: str) -> str:
    return f"{repository}/pull-requests/new?{urlencode({'source': branch, 'dest': base})}"


_Page = Callable[[str, str, str], str]
_HOSTED: Final[Mapping[str, _Page]] = {
    "github.com": _github,
    "gitlab.com": _gitlab,
    "codeberg.org": _gitea,
    "gitea.com": _gitea,
    "bitbucket.org": _bitbucket,
}
# A forge of one's own mostly has its name in that of its host: gitlab.example.org.
_NAMED: Final[Mapping[str, _Page]] = {
    "github": _github,
    "gitlab": _gitlab,
    "gitea": _gitea,
    "forgejo": _gitea,
}


def _page_of(host: str) -> _Page | None:
    if host in _HOSTED:
        return _HOSTED[host]
    labels = host.split(".")[:-1]
    return next((page for name, page in _NAMED.items() if name in labels), None)
