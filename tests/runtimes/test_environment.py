import os
import subprocess
from pathlib import Path

import pytest

from gitcp.model.runtimes import CodexRuntime, ProcessRuntime
from gitcp.runtimes import Identity, RuntimeConfig, child_environment

PARENT = {
    "PATH": os.environ.get("PATH", os.defpath),
    "HOME": "/home/person",
    "LANG": "de_DE.UTF-8",
    "LC_TIME": "C",
    "TZ": "Europe/Madrid",
    "USER": "person",
    "SSH_AUTH_SOCK": "/run/agent.sock",
    "AWS_SECRET_ACCESS_KEY": "s3cret",
    "OPENAI_API_KEY": "k3y",
    "GIT_DIR": "/elsewhere",
    "GITCP_API_KEY": "another run's",
    "GITCP_SIGNING_KEY_FILE": "/etc/gitcp/scheduler",
    "GNUPGHOME": "/home/person/.gnupg",
    "SSH_ASKPASS": "/usr/bin/askpass",
    "PYTHONPATH": "/evil",
}


def a_config(*passed: str, **given: str) -> ProcessRuntime:
    return ProcessRuntime(type="process", command=("x",), environment=given, pass_environment=passed)


def built(
    folder: Path, config: RuntimeConfig | None = None, parent: dict[str, str] | None = None, **injected: str
) -> dict[str, str]:
    return child_environment(
        folder=folder,
        programs=Path("/opt/gitcp/bin"),
        identity=Identity("Riley", "riley@example.org"),
        config=config or a_config(),
        injected=injected,
        parent=PARENT if parent is None else parent,
    )


def test_nothing_is_inherited_but_what_is_listed(tmp_path: Path) -> None:
    assert sorted(built(tmp_path)) == [
        "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_NAME", "GIT_CONFIG_NOSYSTEM",
        "GIT_SSH_COMMAND", "GIT_TERMINAL_PROMPT", "HOME", "LANG", "LC_TIME", "PATH", "TERM", "TMPDIR", "TZ",
    ]  # fmt: skip


def test_home_and_temporary_files_are_the_runs_own(tmp_path: Path) -> None:
    environment = built(tmp_path)

    assert Path(environment["HOME"]).is_relative_to(tmp_path)
    assert Path(environment["TMPDIR"]).is_relative_to(tmp_path)
    assert Path(environment["HOME"]).stat().st_mode & 0o777 == 0o700
    assert list(Path(environment["HOME"]).iterdir()) == []


@pytest.mark.parametrize(
    ("parent", "path"),
    [
        ("/usr/bin:/bin", "/opt/gitcp/bin:/usr/bin:/bin"),
        (".:/bin::relative:", "/opt/gitcp/bin:/bin"),
        ("", f"/opt/gitcp/bin:{os.defpath}"),
    ],
)
def test_programs_are_found_in_the_given_folder_first_and_never_in_the_checkout(
    tmp_path: Path, parent: str, path: str
) -> None:
    assert built(tmp_path, parent={"PATH": parent})["PATH"] == path


def test_a_record_names_what_is_passed_on_and_gives_values(tmp_path: Path) -> None:
    environment = built(tmp_path, a_config("OPENAI_API_KEY", "HOME", "MISSING", MODEL="small", LANG="C"))

    assert environment["OPENAI_API_KEY"] == "k3y"
    assert environment["HOME"] == "/home/person"
    assert environment["MODEL"] == "small"
    assert environment["LANG"] == "C"
    assert "MISSING" not in environment


def test_what_is_injected_cannot_be_overridden_nor_invented(tmp_path: Path) -> None:
    config = a_config("GITCP_API_KEY", GITCP_RUN_ID="forged", GITCP_OTHER="forged")

    environment = built(tmp_path, config, GITCP_RUN_ID="true")

    assert {name: value for name, value in environment.items() if name.startswith("GITCP_")} == {
        "GITCP_RUN_ID": "true"
    }


def test_where_the_schedulers_key_lies_is_passed_on_to_nobody(tmp_path: Path) -> None:
    named = a_config("GITCP_SIGNING_KEY_FILE", GITCP_SIGNING_KEY_FILE="/tmp/mine")

    assert "GITCP_SIGNING_KEY_FILE" not in built(tmp_path, named)


def test_a_runtime_without_such_fields_gets_the_basics(tmp_path: Path) -> None:
    assert built(tmp_path, CodexRuntime(type="codex")) == built(tmp_path)


def test_the_parent_is_this_process_unless_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_GITCP", "x")

    environment = child_environment(
        folder=tmp_path, programs=tmp_path, identity=Identity("R", "r@x"), config=a_config(), injected={}
    )

    assert environment["LC_GITCP"] == "x"


def test_git_commits_as_the_agent_without_the_person_at_the_machine(tmp_path: Path) -> None:
    home = tmp_path / "person"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Person\n[commit]\n\tgpgSign = true\n[credential]\n\thelper = theirs\n"
    )
    environment = built(tmp_path / "run", parent={**PARENT, "HOME": str(home), "XDG_CONFIG_HOME": str(home)})

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "-m", "work")

    assert git("log", "--format=%an <%ae> %cn") == "Riley <riley@example.org> Riley"
    assert git("config", "credential.helper") == ""


def test_ssh_does_not_find_the_keys_of_the_account(tmp_path: Path) -> None:
    command = built(tmp_path)["GIT_SSH_COMMAND"].split()

    shown = subprocess.run([*command, "-G", "example.org"], capture_output=True, text=True, check=False)
    if shown.returncode:
        pytest.skip(f"no ssh that shows its settings: {shown.stderr}")
    assert [line for line in shown.stdout.splitlines() if line.startswith("identityfile")] == [
        "identityfile none"
    ]
    assert "batchmode yes" in shown.stdout
