"""Git over HTTPS: git's own backend behind nginx, with passwords and a certificate that the test made."""

import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.servers.processes import Server, free_port, program

WRITER, READER = "walter", "rita"
_AT_ONCE: Final = 6

# The password file is nginx's own; who may only read gets 403, as forges answer. What is below /slow/ comes slowly.
_NGINX: Final = """\
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{}}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/temp/body;
  fastcgi_temp_path {folder}/temp/fastcgi;
  proxy_temp_path {folder}/temp/proxy;
  uwsgi_temp_path {folder}/temp/uwsgi;
  scgi_temp_path {folder}/temp/scgi;
  client_max_body_size 0;
  map "$remote_user $arg_service $uri" $forbidden {{
    default 0;
    "~^{reader} git-receive-pack " 1;
    "~^{reader} .*/git-receive-pack$" 1;
  }}
  map $uri $rate {{
    default 0;
    "~^/slow/" 8k;
  }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    auth_basic "control repositories";
    auth_basic_user_file {folder}/passwords;
    limit_rate $rate;
    location / {{
      if ($forbidden) {{
        return 403;
      }}
      fastcgi_pass unix:{folder}/fcgi;
      fastcgi_read_timeout 120s;
      fastcgi_ignore_client_abort on;
      fastcgi_param SCRIPT_FILENAME {backend};
      fastcgi_param GIT_PROJECT_ROOT {root};
      fastcgi_param GIT_HTTP_EXPORT_ALL "";
      fastcgi_param GIT_PROTOCOL $http_git_protocol;
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REMOTE_USER $remote_user;
      fastcgi_param REMOTE_ADDR $remote_addr;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
    }}
  }}
}}
"""


@dataclass
class WebServer:
    """Serves the bare repositories below a folder at `https://127.0.0.1:<port>/<name>`."""

    root: Path
    folder: Path
    passwords: dict[str, str]
    port: int = field(default_factory=free_port)
    _running: list[Server] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def url(self, repository: Path, prefix: str = "") -> str:
        """Return the address of a repository; with `slow/` as prefix, one that answers slowly."""
        return f"https://{self.host}/{prefix}{repository.relative_to(self.root)}"

    def prepare(self) -> None:
        """Write what the programs need: configuration, passwords, certificate."""
        openssl = program("openssl")
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        (self.folder / "temp").mkdir()
        lines = [f"{user}:{{PLAIN}}{password}\n" for user, password in self.passwords.items()]
        (self.folder / "passwords").write_text("".join(lines))
        (self.folder / "nginx.conf").write_text(self._configuration())

    def start(self) -> None:
        """Start as many gateways as requests are served at once, and nginx before them."""
        (self.folder / "fcgi").unlink(missing_ok=True)
        log = self.folder / "server.log"
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.folder / "fcgi"))
            listening.listen()
            for _ in range(_AT_ONCE):
                self._running.append(Server.start([program("fcgiwrap"), "-f"], log, listening))
        configuration = str(self.folder / "nginx.conf")
        nginx = [program("nginx"), "-e", "stderr", "-p", str(self.folder), "-c", configuration]
        self._running.append(Server.start(nginx, log))
        self._running[-1].wait_for(self.port)

    def stop(self) -> None:
        """Stop all of it; it can be started again, on the same port."""
        while self._running:
            self._running.pop().stop()

    def _configuration(self) -> str:
        where = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True)
        return _NGINX.format(
            user="user root;" if self.folder.owner() == "root" else "",
            folder=self.folder,
            root=self.root,
            port=self.port,
            reader=READER,
            backend=Path(where.stdout.strip()) / "git-http-backend",
        )


def a_web_server(passwords: dict[str, str], root: Path) -> WebServer:
    """Make a server that is not started yet, in a folder whose name is short enough for a socket."""
    for name in ("openssl", "fcgiwrap", "nginx"):
        program(name)  # before anything is made that would have to be taken away
    folder = Path(tempfile.mkdtemp(prefix="gitcp-web-"))
    if not (root / "slow").is_symlink():
        (root / "slow").symlink_to(root)
    server = WebServer(root, folder, passwords)
    server.prepare()
    return server


def remove(server: WebServer) -> None:
    """Stop a server, and take its folder away."""
    server.stop()
    shutil.rmtree(server.folder)


def credentials(server: WebServer, user: str, password: str | None = None) -> str:
    """Return the line of git's credential store for a user of a server."""
    return (
        f"https://{user}:{quote(password or server.passwords[user], safe='')}@{quote(server.host, safe='')}\n"
    )
