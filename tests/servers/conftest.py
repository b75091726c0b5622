"""Real servers on 127.0.0.1, once for each process of the tests, and repositories that they serve."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.hooks import Gate
from tests.servers.sshd import SshServer
from tests.servers.web import READER, WRITER, WebServer, a_web_server, credentials, remove
from tests.store.repositories import commit_files, copy_of, git, new_bare

COMPANY = {
    "gitcp.yaml": "format: 1\nname: Scan Works\nrepositories:\n  work: {url: /srv/work}\n",
    "org/oscar.yaml": "kind: person\nname: Oscar\nemails: [oscar@example.org]\n",
    "projects/CI.yaml": "name: CI\nrepository: work\nlead: oscar\n",
    "tasks/CI/next": "100\n",
    "tasks/CI/CI-0001.yaml": "title: First  # by hand\ncreated: 2026-11-20T08:15:00Z\n",
}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder whose repositories are served."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def passwords() -> dict[str, str]:
    return {WRITER: secrets.token_urlsafe(), READER: secrets.token_urlsafe()}


@pytest.fixture(scope="session")
def web(served: Path, passwords: dict[str, str]) -> Iterator[WebServer]:
    """Return an HTTPS server that runs for all tests."""
    server = a_web_server(passwords, served)
    try:
        server.start()
        yield server
    finally:
        remove(server)


@pytest.fixture
def own_web(served: Path, passwords: dict[str, str]) -> Iterator[WebServer]:
    """Return an HTTPS server that runs for one test, which may stop it."""
    server = a_web_server(passwords, served)
    try:
        server.start()
        yield server
    finally:
        remove(server)


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Return an SSH server that runs for all tests."""
    server = SshServer(tmp_path_factory.mktemp("ssh"))
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.stop()


@dataclass
class Machine:
    """The git configuration of the machine that asks, in a file of the test's."""

    file: Path

    def set(self, name: str, value: str) -> None:
        git(self.file.parent, "config", "--file", str(self.file), name, value)

    def is_known_to(self, web: WebServer, user: str = WRITER, password: str | None = None) -> None:
        """Let git find a user's password by its own credential helper, and trust the server's certificate."""
        store = self.file.parent / "credentials"
        store.write_text(credentials(web, user, password))
        store.chmod(0o600)
        self.set("credential.helper", f"store --file={store}")
        self.set("http.sslCAInfo", str(web.certificate))

    def has_key(self, ssh: SshServer, key: str = "writer") -> None:
        self.set("core.sshCommand", ssh.command(key))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return the git configuration that this process and its children read."""
    file = tmp_path / "machine" / "gitconfig"
    file.parent.mkdir()
    file.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    return Machine(file)


@pytest.fixture(scope="session")
def prepared_origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bare repository that takes nothing but a branch that goes on, as careful servers are set up."""
    bare = new_bare(tmp_path_factory.mktemp("prepared") / "control.git")
    commit_files(bare, dict(COMPANY), message="found the company\n", seconds=1_700_000_000)
    for name in ("receive.denyNonFastForwards", "receive.denyDeletes", "receive.fsckObjects"):
        git(bare, "config", name, "true")
    return bare


@pytest.fixture
def origin(prepared_origin: Path, served: Path) -> Path:
    """Return a served repository of the test's own."""
    return copy_of(prepared_origin, served / f"{secrets.token_hex(4)}.git")


@pytest.fixture
def web_url(web: WebServer, machine: Machine, origin: Path) -> str:
    """Return the address of `origin` over HTTPS, for who may write."""
    machine.is_known_to(web)
    return web.url(origin)


@pytest.fixture
def ssh_url(ssh: SshServer, machine: Machine, origin: Path) -> str:
    """Return the address of `origin` over SSH, for who may write."""
    machine.has_key(ssh)
    return ssh.url(origin)


@pytest.fixture(params=["web_url", "ssh_url"], ids=["https", "ssh"])
def url(request: pytest.FixtureRequest) -> str:
    """Return the address of `origin` on one kind of server after the other."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Return a place where hooks wait for the test."""
    folder = tmp_path / "gate"
    folder.mkdir()
    made = Gate(folder)
    yield made
    made.close()
