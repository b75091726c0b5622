"""`gitcp github install`, and `gitcp init --github`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.stories.company import git

FILES = [
    ".github/actions/gitcp/action.yml",
    *(f".github/workflows/{name}.yml" for name in ("audit", "check", "pages", "run", "tick")),
]


def test_the_workflows_are_written_and_found_up_to_date(shell: Shell) -> None:
    before = shell("github", "install", "--check")
    done = shell("github", "install")
    after = shell("github", "install", "--check", "--json")

    assert (before.code, done.code, after.code) == (1, 0, 0)
    assert [line for line in before.err.splitlines() if line.startswith("would write")] == [
        f"would write {name}" for name in FILES
    ]
    assert [line for line in done.err.splitlines() if line.startswith("wrote")] == [
        f"wrote {name}" for name in FILES
    ]
    assert "next: gh workflow run tick" in done.err.splitlines()
    assert after.json["unchanged"] == FILES
    assert all(shell.text(name).startswith("# Written by gitcp ") for name in FILES)


def test_looking_writes_nothing(shell: Shell) -> None:
    shell("github", "install", "--check")

    assert shell.folder is not None
    assert not (shell.folder / ".github").exists()


def test_what_somebody_edited_is_kept_unless_forced(shell: Shell) -> None:
    shell("github", "install")
    assert shell.folder is not None
    edited = shell.folder / FILES[1]
    edited.write_text(edited.read_text().replace("ubuntu-latest", "my-runner"))

    kept = shell("github", "install", "--json").json
    looked = shell("github", "install", "--check")

    assert (kept["kept"], kept["written"], looked.code) == ([FILES[1]], [], 1)
    assert "my-runner" in edited.read_text()
    assert shell("github", "install", "--force", "--json").json["written"] == [FILES[1]]
    assert "my-runner" not in edited.read_text()


def test_what_was_chosen_stays_until_something_else_is(shell: Shell) -> None:
    shell("github", "install", "--credential", "deploy-key", "--every", "30")

    again = shell("github", "install", "--json").json
    other = shell("github", "install", "--every", "60", "--json").json

    assert (again["credential"], again["every"], again["written"]) == ("deploy-key", 30, [])
    assert (other["credential"], other["every"], other["written"]) == ("deploy-key", 60, [FILES[-1]])


def test_a_rhythm_that_cannot_be_said_writes_nothing(shell: Shell) -> None:
    done = shell("github", "install", "--every", "7")

    assert done.code == 1
    assert "--every: expected minutes that divide an hour" in done.err
    assert shell.folder is not None
    assert not (shell.folder / ".github").exists()


def test_a_link_out_of_the_repository_is_not_followed(shell: Shell, tmp_path: Path) -> None:
    assert shell.folder is not None
    (tmp_path / "elsewhere").mkdir()
    (shell.folder / ".github").symlink_to(tmp_path / "elsewhere")

    done = shell("github", "install")

    assert done.code == 1
    assert "leads out of the repository" in done.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_repository_without_a_checkout_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert shell.folder is not None
    git(tmp_path, "clone", "--quiet", "--bare", str(shell.folder), "bare.git")

    done = Shell(tmp_path / "bare.git")("github", "install")

    assert done.code == 1
    assert "expected a checkout to write the workflows into" in done.err


def test_for_a_company_that_cannot_be_read_nothing_is_written(shell: Shell) -> None:
    shell("github", "install")
    assert shell.folder is not None
    before = shell.text(FILES[4])
    (shell.folder / "gitcp.yaml").write_text("format: 1\nnmae: Acme\n")
    git(
        shell.folder,
        "-c",
        "user.name=Alex",
        "-c",
        "user.email=alex@example.com",
        "commit",
        "-qam",
        "break it",
    )

    done = shell("github", "install")

    assert done.code == 1
    assert "gitcp.yaml" in done.err
    assert shell.text(FILES[4]) == before


def test_without_a_verb_nothing_is_done_but_told(shell: Shell) -> None:
    done = shell("github")

    assert "install" in done.out
    assert shell.folder is not None
    assert not (shell.folder / ".github").exists()


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Git know who sits at the keyboard."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = Alex\n\temail = alex@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return tmp_path


@pytest.mark.parametrize("template", ["blank", "talent-factory"])
def test_a_company_is_founded_with_its_workflows_and_time_for_jobs(known: Path, template: str) -> None:
    done = Shell()(
        "init", str(known / "acme"), "--template", template, "--github", "--credential", "deploy-key"
    )
    acme = Shell(known / "acme")

    assert done.code == 0
    assert git(known / "acme", "ls-files", ".github").splitlines() == FILES
    assert git(known / "acme", "status", "--short") == ""
    assert acme("github", "install", "--check").code == 0
    assert acme("check").code == 0
    assert "grace_minutes: 30" in acme.text("gitcp.yaml")
    assert "next: gh repo deploy-key add gitcp-deploy-key.pub --allow-write --title gitcp" in done.err
    assert ("is a path of this machine" in done.err) == (template == "talent-factory")


def test_a_company_is_founded_without_workflows_unless_asked_for(known: Path) -> None:
    Shell()("init", str(known / "acme"))

    assert not (known / "acme" / ".github").exists()
    assert Shell()("init", str(known / "beta"), "--credential", "app").code == 2
