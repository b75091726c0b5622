"""A folder with a site, over HTTP, for the person who works on it. Pages that are open reload when the site is another.

Rule: nothing but the site's files is ever sent. What the server adds to a page, a script of its own and the policy that lets it ask, is in no file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex
from socket import AF_INET, AF_INET6
from socketserver import TCPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from gitcp.dashboard.frame import POLICY

EDITION: Final = "/~edition"
RELOAD: Final = "/~reload.js"
PATIENCE: Final = 30.0  # seconds for a request that does not come

_SERVED_POLICY: Final = POLICY if "connect-src" in POLICY else f"{POLICY}; connect-src 'self'"
_META_POLICY: Final = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".ics": "text/calendar; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": f"{_SERVED_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_HERE: Final = frozenset({"localhost"})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    content: bytes
    kind: str


class SiteServer(ThreadingHTTPServer):
    """Serves a folder. `reload` is the script that asks whether the site is another; `renewed` says that it is."""

    daemon_threads = True

    def __init__(self, host: str, port: int, folder: Path, reload: bytes) -> None:
        self.folder = folder.resolve()
        self.reload = reload
        self._run = token_hex(4)
        self._editions = 0
        # Names of other sites that lead here would let these read the company in somebody's browser.
        self.hosts = None if not is_loopback(host) else _HERE | {host}
        self.address_family = AF_INET6 if ":" in host else AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind, without asking a name server for a name that nobody needs."""
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that goes away in the middle is no error."""

    @property
    def edition(self) -> bytes:
        """What tells the site apart from what it was before."""
        return f"{self._run}-{self._editions}".encode()

    @property
    def address(self) -> str:
        """Where it is read."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://{f'[{name}]' if ':' in name else name}:{port}/"

    def renewed(self) -> None:
        """Let open pages reload."""
        self._editions += 1

    def answer(self, target: str, host: str) -> _Answer:
        """Return what is at the target of a request.

        Raises:
            ValueError: the target or the host is no address.
        """
        if self.hosts is not None and not self._is_here(host):
            return _Answer(HTTPStatus.MISDIRECTED_REQUEST, b"this name is not served here\n", _TYPES[".txt"])
        path = urlsplit(target).path
        if path == EDITION:
            return _Answer(HTTPStatus.OK, self.edition, _TYPES[".txt"])
        if path == RELOAD:
            return _Answer(HTTPStatus.OK, self.reload, _TYPES[".js"])
        found = self._file(path)
        if found is None:
            return _Answer(HTTPStatus.NOT_FOUND, _page(_NOT_FOUND), _TYPES[".html"])
        kind = _TYPES.get(found.suffix, "application/octet-stream")
        content = found.read_bytes()
        return _Answer(HTTPStatus.OK, _page(content) if found.suffix == ".html" else content, kind)

    def _is_here(self, host: str) -> bool:
        name = urlsplit(f"//{host}").hostname or ""
        return name in (self.hosts or ()) or is_loopback(name)

    def _file(self, path: str) -> Path | None:
        parts = unquote(path, errors="replace").removeprefix("/").split("/")
        if parts[-1] == "":
            parts[-1] = "index.html"
        if any(not part or part.startswith(".") or re.search(r"[\\:\x00]", part) for part in parts):
            return None
        found = self.folder.joinpath(*parts)
        try:
            is_inside = found.resolve().is_relative_to(self.folder)
            return found if is_inside and found.is_file() else None
        except (OSError, ValueError):
            return None


def is_loopback(host: str) -> bool:
    """Whether an address is one of this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_NOT_FOUND: Final = (
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>No such page</title>\n</head>\n'
    b'<body>\n<h1>There is no such page</h1>\n<p>It may have been there at another commit. <a href="/">Overview</a></p>\n</body>\n</html>\n'
)


def _page(content: bytes) -> bytes:
    """Let a page reload; its policy comes by a header, which allows it."""
    script = f'<script src="{RELOAD}" defer></script>\n</head>'.encode()
    return _META_POLICY.sub(b"", content, count=1).replace(b"</head>", script, 1)


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    server_version = "gitcp"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def do_GET(self) -> None:
        self._send(with_content=True)

    def do_HEAD(self) -> None:
        self._send(with_content=False)

    def _send(self, *, with_content: bool) -> None:
        try:
            found = self.server.answer(self.path, self.headers.get("Host", ""))
        except ValueError:
            found = _Answer(HTTPStatus.BAD_REQUEST, b"this is no address\n", _TYPES[".txt"])
        except OSError:  # it was replaced or removed while it was read
            found = _Answer(HTTPStatus.NOT_FOUND, _page(_NOT_FOUND), _TYPES[".html"])
        tag = f'"{blake2b(found.content, digest_size=12).hexdigest()}"'
        is_known = found.status is HTTPStatus.OK and self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if is_known else found.status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("ETag", tag)
        if not is_known:
            self.send_header("Content-Type", found.kind)
            self.send_header("Content-Length", str(len(found.content)))
        self.end_headers()
        if with_content and not is_known:
            self.wfile.write(found.content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name where it comes from
        """Say nothing: who reads what is nobody's business."""
