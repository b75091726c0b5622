"""The promises of conftest.py, on which every other test relies."""

import os
import pwd
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "2001:db8::1"])
def test_a_connection_that_leaves_the_machine_is_refused_by_name(host: str) -> None:
    with pytest.raises(AssertionError, match=f"{host}.*only this machine may be reached"):
        socket.create_connection((host, 443), timeout=0.1)


def test_a_socket_cannot_leave_the_machine_either() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match="only this machine"):
        client.connect(("192.0.2.1", 443))
    with socket.socket() as client, pytest.raises(AssertionError, match="only this machine"):
        client.connect_ex(("192.0.2.1", 443))


def test_an_http_library_cannot_hide_the_mistake() -> None:
    with pytest.raises(AssertionError, match=r"example\.org"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://example.org/", timeout=0.1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            assert client.getpeername() == ("127.0.0.1", port)


def test_a_unix_socket_is_open(tmp_path: Path) -> None:
    path = Path(os.path.relpath(tmp_path / "s"))  # a socket's path has a hundred characters at most
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(path))
        server.listen()

        assert client.connect_ex(str(path)) == 0


def test_git_knows_only_what_the_tests_say(tmp_path: Path) -> None:
    assert _output_of("git", "config", "--list", cwd=tmp_path) == ""
    author = _output_of("git", "var", "GIT_AUTHOR_IDENT", cwd=tmp_path)

    assert author.startswith("Ada Author <ada@example.org>")
    assert author.endswith("+0000")


def test_the_environment_holds_nothing_of_a_surrounding_run() -> None:
    left = {name for name in os.environ if name.startswith("GITCP_") and not name.startswith("GITCP_TEST_")}

    assert left == set()
    assert Path.home() != Path(pwd.getpwuid(os.getuid()).pw_dir)
    assert time.tzname[0] == "UTC"


def test_a_child_process_has_the_same_home(tmp_path: Path) -> None:
    home = _output_of(sys.executable, "-c", "import pathlib; print(pathlib.Path.home())", cwd=tmp_path)

    assert home == os.environ["HOME"]


def _output_of(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout.strip()
