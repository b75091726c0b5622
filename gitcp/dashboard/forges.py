"""Pages of the forges that people know: where a file is seen, edited and added, and what a branch brings.

Rule: of a repository's address only host, port and path are used, so that no page ever shows who signs in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from gitcp.model.company import Company, ForgeKind, ForgeSettings

LONGEST: Final = 6_000  # bytes of a prefilled text, encoded: servers refuse addresses from about 8 KiB on

_SCP: Final = re.compile(r"(?:[^@/]+@)?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>[^:]*)\Z")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\Z")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}\Z")
# Where ssh is spoken at the port of https.
_ALIASES: Final = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_OWNER_AND_NAME: Final = 2
_HOSTED: Final = {
    "github.com": ForgeKind.GITHUB,
    "gitlab.com": ForgeKind.GITLAB,
    "codeberg.org": ForgeKind.FORGEJO,
    "gitea.com": ForgeKind.GITEA,
    "bitbucket.org": ForgeKind.BITBUCKET,
}
# A forge of one's own mostly has its name in that of its host: gitlab.example.org. Of Bitbucket only the hosted one has these pages.
_NAMED: Final = {kind.value: kind for kind in ForgeKind if kind is not ForgeKind.BITBUCKET}


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages of a kind of forge, below a repository's; `at` is `branch` or `commit`."""

    name: str
    view: str
    raw: str
    edit: str
    new: str
    history: str
    commit: str
    branch: str
    compare: str
    propose: str


_GITHUB: Final = _Pages(
    name="GitHub",
    view="/blob/{ref}/{path}",
    raw="/raw/{ref}/{path}",
    edit="/edit/{ref}/{path}",
    new="/new/{ref}",
    history="/commits/{ref}/{path}",
    commit="/commit/{ref}",
    branch="/tree/{ref}",
    compare="/compare/{base}...{ref}",
    propose="/compare/{base}...{ref}?expand=1",
)
_GITLAB: Final = _Pages(
    name="GitLab",
    view="/-/blob/{ref}/{path}",
    raw="/-/raw/{ref}/{path}",
    edit="/-/edit/{ref}/{path}",
    new="/-/new/{ref}",
    history="/-/commits/{ref}/{path}",
    commit="/-/commit/{ref}",
    branch="/-/tree/{ref}",
    compare="/-/compare/{base}...{ref}",
    propose="/-/merge_requests/new?merge_request%5Bsource_branch%5D={whole}&merge_request%5Btarget_branch%5D={whole_base}",
)
_GITEA: Final = _Pages(
    name="Gitea",
    view="/src/{at}/{ref}/{path}",
    raw="/raw/{at}/{ref}/{path}",
    edit="/_edit/{ref}/{path}",
    new="/_new/{ref}/",
    history="/commits/{at}/{ref}/{path}",
    commit="/commit/{ref}",
    branch="/src/branch/{ref}",
    compare="/compare/{base}...{ref}",
    propose="/compare/{base}...{ref}",
)
_BITBUCKET: Final = _Pages(
    name="Bitbucket",
    view="/src/{whole}/{path}",
    raw="/raw/{whole}/{path}",
    edit="/src/{whole}/{path}?mode=edit&at={whole}",
    new="/create-file/{whole}/?at={whole}",
    history="/history-node/{whole}/{path}?at={whole}",
    commit="/commits/{ref}",
    branch="/branch/{ref}",
    compare="/branches/compare/{whole}%0D{whole_base}",
    propose="/pull-requests/new?source={whole}&dest={whole_base}",
)
_PAGES: Final[Mapping[ForgeKind, _Pages]] = {
    ForgeKind.GITHUB: _GITHUB,
    ForgeKind.GITLAB: _GITLAB,
    ForgeKind.GITEA: _GITEA,
    ForgeKind.FORGEJO: _GITEA,
    ForgeKind.BITBUCKET: _BITBUCKET,
}
# What the editor for a new file takes: of the path and of the text. The other editors open empty, and one pastes.
_FIELDS: Final[Mapping[ForgeKind, tuple[str, str | None]]] = {
    ForgeKind.GITHUB: ("filename", "value"),
    ForgeKind.GITLAB: ("file_name", None),
    ForgeKind.GITEA: ("filename", "value"),
    ForgeKind.FORGEJO: ("filename", "value"),
}


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository on a forge; `address` is its page, without a slash at the end.

    A `ref` is a branch, or a commit in forty digits. A path that leaves the repository has no page.
    """

    kind: ForgeKind
    address: str

    @property
    def name(self) -> str:
        """What people call it."""
        return "Forgejo" if self.kind is ForgeKind.FORGEJO else _PAGES[self.kind].name

    @property
    def prefills(self) -> bool:
        """Whether the editor for a new file can be opened with a text in it."""
        return _FIELDS.get(self.kind, ("", None))[1] is not None

    def view(self, path: str, ref: str) -> str | None:
        """Return the page of a file."""
        return self._file(_PAGES[self.kind].view, path, ref)

    def raw(self, path: str, ref: str) -> str | None:
        """Return where a file's bytes are."""
        return self._file(_PAGES[self.kind].raw, path, ref)

    def edit(self, path: str, branch: str) -> str | None:
        """Return the editor of a file."""
        return self._file(_PAGES[self.kind].edit, path, branch)

    def history(self, path: str, ref: str) -> str | None:
        """Return the commits of a file."""
        return self._file(_PAGES[self.kind].history, path, ref)

    def new(self, path: str, branch: str, text: str = "", message: str = "") -> str | None:
        """Return the editor for a new file, with as much in it as the forge takes; a text that is too long is left out."""
        page = self._file(_PAGES[self.kind].new, path, branch)
        for_path, for_text = _FIELDS.get(self.kind, (None, None))
        if page is None or for_path is None:
            return page
        fields = {for_path: path}
        if for_text is not None and text and len(quote(text, safe="")) <= LONGEST:
            fields[for_text] = text
        if self.kind is ForgeKind.GITHUB and message:
            fields["message"] = message
        return f"{page}?{urlencode(fields, quote_via=quote, safe='/')}"

    def commit(self, sha: str) -> str:
        """Return the page of a commit."""
        return self._page(_PAGES[self.kind].commit, sha)

    def branch(self, branch: str) -> str:
        """Return the page of a branch."""
        return self._page(_PAGES[self.kind].branch, branch)

    def compare(self, base: str, ref: str) -> str:
        """Return the page of what is different between two commits or branches."""
        return self._page(_PAGES[self.kind].compare, ref, base)

    def propose(self, base: str, branch: str) -> str:
        """Return the page where a pull request for a branch is opened."""
        return self._page(_PAGES[self.kind].propose, branch, base)

    def _file(self, page: str, path: str, ref: str) -> str | None:
        if not all(map(_is_plain, path.split("/"))):
            return None
        at = "commit" if _COMMIT.match(ref) else "branch"
        return self.address + page.format(path=quote(path), ref=quote(ref), whole=quote(ref, safe=""), at=at)

    def _page(self, page: str, ref: str, base: str = "") -> str:
        whole, whole_base = quote(ref, safe=""), quote(base, safe="")
        return self.address + page.format(
            ref=quote(ref), base=quote(base), whole=whole, whole_base=whole_base
        )


