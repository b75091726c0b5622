"""Where GitHub is asked, and by whose right."""

import stat
from pathlib import Path

import pytest

from gitcp.errors import ForgeError
from gitcp.github.access import ROOT, Access

SECRET = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"


def test_a_job_tells_both() -> None:
    access = Access.of(
        {"GITHUB_API_URL": "https://forge.example/api/v3/", "GITHUB_TOKEN": SECRET, "GH_TOKEN": "x"}
    )

    assert (access.root, access.token) == ("https://forge.example/api/v3", SECRET)
    assert SECRET not in repr(access)


def test_by_hand_it_is_the_public_one() -> None:
    assert Access.of({"GH_TOKEN": SECRET}) == Access(ROOT, SECRET)


@pytest.mark.parametrize(
    "root",
    [
        "http://api.github.com",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "ftp://api.github.com",
        "https://",
        "//api.github.com",
        "https://user:password@api.github.com",
        "https://api.github.com?x=1",
        "https://api.github.com#x",
        "https://[::1",
        "http://[fe80::1]",
        "api.github.com",
    ],
)
def test_no_token_goes_to_a_root_without_tls(root: str) -> None:
    with pytest.raises(ForgeError, match="expected an address with https") as caught:
        Access.of({"GITHUB_API_URL": root, "GITHUB_TOKEN": SECRET})

    assert SECRET not in str(caught.value)
    assert "password" not in str(caught.value)


@pytest.mark.parametrize("root", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8000"])
def test_this_very_machine_needs_no_tls(root: str) -> None:
    assert Access.of({"GITHUB_API_URL": root, "GITHUB_TOKEN": SECRET}).root == root


def test_without_a_token_the_program_of_github_is_asked_and_sees_the_host(tmp_path: Path) -> None:
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\n[ "$*" = "auth token --hostname $EXPECTED" ] && echo from-gh\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def token(root: str, host: str) -> str:
        return Access.of(
            {"PATH": f"{tmp_path}:/usr/bin:/bin", "EXPECTED": host, "GITHUB_API_URL": root}
        ).token

    assert token(ROOT, "github.com") == "from-gh"
    assert token("https://forge.example/api/v3", "forge.example") == "from-gh"
    with pytest.raises(ForgeError, match="wants a token"):
        token(ROOT, "elsewhere.example")


def test_without_any_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="wants a token") as caught:
        Access.of({"PATH": str(tmp_path)})

    assert caught.value.hint == "set GITHUB_TOKEN, or sign in: gh auth login"


@pytest.mark.parametrize("token", ["a\r\nx-evil: 1", "with space", "ünicode", "\x00"])
def test_what_cannot_be_a_token_is_not_sent(token: str) -> None:
    with pytest.raises(ForgeError, match="cannot be one"):
        Access.of({"GITHUB_TOKEN": token})
