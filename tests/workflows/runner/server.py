"""Git over HTTP on 127.0.0.1, for who has a token that may."""

import base64
import gzip
import os
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.workflows.runner.claims import Claims

if TYPE_CHECKING:
    from pathlib import Path

_PATH: Final = re.compile(
    r"/(?P<name>[\w.-]+/[\w-]+)(?:\.git)?(?P<rest>/(?:info/refs|git-upload-pack|git-receive-pack))"
)


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class ForgeServer:
    """Serves bare repositories as `<address>/<owner>/<name>`, those in `public` for anybody to read."""

    def __init__(self, known: Callable[[str], Claims | None]) -> None:
        self.known = known
        self.repositories: dict[str, Path] = {}
        self.public: set[str] = set()
        server = self

        class Handler(_Handler):
            forge = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    forge: ForgeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing: a failing story prints the jobs' logs."""

    def _any(self) -> None:
        body = self._body()
        self._send(self._git(urlsplit(self.path).path, body))

    do_GET = do_POST = _any  # noqa: N815 - http.server's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _claims(self) -> Claims | None:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return None
        _, _, password = base64.b64decode(value).decode().partition(":")
        return self.forge.known(password)

    def _git(self, path: str, body: bytes) -> Answer:
        query = urlsplit(self.path).query
        found = _PATH.fullmatch(path)
        if found is None or found["name"] not in self.forge.repositories:
            return Answer(404, b"Not Found")
        name, rest = found["name"], found["rest"]
        writes = "git-receive-pack" in rest or "git-receive-pack" in query
        claims = self._claims()
        if claims is None and (writes or name not in self.forge.public):
            return Answer(401, b"", (("WWW-Authenticate", 'Basic realm="GitHub"'),))
        if claims is not None and not claims.may("contents", "write" if writes else "read", name):
            told = b"Write access to repository not granted.\n" if writes else b"Repository not found.\n"
            return Answer(403, told)
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return self._backend(name, rest, claims.user if claims else "nobody", body)

    def _backend(self, name: str, rest: str, user: str, body: bytes) -> Answer:
        variables = {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(self.forge.repositories[name]),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": rest,
            "QUERY_STRING": urlsplit(self.path).query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": user,
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=variables, capture_output=True, check=False, timeout=120
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        told = [line.partition(": ")[::2] for line in head.decode("latin-1").split("\r\n") if ": " in line]
        status = next((int(value.split()[0]) for name, value in told if name.lower() == "status"), 200)
        return Answer(
            status, content, tuple((name, value) for name, value in told if name.lower() != "status")
        )

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