def forge_of(url: str, settings: ForgeSettings | None = None) -> Forge | None:
    """Return the forge that a repository's address names; none for a folder, and for a host that nothing is known of.

    With `settings` every repository at the same host is on a forge of that kind.
    """
    place = _place(url)
    if place is None:
        return None
    host, path = place
    kind = _kind_of(host.partition(":")[0], settings)
    parts = path.strip("/").removesuffix(".git").split("/")
    if kind is None or len(parts) < _OWNER_AND_NAME or not all(map(_is_plain, parts)):
        return None
    return Forge(kind, f"https://{host}/{quote('/'.join(parts))}")


def own_forge(url: str | None, settings: ForgeSettings | None) -> Forge | None:
    """Return where the control repository is: where `gitcp.yaml` says, else what the address of its remote tells."""
    if settings is not None:
        return Forge(settings.kind, quote(settings.url.rstrip("/").removesuffix(".git"), safe=":/%[]"))
    return forge_of(url) if url else None


def repository_forges(company: Company | None) -> Mapping[str, Forge]:
    """Return where the execution repositories are that are on a forge."""
    if company is None:
        return {}
    found = {name: forge_of(it.url, company.forge) for name, it in company.repositories.items()}
    return {name: forge for name, forge in found.items() if forge is not None}


def _is_plain(part: str) -> bool:
    return part not in {"", ".", ".."}


def _place(url: str) -> tuple[str, str] | None:
    if "://" not in url:
        match = _SCP.match(url)
        host, path = (match["host"].lower(), match["path"]) if match else ("", "")
    else:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return None
        if parts.scheme not in {"ssh", "https"}:
            return None
        host, path = (parts.hostname or "").lower(), parts.path
        if parts.scheme == "https" and port and _HOST.match(host):
            return f"{host}:{port}", path
    host = _ALIASES.get(host, host)
    return (host, path) if _HOST.match(host) else None


def _kind_of(host: str, settings: ForgeSettings | None) -> ForgeKind | None:
    if host in _HOSTED:
        return _HOSTED[host]
    if settings is not None and host == urlsplit(settings.url).hostname:
        return settings.kind
    labels = host.split(".")[:-1]
    return next((kind for name, kind in _NAMED.items() if name in labels), None)
