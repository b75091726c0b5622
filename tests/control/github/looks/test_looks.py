"""What the doctor sees on GitHub, and what it says where it may not look."""

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from gitcp.control.finding import State
from gitcp.control.github.looks import look
from tests.control.github.looks.conftest import Place
from tests.github.fake import Trouble
from tests.stories.company import a_company, git


def test_where_all_is_in_order_nothing_is_wrong(place: Place) -> None:
    found = place.found()

    assert [each for each in found if each.state is not State.OK] == []
    assert found[0].message == "acme/control, public"
    assert all(heard.method == "GET" for heard in place.github.heard)


def test_a_company_elsewhere_is_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    company = a_company(tmp_path)
    git(company.control, "remote", "add", "origin", "https://gitlab.com/acme/control.git")

    with company.plane() as plane:
        assert list(look(plane)) == []


def test_without_a_token_one_finding_says_how_to_give_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")

    (found,) = place.found()

    assert (found.state, found.message) == (State.WARNING, "GitHub wants a token, and there is none here")
    assert found.remedy == "set GITHUB_TOKEN, or sign in: gh auth login"
    assert place.github.heard == []


def test_a_token_that_does_not_count_is_told_once(place: Place) -> None:
    place.github.tokens.clear()

    (found,) = place.found()

    assert found.state is State.WARNING
    assert "answered 401" in found.message


def test_who_does_not_answer_is_asked_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")

        (found,) = place.found()

    assert found.state is State.WARNING
    assert "no answer" in found.message


def test_a_clock_that_is_not_githubs_is_an_error(place: Place) -> None:
    place.company.now += timedelta(hours=1)

    assert place.told("github clock")[0].startswith("error: it is ")


def test_who_is_busy_is_not_waited_for(place: Place) -> None:
    place.github.troubles.append(Trouble(503))

    (found,) = place.found()

    assert "answered 503" in found.message


@pytest.mark.parametrize(
    ("about", "right"),
    [
        ("github actions", "administration: read"),
        ("github default rights", "administration: read"),
        ("github schedule", "actions: read"),
        ("github pages", "pages: read"),
        ("github secrets", "secrets: read"),
    ],
)
@pytest.mark.parametrize("private", [False, True])
def test_what_a_token_may_not_see_is_told_with_the_right_that_it_needs(
    place: Place, about: str, right: str, private: bool
) -> None:
    place.github.private = private
    place.asks_as("contents: read")

    (told,) = place.told(about)

    assert told in {
        f"warning: this token may not look: it needs the right `{right}`",
        # Of a private repository GitHub does not say whether it has none, or none to be seen.
        "warning: are off, or may not be seen: that needs the right `pages: read`",
    }
    assert State.ERROR not in {each.state for each in place.found()}
