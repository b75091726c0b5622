"""Which repository on GitHub a company lives in."""

import pytest

from gitcp.control.github.repository import repository_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/control.git", "acme/control"),
        ("https://user:secret@github.com/acme/control", "acme/control"),
        ("git@github.com:acme/control.git", "acme/control"),
        ("ssh://git@ssh.github.com:443/acme/control.git/", "acme/control"),
        ("git@github.com:control.git", None),
        ("https://github.com/a/b/c", None),
        ("https://[x", None),
        ("/srv/control.git", None),
        ("", None),
        (None, None),
    ],
)
def test_it_is_read_from_the_address_of_the_remote(url: str | None, expected: str | None) -> None:
    assert repository_of(url) == expected
