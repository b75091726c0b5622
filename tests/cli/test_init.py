"""`gitcp init`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Git know who sits at the keyboard."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = Alex\n\temail = alex@example.com\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    return tmp_path


def test_a_company_is_founded_and_can_be_asked(known: Path) -> None:
    done = Shell()("init", str(known / "acme"), "--name", "Acme")

    assert (done.code, done.out) == (0, "")
    assert "next: cd " in done.err
    assert Shell(known / "acme")("status").out.startswith("Acme\n")


def test_a_template_that_does_not_exist_names_those_that_do(known: Path) -> None:
    done = Shell()("init", str(known / "acme"), "--template", "nothing")

    assert done.code == 1
    assert "hint: there are blank, " in done.err
