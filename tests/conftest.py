"""What every test has: a home of its own, no configuration of the machine, and no network."""

import ipaddress
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest.register_assert_rewrite("tests.helpers")

# A machine that is busy with other tests is slow, not wrong.
hypothesis.settings.register_profile("gitcp", parent=hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("gitcp")

pytest_plugins = ["tests.agents.fixtures", "tests.github.fixtures"]

FOLDERS = {
    "HOME": ".",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_RUNTIME_DIR": "run",
    "XDG_STATE_HOME": "state",
}
VARIABLES = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Carl Committer",
    "GIT_COMMITTER_EMAIL": "carl@example.org",
    "TZ": "UTC",
}


class NetworkReachedByATestError(AssertionError):
    """A test tried to leave the machine: give it a fake, or a server on 127.0.0.1."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What one process makes for all of a group takes long. Begun first it keeps no other process waiting at the end,
    # and tests are taken from a process that has more left from behind: they stay where they are.
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the checkout, which is not the folder that the tests run in."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the machine's Git configuration, its home and what a surrounding run injected."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in tuple(os.environ):
            if name.startswith(("GIT_", "GITCP_")) and not name.startswith("GITCP_TEST_"):
                patch.delenv(name)
        for name, folder in FOLDERS.items():
            path = home / folder
            path.mkdir(mode=0o700, exist_ok=True)
            patch.setenv(name, str(path))
        for name, value in VARIABLES.items():
            patch.setenv(name, value)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine, before a name is even looked up."""
    create_connection = socket.create_connection
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_create_connection(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        _refuse_unless_local(address)
        return create_connection(address, *args, **kwargs)

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_unless_local(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_unless_local(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", guarded_create_connection)
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


def _refuse_unless_local(address: Any) -> None:
    if not isinstance(address, tuple):  # a Unix socket is a path
        return
    host = str(address[0])
    try:
        ip = ipaddress.ip_address(host)
        local = ip.is_loopback or ip.is_unspecified
    except ValueError:
        local = host in {"", "localhost"}
    if not local:
        message = f"a test tried to connect to {address!r}: only this machine may be reached"
        raise NetworkReachedByATestError(message)
