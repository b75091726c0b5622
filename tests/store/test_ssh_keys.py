import subprocess
from pathlib import Path

import pytest

from gitcp.errors import GitcpError
from gitcp.store.signatures import signer_of
from gitcp.store.ssh_keys import PrivateKey
from tests.store.keys import new_key

KINDS = [("ed25519", None), ("rsa", 2048), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521)]
PAYLOAD = b"tree 1\n\nmessage"


def test_a_made_key_is_one_that_ssh_keygen_knows(tmp_path: Path) -> None:
    made = PrivateKey.make(tmp_path / "keys" / "scheduler")
    command = ["ssh-keygen", "-y", "-f", str(tmp_path / "keys" / "scheduler")]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout

    assert said.split()[:2] == made.public.split()
    assert (tmp_path / "keys" / "scheduler.pub").read_text() == f"{made.public}\n"


def test_a_made_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    PrivateKey.make(tmp_path / "keys" / "scheduler")

    assert (tmp_path / "keys" / "scheduler").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_no_key_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "scheduler").write_text("something else")

    with pytest.raises(GitcpError, match="expected no file, found one"):
        PrivateKey.make(tmp_path / "scheduler")
    assert (tmp_path / "scheduler").read_text() == "something else"


@pytest.mark.parametrize(("kind", "bits"), KINDS)
def test_what_a_key_signs_holds_for_ssh_keygen_too(kind: str, bits: int | None, tmp_path: Path) -> None:
    key = new_key(tmp_path, kind, bits=bits)

    signature = PrivateKey.read(key.path).sign(PAYLOAD)

    assert _keygen_says(tmp_path, key.public, signature) == 0
    folded = signature.replace("\n", "\n ").encode()
    assert signer_of(PAYLOAD.replace(b"\n\n", b"\ngpgsig " + folded + b"\n\n")) == key.public


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    key = new_key(tmp_path)
    key.path.chmod(0o640)

    with pytest.raises(GitcpError, match="expected a key for its owner alone, found mode 640"):
        PrivateKey.read(key.path)


def test_a_key_with_a_passphrase_is_not_used(tmp_path: Path) -> None:
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", str(tmp_path / "key")], check=True
    )

    with pytest.raises(GitcpError, match="without a passphrase") as caught:
        PrivateKey.read(tmp_path / "key")
    assert caught.value.hint == "make one: gitcp key new"


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_a_file_that_is_no_key_is_an_error_that_does_not_tell_it(content: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(content)
    (tmp_path / "key").chmod(0o600)

    with pytest.raises(GitcpError) as caught:
        PrivateKey.read(tmp_path / "key")
    assert str(caught.value) == f"{tmp_path}/key: expected a private SSH key without a passphrase, found none"


def test_a_key_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitcpError, match="the key cannot be read: No such file"):
        PrivateKey.read(tmp_path / "key")


def _keygen_says(folder: Path, public: str, signature: str) -> int:
    (folder / "signature").write_text(f"{signature}\n")
    (folder / "allowed").write_text(f'alex namespaces="git" {public}\n')
    command = ["ssh-keygen", "-Y", "verify", "-f", str(folder / "allowed"), "-I", "alex", "-n", "git"]
    asked = subprocess.run(
        [*command, "-s", str(folder / "signature")], input=PAYLOAD, capture_output=True, check=False
    )
    return asked.returncode
