import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gitcp.errors import SecretError
from gitcp.model.runtimes import HttpRuntime, ProcessRuntime
from gitcp.runtimes.secrets import LARGEST, references_in, resolved, secrets_of


def a_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_variable_of_the_runner_is_a_secret() -> None:
    assert resolved("env:KEY", {"KEY": "k-1"}) == "k-1"


def test_a_file_is_read_whole_without_the_line_end_at_its_end(tmp_path: Path) -> None:
    path = a_file(tmp_path, b"-----BEGIN-----\nabc\n-----END-----\r\n")

    assert resolved(f"file:{path}") == "-----BEGIN-----\nabc\n-----END-----"


def test_a_file_may_be_named_from_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_file(tmp_path, b"k-2\n", 0o640)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert resolved("file:~/secret") == "k-2"


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"k-3-hidden", 0o644, "everybody may read it"),
        (b"k-3-hidden" * LARGEST, 0o600, "bytes or less"),
        (b"k-3-hidden\xff", 0o600, "expected text in UTF-8"),
        (b"k-3-hidden\0", 0o600, "holds a NUL character"),
        (b"\n", 0o600, "is not set, or is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_never_told(
    tmp_path: Path, content: bytes, mode: int, said: str
) -> None:
    path = a_file(tmp_path, content, mode)

    with pytest.raises(SecretError) as raised:
        resolved(f"file:{path}")

    assert f"secret file:{path}: " in raised.value.message
    assert said in raised.value.message
    assert "hidden" not in f"{raised.value.message}{raised.value.hint}"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NONE", "is not set, or is empty"),
        ("env:EMPTY", "is not set, or is empty"),
        ("file:/no/such/file", "No such file or directory"),
        ("file:relative", "expected an absolute path"),
        ("file:/tmp", "Is a directory"),
        ("keyring:service", "expected keyring:SERVICE/USER"),
        ("vault:x", "expected env:NAME, file:PATH or keyring:SERVICE/USER"),
    ],
)
def test_what_is_missing_is_said_by_its_reference(reference: str, said: str) -> None:
    with pytest.raises(SecretError, match=f"secret {reference}: .*{said}"):
        resolved(reference, {"EMPTY": ""})


class _KeyringError(Exception):
    pass


def _keyring(found: str | Exception | None) -> SimpleNamespace:
    def get_password(service: str, user: str) -> str | None:
        assert (service, user) == ("a/model", "riley")
        if isinstance(found, Exception):
            raise found
        return found

    return SimpleNamespace(get_password=get_password, errors=SimpleNamespace(KeyringError=_KeyringError))


def test_the_keyring_is_asked_for_a_service_and_a_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", _keyring("k-4"))

    assert resolved("keyring:a/model/riley") == "k-4"


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (None, "the library keyring is not installed"),
        (_keyring(None), "is not set"),
        (_keyring(_KeyringError("locked: k-4")), r"does not answer \(_KeyringError\)"),
    ],
)
def test_a_keyring_that_has_no_answer_is_said(
    monkeypatch: pytest.MonkeyPatch, module: SimpleNamespace | None, said: str
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", module)

    with pytest.raises(SecretError, match=said) as raised:
        resolved("keyring:a/model/riley")

    assert "k-4" not in raised.value.message


def test_the_real_library_answers_or_says_why_not() -> None:
    pytest.importorskip("keyring")

    with pytest.raises(SecretError, match="secret keyring:gitcp-tests/nobody: "):
        resolved("keyring:gitcp-tests/nobody")


def test_an_agent_gets_the_secrets_that_its_record_names() -> None:
    config = ProcessRuntime(type="process", command=("x",), secrets={"A": "env:B"})

    assert secrets_of(config, {"B": "k-5", "C": "other"}) == {"A": "k-5"}
    assert references_in(config) == ("env:B",)


def test_an_agent_at_an_address_gets_no_variables() -> None:
    config = HttpRuntime(
        type="http", url="https://a.example", secret_headers={"X": "env:B"}, sign_with="env:C"
    )

    assert secrets_of(config, {}) == {}
    assert references_in(config) == ("env:B", "env:C")
