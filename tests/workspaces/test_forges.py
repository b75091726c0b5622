import pytest

from gitcp.workspaces.forges import compare_url

BRANCH = "riley/CI-0028"
GITHUB = "https://github.com/acme/factory/compare/main...riley/CI-0028?expand=1"
GITLAB = (
    "https://gitlab.com/acme/tools/factory/-/merge_requests/new"
    "?merge_request%5Bsource_branch%5D=riley%2FCI-0028&merge_request%5Btarget_branch%5D=main"
)
CODEBERG = "https://codeberg.org/acme/factory/compare/main...riley/CI-0028"
BITBUCKET = "https://bitbucket.org/acme/factory/pull-requests/new?source=riley%2FCI-0028&dest=main"


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://github.com/acme/factory.git", GITHUB),
        ("https://github.com/acme/factory/", GITHUB),
        ("https://token@github.com/acme/factory", GITHUB),
        ("git@github.com:acme/factory.git", GITHUB),
        ("github.com:acme/factory.git", GITHUB),
        ("ssh://git@github.com/acme/factory.git", GITHUB),
        ("ssh://git@ssh.github.com:443/acme/factory.git", GITHUB),
        ("git@GitHub.com:/acme/factory", GITHUB),
        ("https://gitlab.com/acme/tools/factory.git", GITLAB),
        ("git@gitlab.com:acme/tools/factory.git", GITLAB),
        ("https://codeberg.org/acme/factory.git", CODEBERG),
        ("ssh://git@codeberg.org/acme/factory", CODEBERG),
        ("git@bitbucket.org:acme/factory.git", BITBUCKET),
        ("https://gitlab.example.org:8443/a/b", "https://gitlab.example.org:8443/a/b/-/merge_requests/new"),
        ("ssh://git@forgejo.example.org:2222/a/b", "https://forgejo.example.org/a/b/compare/main...riley/CI-0028"),
        ("git@github.example.org:a/b", "https://github.example.org/a/b/compare/main...riley/CI-0028?expand=1"),
    ],
)  # fmt: skip
def test_a_forge_that_is_known_has_a_page_that_compares(url: str, page: str) -> None:
    found = compare_url(url, "main", BRANCH)

    assert found is not None
    assert found == page or found.startswith(f"{page}?")


@pytest.mark.parametrize(
    "url",
    [
        "/srv/git/factory.git", "file:///srv/github.com/factory.git", "https://git.example.org/acme/factory.git",
        "git@work:acme/factory.git", "https://github.com/", "https://github.com/acme", "git@github.com:factory.git",
        "https://github.com/../factory", "http://127.0.0.1:3000/acme/factory", "https://notgithub.com/a/b",
        "https://example.github/a/b",
    ],
)  # fmt: skip
def test_any_other_has_none(url: str) -> None:
    assert compare_url(url, "main", BRANCH) is None


def test_nothing_of_who_signs_in_is_shown() -> None:
    page = compare_url("https://riley:s3cret@github.com/acme/factory.git", "main", BRANCH)

    assert page == GITHUB


def test_what_stands_in_names_is_quoted() -> None:
    page = compare_url("https://github.com/acme/<b>&x", "ma&in", "riley/#1?<i>")

    assert page == "https://github.com/acme/%3Cb%3E%26x/compare/ma%26in...riley/%231%3F%3Ci%3E?expand=1"
