"""The dashboard of a control repository over HTTP, renewed at every commit."""

import time
from collections.abc import Callable
from contextlib import suppress
from errno import EACCES, EADDRINUSE
from pathlib import Path
from threading import Thread
from typing import Final

from gitcp.control.plane import Plane
from gitcp.control.site_building import SiteBuild, SiteWish
from gitcp.control.templates import templates
from gitcp.control.watching import LOOKED_EVERY, Watch
from gitcp.dashboard.server import SiteServer, is_loopback
from gitcp.errors import GitcpError

__all__ = ["is_loopback", "serve_site"]

FOLDER: Final = "site"
AGAIN: Final = 10.0  # seconds until what could not be built is tried once more
Tell = Callable[[str], None]


def serve_site(plane: Plane, host: str, port: int, folder: Path | None, tell: Tell) -> None:
    """Build the site, serve it, and bring it to each new commit of the branch, until somebody interrupts.

    What is not committed is not shown. `folder` is one of gitcp's own unless told otherwise; `tell` is told where the site is, and what goes wrong.

    Raises:
        GitcpError: the address cannot be listened at, or the site cannot be built at all.
    """
    place = folder or plane.state.folder / FOLDER
    building = SiteBuild(plane, place, SiteWish())
    seen = plane.store.tip()
    building.bring()
    with _server(host, port, place) as server:
        Thread(target=server.serve_forever, name="site", daemon=True).start()
        tell(f"{server.address} shows {plane.store.branch}; Ctrl-C ends it")
        try:
            _Renewal(plane, building, server, tell, seen).go_on()
        finally:
            server.shutdown()


def _server(host: str, port: int, folder: Path) -> SiteServer:
    script = (templates() / "dashboard" / "reload.js").read_bytes()
    try:
        return SiteServer(host, port, folder, script)
    except OSError as error:
        is_port = error.errno in {EADDRINUSE, EACCES}
        hint = (
            "take another port: --port 0 takes any that is free"
            if is_port
            else "take an address of this machine"
        )
        raise GitcpError(
            f"{host}:{port}: cannot be listened at: {error.strerror or error}", hint=hint
        ) from error


class _Renewal:
    """Brings the site to where the branch is, again and again."""

    def __init__(self, plane: Plane, building: SiteBuild, server: SiteServer, tell: Tell, seen: str) -> None:
        self._plane = plane
        self._building = building
        self._server = server
        self._tell = tell
        self._seen = seen
        self._tried = seen
        self._again = 0.0
        self._wrong: str | None = None
        self._fetched = time.monotonic()

    def go_on(self) -> None:
        """Look until somebody interrupts."""
        with Watch(self._plane.store.ref_folders) as watch:
            while True:
                watch.wait(LOOKED_EVERY)
                self._look()

    def _look(self) -> None:
        try:
            self._fetch()
            tip = self._plane.store.tip()
            if tip != self._seen and (tip != self._tried or time.monotonic() >= self._again):
                self._tried = tip
                self._bring(tip)
        except GitcpError as error:
            self._again = time.monotonic() + AGAIN
            self._complain(str(error))

    def _bring(self, tip: str) -> None:
        self._building.bring()
        self._server.renewed()
        self._seen, self._wrong = tip, None
        self._tell(f"{tip[:7]} is shown")

    def _fetch(self) -> None:
        """Ask the remote as often as the company says."""
        store = self._plane.store
        if not store.has_remote or time.monotonic() - self._fetched < self._pause():
            return
        self._fetched = time.monotonic()
        for note in store.fetch():
            self._tell(note)

    def _pause(self) -> float:
        company = None
        with suppress(GitcpError):
            company = self._plane.snapshot().company
        return float(company.scheduler.poll_seconds) if company else 30.0

    def _complain(self, message: str) -> None:
        """Say what is wrong, once; what was built last stays."""
        if message != self._wrong:
            self._tell(f"{message}; what was built last is still shown")
        self._wrong = message
