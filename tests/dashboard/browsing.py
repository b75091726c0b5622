"""A tab of a real browser, and which pages it is to look at."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Thread
from typing import TYPE_CHECKING, Any

from gitcp.dashboard import SiteInput
from gitcp.dashboard.pages import KINDS
from gitcp.dashboard.register import Register

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

PHONE, TABLET, DESK = 390, 820, 1440

STICKING_OUT = """() => Array.from(document.querySelectorAll("main *")).filter((element) => {
  const place = element.closest(".column-main, .column-side, .lane, .card");
  if (!place || element.closest(".scroll, .unseen")) return false;
  return element.getBoundingClientRect().right > place.getBoundingClientRect().right + 1.5;
}).map((element) => element.outerHTML.slice(0, 80))"""


class Tab:
    """A tab of the browser that remembers what its pages complained about."""

    def __init__(self, page: "Page", folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.text} ({page.url})"))
        page.on("pageerror", lambda error: self.complaints.append(f"{error} ({page.url})"))
        page.on("request", self._watch)
        page.on("requestfailed", self._failed)

    def _watch(self, request: "Request") -> None:
        if not request.url.startswith("file:"):
            self.complaints.append(f"asked for {request.url}")

    def _failed(self, request: "Request") -> None:
        if request.failure != "net::ERR_ABORTED":  # the next page was asked for before the icon had come
            self.complaints.append(f"{request.url}: {request.failure}")

    def open(self, path: str) -> "Page":
        self.page.goto((self.folder / path).as_uri())
        return self.page

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})

    def width(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth"))


def paths_of(site: SiteInput, folder: Path) -> Mapping[str, list[str]]:
    """Return the paths of the pages in a site's folder by the kind of page."""
    register = Register(site)
    return {
        kind.name: [path for name in kind.names(register) if (folder / (path := kind.path(name))).is_file()]
        for kind in KINDS
    }


def largest(folder: Path, paths: list[str]) -> list[str]:
    """Return pages, that with the most on it first."""
    return sorted(paths, key=lambda path: (-(folder / path).stat().st_size, path))


class _Server(SimpleHTTPRequestHandler):
    """Like the web servers that sites are on: connections stay open, text is compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        content = gzip.compress(path.read_bytes(), mtime=0)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    """Closes the connections that are still open when it ends, so that a browser finds nobody there."""

    def __init__(self, folder: Path) -> None:
        self._open: list[socket] = []
        super().__init__(("127.0.0.1", 0), partial(_Server, directory=str(folder)))

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        self._open.append(connection)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser closes connections as it likes."""

    def server_close(self) -> None:
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(SHUT_RDWR)
        super().server_close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone; the address ends with a slash."""
    server = _Listener(folder)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
