"""The pages of forges, as their own sites address them."""

import pytest
from pydantic import ValidationError

from gitcp.dashboard.forges import LONGEST, Forge, forge_of, own_forge, repository_forges
from gitcp.model.company import Company, ForgeKind, ForgeSettings, Repository

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
    forge = forge_of(url)

    assert forge is not None
    found = forge.propose("main", BRANCH)
    assert found == page or found.startswith(f"{page}?")


@pytest.mark.parametrize(
    "url",
    [
        "/srv/git/factory.git", "file:///srv/github.com/factory.git", "https://git.example.org/acme/factory.git",
        "git@work:acme/factory.git", "https://github.com/", "https://github.com/acme", "git@github.com:factory.git",
        "https://github.com/../factory", "http://127.0.0.1:3000/acme/factory", "https://notgithub.com/a/b",
        "https://example.github/a/b", "https://github.com:port/a/b", "https://[github.com/a/b", "https://bitbucket.example.org/a/b",
    ],
)  # fmt: skip
def test_any_other_has_none(url: str) -> None:
    assert forge_of(url) is None


def test_nothing_of_who_signs_in_is_shown() -> None:
    forge = forge_of("https://riley:s3cret@github.com/acme/factory.git")

    assert forge == Forge(ForgeKind.GITHUB, "https://github.com/acme/factory")


COMMIT = "0123456789abcdef0123456789abcdef01234567"
PATH = "roles/ri ley/role #1.md"
QUOTED = "roles/ri%20ley/role%20%231.md"


@pytest.mark.parametrize(
    ("kind", "name", "pages"),
    [
        (
            ForgeKind.GITHUB,
            "GitHub",
            {
                "view": f"/blob/main/{QUOTED}",
                "raw": f"/raw/main/{QUOTED}",
                "edit": f"/edit/main/{QUOTED}",
                "history": f"/commits/main/{QUOTED}",
                "new": f"/new/main?filename={QUOTED}&value=a%3A%20%27%26%27%0A&message=Add%20it",
            },
        ),
        (
            ForgeKind.GITLAB,
            "GitLab",
            {
                "view": f"/-/blob/main/{QUOTED}",
                "raw": f"/-/raw/main/{QUOTED}",
                "edit": f"/-/edit/main/{QUOTED}",
                "history": f"/-/commits/main/{QUOTED}",
                "new": f"/-/new/main?file_name={QUOTED}",
            },
        ),
        (
            ForgeKind.GITEA,
            "Gitea",
            {
                "view": f"/src/branch/main/{QUOTED}",
                "raw": f"/raw/branch/main/{QUOTED}",
                "edit": f"/_edit/main/{QUOTED}",
                "history": f"/commits/branch/main/{QUOTED}",
                "new": f"/_new/main/?filename={QUOTED}&value=a%3A%20%27%26%27%0A",
            },
        ),
        (
            ForgeKind.BITBUCKET,
            "Bitbucket",
            {
                "view": f"/src/main/{QUOTED}",
                "raw": f"/raw/main/{QUOTED}",
                "edit": f"/src/main/{QUOTED}?mode=edit&at=main",
                "history": f"/history-node/main/{QUOTED}?at=main",
                "new": "/create-file/main/?at=main",
            },
        ),
    ],
)
def test_each_forge_addresses_a_file_in_its_own_way(
    kind: ForgeKind, name: str, pages: dict[str, str]
) -> None:
    forge = Forge(kind, "https://f.example/a/b")
    found = {page: getattr(forge, page)(PATH, "main") for page in ("view", "raw", "edit", "history")}
    found["new"] = forge.new(PATH, "main", "a: '&'\n", "Add it")

    assert forge.name == name
    assert found == {page: f"https://f.example/a/b{rest}" for page, rest in pages.items()}


@pytest.mark.parametrize(
    ("kind", "view", "commit", "branch", "compare"),
    [
        (ForgeKind.GITHUB, f"/blob/{COMMIT}/a", f"/commit/{COMMIT}", "/tree/x/y%23", "/compare/main...x/y%23"),
        (ForgeKind.GITLAB, f"/-/blob/{COMMIT}/a", f"/-/commit/{COMMIT}", "/-/tree/x/y%23", "/-/compare/main...x/y%23"),
        (ForgeKind.FORGEJO, f"/src/commit/{COMMIT}/a", f"/commit/{COMMIT}", "/src/branch/x/y%23", "/compare/main...x/y%23"),
        (ForgeKind.BITBUCKET, f"/src/{COMMIT}/a", f"/commits/{COMMIT}", "/branch/x/y%23", "/branches/compare/x%2Fy%23%0Dmain"),
    ],
)  # fmt: skip
def test_each_forge_addresses_commits_and_branches_in_its_own_way(
    kind: ForgeKind, view: str, commit: str, branch: str, compare: str
) -> None:
    forge = Forge(kind, "https://f.example/a/b")
    found = (
        forge.view("a", COMMIT),
        forge.commit(COMMIT),
        forge.branch("x/y#"),
        forge.compare("main", "x/y#"),
    )

    assert found == tuple(f"https://f.example/a/b{page}" for page in (view, commit, branch, compare))


@pytest.mark.parametrize("kind", list(ForgeKind))
def test_a_text_that_is_too_long_for_an_address_is_left_out(kind: ForgeKind) -> None:
    forge = Forge(kind, "https://f.example/a/b")

    assert len(forge.new("a.yaml", "main", "é" * LONGEST) or "") < 100
    assert (
        forge.prefills
        == ("value=" in str(forge.new("a.yaml", "main", "x" * 100)))
        == (kind.value in {"github", "gitea", "forgejo"})
    )


@pytest.mark.parametrize("path", ["../x", "a/../../x", "a//b", "/etc/passwd", "", "./a"])
def test_a_path_that_leaves_the_repository_has_no_page(path: str) -> None:
    forge = Forge(ForgeKind.GITHUB, "https://github.com/a/b")

    assert [forge.view(path, "main"), forge.edit(path, "main"), forge.new(path, "main")] == [None] * 3


def test_a_forge_of_ones_own_is_named_in_the_settings() -> None:
    settings = ForgeSettings(kind=ForgeKind.GITEA, url="https://git.example.org/acme/company.git")
    company = Company(
        id="gitcp",
        name="Acme",
        forge=settings,
        repositories={
            "factory": Repository(url="ssh://git@git.example.org:2222/acme/factory.git"),
            "tools": Repository(url="git@github.com:acme/tools"),
            "local": Repository(url="../factory"),
        },
    )

    assert own_forge("/srv/company.git", settings) == Forge(
        ForgeKind.GITEA, "https://git.example.org/acme/company"
    )
    assert own_forge("git@github.com:acme/company", None) == Forge(
        ForgeKind.GITHUB, "https://github.com/acme/company"
    )
    assert own_forge("/srv/company.git", None) is None
    assert own_forge(None, None) is None
    assert repository_forges(company) == {
        "factory": Forge(ForgeKind.GITEA, "https://git.example.org/acme/factory"),
        "tools": Forge(ForgeKind.GITHUB, "https://github.com/acme/tools"),
    }
    assert repository_forges(None) == {}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "https://user:pw@git.example.org/a/b", "https://git.example.org", "ftp://a.example/b/c",
        "https://git.example.org/a/b?x=1", "https://git.example.org/a/b#x", "//git.example.org/a/b", "https://a.example/b c",
    ],
)  # fmt: skip
def test_the_settings_take_the_page_of_a_repository_alone(url: str) -> None:
    with pytest.raises(ValidationError):
        ForgeSettings(kind=ForgeKind.GITEA, url=url)
