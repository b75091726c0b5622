"""The callback on a socket in a folder, for runs without network."""

import socket
import stat
from pathlib import Path

import pytest

from gitcp.api import places
from gitcp.api.client import CallbackClient
from gitcp.errors import CallbackError
from tests.api.company import RUN, Store
from tests.api.served import TOKEN, serving


def test_a_run_without_network_talks_through_a_socket(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with serving(store, tmp_path / "declarations.json", socket=path) as served:
        found = CallbackClient.from_environment(served.environment)
        assert found is not None
        me, done = found.me(), found.finish("done")

    assert served.url == f"unix:{path}"
    assert me["run"]["id"] == RUN
    assert done["declared"] == "finish"
    assert served.declarations.value.summary == "done"


def test_the_socket_is_its_owners_alone_and_goes_with_the_run(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with serving(store, tmp_path / "declarations.json", socket=path):
        mode = path.stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    assert not path.exists()


def test_the_socket_asks_for_the_token_too(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with (
        serving(store, tmp_path / "declarations.json", socket=path),
        pytest.raises(CallbackError, match="the token of this run is missing or wrong"),
    ):
        CallbackClient(f"unix:{path}", "another-token-entirely").me()


def test_what_a_runner_that_died_left_behind_is_replaced(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with serving(store, tmp_path / "declarations.json", socket=path):
        assert CallbackClient(f"unix:{path}", TOKEN).me()["run"]["id"] == RUN


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="folders have no names by descriptor here")
def test_a_path_longer_than_a_sockets_address_works_all_the_same(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    path = folder / "api.sock"
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    with serving(store, tmp_path / "declarations.json", socket=path):
        assert CallbackClient(f"unix:{path}", TOKEN).me()["run"]["id"] == RUN

    assert len(str(path)) > places.LONGEST_ADDRESS
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_where_a_long_path_cannot_be_had_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_DESCRIPTORS", tmp_path / "none")

    with pytest.raises(CallbackError, match="expected at most 103 bytes") as caught:
        places.socket_at(tmp_path / ("x" * 120))

    assert "gitcp.state" in (caught.value.hint or "")


def test_a_socket_that_nobody_listens_at_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(CallbackError, match=r"api\.sock does not answer"):
        CallbackClient(f"unix:{tmp_path}/api.sock", TOKEN).me()


@pytest.mark.parametrize("url", ["unix:", "unix:api.sock", "ftp:x"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(CallbackError, match=r"expected http://HOST:PORT or unix:/PATH"):
        CallbackClient(url, TOKEN)
