"""`gitcp key`: from a company without keys to one that anybody can verify."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.store.keys import new_key, raw_commit
from tests.store.repositories import git


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_a_company_without_keys_has_none_to_show(shell: Shell) -> None:
    assert shell("key").code == 0
    assert shell("key", "list", "--json").json == []
    assert shell("key", "signers").out == ""
    shown = shell("key", "show")
    assert shown.code == 1
    assert "the scheduler has no key here" in shown.err
    assert "gitcp key new" in shown.err


def test_a_new_key_lies_outside_of_the_repository_for_its_owner_alone(shell: Shell, tmp_path: Path) -> None:
    made = shell("key", "new", "--json")

    assert made.code == 0, made.err
    file = Path(made.json["file"])
    assert file.is_relative_to(tmp_path / "config" / "gitcp" / "keys")
    assert file.stat().st_mode & 0o777 == 0o600
    assert shell("key", "show", "--json").json == made.json
    assert made.json["is_named"] is False
    assert "PRIVATE" not in made.out + made.err


def test_a_new_key_says_what_a_person_has_to_add(shell: Shell) -> None:
    made = shell("key", "new")
    public = shell("key", "show", "--json").json["public"]

    assert f"trust:\n  scheduler_keys:\n    - {public}" in made.err
    assert shell.folder is not None
    (shell.folder / "gitcp.yaml").write_text(
        shell.text("gitcp.yaml") + f"trust:\n  scheduler_keys:\n    - {public}\n"
    )
    git(shell.folder, "commit", "-qam", "name the key")
    assert shell("key", "show", "--json").json["is_named"] is True
    assert [row["owner"] for row in shell("key", "list", "--json").json] == ["scheduler"]


def test_a_key_that_is_in_use_is_not_replaced(shell: Shell) -> None:
    made = shell("key", "new", "--json").json
    again = shell("key", "new", "--file", "elsewhere")

    assert again.code == 1
    assert "is the scheduler's key here already" in again.err
    assert shell("key", "show", "--json").json == made


@pytest.mark.parametrize("place", ["key", ".git/key"])
def test_no_key_is_made_inside_of_the_repository(place: str, shell: Shell) -> None:
    assert shell.folder is not None
    made = shell("key", "new", "--file", str(shell.folder / place))

    assert made.code == 1
    assert "expected a place outside of the repository" in made.err
    assert not (shell.folder / place).exists()


def test_a_persons_key_is_added_and_removed(shell: Shell, tmp_path: Path) -> None:
    key, other = new_key(tmp_path), new_key(tmp_path, "ecdsa")

    assert shell("key", "add", "alex", f"{key.path}.pub").code == 0
    assert shell("key", "add", "alex", f"{other.public} alex@laptop").code == 0
    rows = shell("key", "list", "--json").json
    assert [(row["owner"], row["key"]) for row in rows] == [("alex", key.public), ("alex", other.public)]
    assert rows[0]["fingerprint"].startswith("SHA256:")
    assert "alex" in shell("key").out
    assert shell("key", "remove", "alex", rows[0]["fingerprint"]).code == 0
    assert [row["key"] for row in shell("key", "list", "--json").json] == [other.public]
    assert shell("key", "remove", "alex", f"{other.path}.pub").code == 0
    assert shell("key", "list", "--json").json == []
    assert "alex has no key" in shell("key", "remove", "alex", f"{other.path}.pub").err


def test_a_key_of_somebody_else_is_not_added(shell: Shell, tmp_path: Path) -> None:
    key = new_key(tmp_path)
    assert shell("key", "add", "alex", key.public).code == 0

    refused = shell("key", "add", "bea", key.public)

    assert refused.code == 1
    assert "is alex's already" in refused.err
    assert [row["owner"] for row in shell("key", "list", "--json").json] == ["alex"]


def test_an_openpgp_key_is_added_by_its_fingerprint(shell: Shell) -> None:
    printed = "3724 8B50 F92A 9322 C6AF  C0F6 9DEF DF71 E554 2075"
    added = shell("key", "add", "alex", printed)

    assert added.code == 0
    assert "gpg --armor --export 37248B50F92A9322C6AFC0F69DEFDF71E5542075 > keys/" in added.err
    (row,) = shell("key", "list", "--json").json
    assert (row["kind"], row["key"]) == ("openpgp", printed.replace(" ", ""))
    assert shell("key", "signers").out == ""


def test_what_is_no_public_key_is_not_added(shell: Shell, tmp_path: Path) -> None:
    key = new_key(tmp_path)

    assert "found a private one" in shell("key", "add", "alex", str(key.path)).err
    assert "No such file" in shell("key", "add", "alex", "no-such-file").err
    assert "found a file of something else" in shell("key", "add", "alex", _file(tmp_path, "word")).err
    assert shell("key", "add", "riley", key.public).code == 1
    assert shell("key", "list", "--json").json == []


def test_git_verifies_commits_by_what_signers_prints(shell: Shell, tmp_path: Path) -> None:
    key = new_key(tmp_path)
    folder = shell.folder
    assert folder is not None
    for name, value in {
        "gpg.format": "ssh",
        "user.signingkey": str(key.path),
        "commit.gpgsign": "true",
    }.items():
        git(folder, "config", name, value)
    assert shell("key", "add", "alex", f"{key.path}.pub").code == 0
    assert shell("key", "new").code == 0
    (tmp_path / "signers").write_text(shell("key", "signers").out)

    verified = git(
        folder,
        "-c",
        f"gpg.ssh.allowedSignersFile={tmp_path}/signers",
        "log",
        "-1",
        "--format=%G? %GS",
    )

    assert verified == "G alex@example.com\n"
    assert b"gpgsig" in raw_commit(folder)


def _file(folder: Path, text: str) -> str:
    (folder / "file").write_text(text)
    return str(folder / "file")
