import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces.urls import checked, masked


@pytest.mark.parametrize(
    "url",
    [
        "/srv/git/factory",
        "/srv/git/My Factory/ünïcode",
        "file:///srv/git/factory.git",
        "ssh://git@example.org/factory.git",
        "ssh://git@example.org:2222/factory.git",
        "git@example.org:company/factory.git",
        "example.org:factory",
        "https://example.org/factory.git",
        "https://someone@example.org/factory.git",
        "http://127.0.0.1:8080/factory.git",
        "http://localhost/factory.git",
        "http://[::1]:80/factory.git",
    ],
)
def test_an_address_that_git_may_have_stays_as_it_is(url: str) -> None:
    assert checked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "factory",
        "../factory",
        "~/factory",
        "--upload-pack=touch /tmp/x",
        "-oProxyCommand=touch x",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::3",
        "git://example.org/factory",
        "ftp://example.org/factory",
        "http://example.org/factory.git",
        "http://127.0.0.1.example.org/factory.git",
        "file://server/share",
        "ssh://-oProxyCommand=touch/x",
        "ssh://-l@example.org/x",
        "-l@example.org:x",
        "git@-oProxyCommand=x:y",
        "git@example.org:-x",
        "ssh:///factory",
        "https:///factory",
        "https://example.org:port/x",
        "/srv/git/two\nlines",
        "/srv/git/nul\0",
        "git@example.org:with space",
        "https://example.org/with space",
    ],
)
def test_any_other_address_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(WorkspaceError, match="expected an absolute path"):
        checked(url)


def test_a_password_in_an_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(WorkspaceError, match="holds a password") as caught:
        checked("https://someone:s3cret@example.org/factory.git")

    assert "s3cret" not in str(caught.value)
    assert "credential helper" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: 'https://tok3n@example.org/x'", "fatal: 'https://***@example.org/x'"),
        ("https://a:tok3n@h/x and http://b:tok3n@h", "https://***@h/x and http://***@h"),
        ("ssh://git:tok3n@h/x", "ssh://git:***@h/x"),
        ("ssh://git@h/x stays", "ssh://git@h/x stays"),
        ("> Authorization: Basic dG9rM24=", "> Authorization: ***"),
        ("nothing here", "nothing here"),
    ],
)
def test_what_gives_access_is_masked_wherever_it_is_shown(text: str, shown: str) -> None:
    assert masked(text) == shown
