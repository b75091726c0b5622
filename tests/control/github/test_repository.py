"""Which repository on GitHub a company lives in."""

from pathlib import Path

import pytest

from gitcp.control.github.repository import client_of, repository_of
from tests.stories.company import a_company, git


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/acme/control.git", "acme/control"),
        ("https://user:secret@GitHub.com/acme/control", "acme/control"),
        ("git@github.com:acme/control.git", "acme/control"),
        ("ssh://git@ssh.github.com:443/acme/control.git/", "acme/control"),
        ("git@github.com:control.git", None),
        ("https://github.com/a/b/c", None),
        ("https://[x", None),
        ("/srv/acme/control.git", None),
        ("file:///acme/control", None),
        ("", None),
        (None, None),
    ],
)
def test_it_is_read_from_the_address_of_the_remote(url: str | None, expected: str | None) -> None:
    assert repository_of(url) == expected


@pytest.mark.parametrize(
    ("url", "root", "expected"),
    [
        ("https://gitlab.com/acme/control", "https://api.github.com", None),
        ("git@github.com.evil.example:acme/control", "https://api.github.com", None),
        ("git@github.com:acme/control", "https://forge.example/api/v3", None),
        ("git@forge.example:acme/control", "https://forge.example/api/v3", "acme/control"),
        ("https://acme.ghe.com/acme/control", "https://api.acme.ghe.com", "acme/control"),
    ],
)
def test_one_of_the_same_name_elsewhere_is_another_one(url: str, root: str, expected: str | None) -> None:
    assert repository_of(url, root) == expected


def test_by_hand_it_is_that_of_the_remote_whose_branch_is_the_record(tmp_path: Path) -> None:
    company = a_company(tmp_path)
    git(company.control, "remote", "add", "origin", "git@github.com:acme/control.git")

    with company.plane() as plane:
        by_hand = client_of(plane, {"GITHUB_TOKEN": "x"})
        named = client_of(plane, {"GITHUB_TOKEN": "x", "GITHUB_REPOSITORY": "other/one"})

    assert (by_hand.owner, by_hand.name) == ("acme", "control")
    assert (named.owner, named.name) == ("other", "one")
