import subprocess
import time
from pathlib import Path

import pytest

from gitcp.errors import WorkspaceError
from gitcp.workspaces.program import Git


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    path = tmp_path / "clone.git"
    path.mkdir()
    Git(30).local("init", "--quiet", "--bare", "--template=", clone=path)
    return path


def test_inherited_variables_do_not_lead_git_elsewhere(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "another-index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))

    Git(30).local("read-tree", "--empty", clone=clone, index=tmp_path / "index")

    assert Git(30).local("rev-parse", "--git-dir", clone=clone).strip() == str(clone)
    assert (tmp_path / "index").exists()
    assert not (tmp_path / "another-index").exists()


def test_what_a_person_has_configured_counts_for_servers_only(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gitconfig").write_text("[credential]\n\thelper = theirs\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    local = Git(30).attempt("config", "credential.helper", clone=clone)
    remote = Git(30).remote("config", "credential.helper", clone=clone)

    assert (local.stdout, remote.stdout) == ("", "theirs\n")


def test_a_command_that_takes_too_long_is_ended_with_its_helpers(clone: Path, tmp_path: Path) -> None:
    mark = tmp_path / "helper"
    helper = f"!echo $$ >{mark}; sleep 30"
    (clone / "config").write_text(f'{(clone / "config").read_text()}[alias]\n\tslow = "{helper}"\n')
    began = time.monotonic()

    with pytest.raises(WorkspaceError, match=r"not done after 0\.5 seconds"):
        Git(0.5).local("slow", clone=clone)

    assert time.monotonic() - began < 20
    gone = subprocess.run(
        ["ps", "-o", "stat=", "-p", mark.read_text().strip()], capture_output=True, text=True, check=False
    )
    assert gone.stdout.strip() in {"", "Z"}


def test_the_words_of_git_are_in_the_error(clone: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"git cat-file: fatal: .*no-such"):
        Git(30).local("cat-file", "-t", "no-such", clone=clone)


def test_a_machine_without_git_is_told_so(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone))

    with pytest.raises(WorkspaceError, match="git could not be started"):
        Git(30).local("version", clone=clone)
