"""The site over HTTP, as somebody reads it who works on the company."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread

import pytest

from gitcp.dashboard.server import EDITION, RELOAD, SiteServer, is_loopback

PAGE = '<!doctype html>\n<head>\n<meta http-equiv="Content-Security-Policy" content="x">\n<title>t</title>\n</head>\n<body>b</body>\n'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SiteServer]:
    folder = tmp_path / "site"
    (folder / "tasks").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "tasks" / "CI-0001.html").write_text(PAGE)
    (folder / "site.json").write_text("{}")
    (folder / "feed.atom").write_text("<feed/>")
    (folder / ".gitcp-site.db").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    with SiteServer("127.0.0.1", 0, folder, b"reload();") as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server: SiteServer, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_a_page_is_served_with_what_reloads_it(server: SiteServer) -> None:
    answer, content = ask(server, "/")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (
        content
        == PAGE.replace('<meta http-equiv="Content-Security-Policy" content="x">\n', "")
        .replace("</head>", f'<script src="{RELOAD}" defer></script>\n</head>')
        .encode()
    )
    assert ask(server, RELOAD)[1] == b"reload();"
    assert (server.folder / "index.html").read_text() == PAGE


@pytest.mark.parametrize("path", ["/", "/tasks/CI-0001.html", "/site.json", "/no-such-page", RELOAD, EDITION])
def test_every_answer_says_what_a_browser_may_do(server: SiteServer, path: str) -> None:
    headers = ask(server, path)[0].headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/site.json?x=1", "application/json"),
        ("/feed.atom", "application/atom+xml"),
        ("/tasks/CI-0001.html", "text/html; charset=utf-8"),
    ],
)
def test_files_have_their_types(server: SiteServer, path: str, kind: str) -> None:
    answer, _ = ask(server, path)

    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/tasks/../../secret.txt", "//etc/passwd", "/%2fetc/passwd",
     "/..\\secret.txt", "/%5c..%5csecret.txt", "/.gitcp-site.db", "/%2egitcp-site.db", "/out.txt", "/site.json%00.html", "/tasks", "/tasks/",
     "/C:/x", "/" + "a" * 5000, "/nothing.html", "/%ff%fe"],
)  # fmt: skip
def test_nothing_but_the_sites_files_is_sent(server: SiteServer, path: str) -> None:
    answer, content = ask(server, path)

    assert answer.status == 404
    assert b"secret" not in content
    assert b"There is no such page" in content


def test_what_is_known_is_not_sent_again(server: SiteServer) -> None:
    tag = ask(server, "/site.json")[0].headers["ETag"]
    again, content = ask(server, "/site.json", If_None_Match=tag)
    (server.folder / "site.json").write_text("[]")

    assert (again.status, content) == (304, b"")
    assert ask(server, "/site.json", If_None_Match=tag)[1] == b"[]"


def test_a_head_tells_all_but_the_content(server: SiteServer) -> None:
    answer, content = ask(server, "/site.json", "HEAD")

    assert (answer.status, answer.headers["Content-Length"], content) == (200, "2", b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(server: SiteServer, method: str) -> None:
    assert ask(server, "/", method)[0].status == 501


def test_a_name_of_another_site_is_not_served(server: SiteServer) -> None:
    assert ask(server, "/", Host="evil.example")[0].status == 421
    assert ask(server, "/", Host=f"localhost:{server.server_address[1]}")[0].status == 200
    assert ask(server, "/", Host="[::1]:80")[0].status == 200


@pytest.mark.parametrize(("path", "host"), [("http://[", "localhost"), ("/", "[::1"), ("/", "[x]")])
def test_what_is_no_address_is_answered_all_the_same(server: SiteServer, path: str, host: str) -> None:
    assert ask(server, path, Host=host)[0].status == 400


def test_the_edition_is_another_once_the_site_is(server: SiteServer) -> None:
    first = ask(server, EDITION)[1]
    assert ask(server, EDITION)[1] == first

    server.renewed()

    assert ask(server, EDITION)[1] != first


def test_it_is_known_who_can_read_an_address() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.1", "press.example")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
