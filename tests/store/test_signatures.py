import base64
import hashlib
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from gitcp.store.signatures import signer_of, split
from tests.store.keys import Key, new_key, raw_commit, sign_commit, signed_by
from tests.store.repositories import commit_files, git, new_checkout

KINDS = [("ed25519", None), ("rsa", 2048), ("rsa", 3072), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521)]
BEGIN, END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A commit that git signed by an Ed25519 key."""
    folder = tmp_path_factory.mktemp("signed")
    repository = new_checkout(folder / "repository")
    key = new_key(folder)
    sign_commit(repository, key)
    return raw_commit(repository)


@pytest.mark.parametrize(("kind", "bits"), KINDS)
def test_a_commit_that_git_signed_by_an_ssh_key_names_that_key(
    kind: str, bits: int | None, tmp_path: Path
) -> None:
    repository = new_checkout(tmp_path / "repository")
    key = new_key(tmp_path, kind, bits=bits)

    sign_commit(repository, key)

    assert signer_of(raw_commit(repository)) == key.public


def test_a_commit_without_a_signature_has_no_signer(tmp_path: Path) -> None:
    repository = new_checkout(tmp_path)
    commit_files(repository, {"a": "b"})

    assert signer_of(raw_commit(repository)) is None


def test_no_byte_of_a_signed_commit_can_be_changed(raw: bytes) -> None:
    head = raw.index(b"gpgsig")
    rest = raw.index(b"-----END SSH SIGNATURE-----\n") + 28
    places = [*range(head), *range(rest, len(raw))]

    changed = [raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] for at in places]

    assert len(places) > 100
    assert {signer_of(each) for each in changed} == {None}


def test_a_changed_signature_never_names_another_key(raw: bytes) -> None:
    start, end = raw.index(b"gpgsig"), raw.index(b"-----END SSH")

    found = {signer_of(raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :]) for at in range(start, end)}

    assert found == {None}


def test_a_signature_is_written_in_one_way_alone(raw: bytes) -> None:
    end = raw.index(b"=\n -----END SSH")
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    others = {raw[: end - 1] + bytes([letter]) + raw[end:] for letter in letters} - {raw}

    assert len(others) == 63
    assert {signer_of(each) for each in others} == {None}


def test_a_cut_signature_is_none(raw: bytes) -> None:
    start, end = raw.index(b"gpgsig"), raw.index(b"-----END SSH")

    found = {signer_of(raw[:at] + raw[end:]) for at in range(start, end)}

    assert found == {None}


def test_two_signatures_are_none(raw: bytes) -> None:
    head, _, message = raw.partition(b"\n\n")
    signature = head[head.index(b"gpgsig") :]

    assert signer_of(head + b"\n" + signature + b"\n\n" + message) is None


@pytest.mark.parametrize("header", [b"gpgsig-sha256", b"gpgsigs", b"gpgsig-sha512"])
def test_a_signature_beside_one_for_other_repositories_is_none(header: bytes, raw: bytes) -> None:
    head, _, message = raw.partition(b"\n\n")

    assert signer_of(head + b"\n" + header + b" something\n\n" + message) is None
    assert signer_of(raw.replace(b"\ngpgsig ", b"\n" + header + b" ")) is None


def test_a_signature_in_the_message_is_none(raw: bytes) -> None:
    head, _, message = raw.partition(b"\n\n")
    start = head.index(b"gpgsig")

    assert signer_of(head[: start - 1] + b"\n\n" + head[start:] + b"\n\n" + message) is None


def test_an_endless_signature_is_none(raw: bytes) -> None:
    line = b" " + b"A" * 70 + b"\n"

    assert signer_of(raw.replace(b" -----END", line * 2_000 + b" -----END")) is None


@given(st.binary(max_size=300))
def test_bytes_that_are_no_commit_are_no_error(data: bytes) -> None:
    assert signer_of(data) is None
    assert signer_of(b"tree " + data + b"\ngpgsig " + data + b"\n\n" + data) is None


@given(st.binary(max_size=200))
def test_a_frame_of_anything_is_no_error(frame: bytes) -> None:
    assert signer_of(_with_frame(b"SSHSIG\0\0\0\1" + frame)) is None
    assert signer_of(_with_frame(frame)) is None


def test_a_signature_for_another_purpose_is_none(tmp_path: Path) -> None:
    key = new_key(tmp_path)
    payload = b"tree 1\n\nmessage"

    assert signer_of(_with_signature(payload, _keygen(key, payload, "git"))) == key.public
    assert signer_of(_with_signature(payload, _keygen(key, payload, "file"))) is None


@pytest.mark.parametrize(("algorithm", "holds"), [("sha256", True), ("sha512", True), ("sha384", False)])
def test_only_the_hashes_of_openssh_count(algorithm: str, holds: bool) -> None:
    key = Ed25519PrivateKey.generate()
    payload = b"tree 1\n\nmessage"
    digest = hashlib.new(algorithm, payload).digest()
    tosign = b"SSHSIG" + _strings(b"git", b"", algorithm.encode(), digest)
    blob = _strings(b"ssh-ed25519", key.public_key().public_bytes_raw())
    signature = _strings(b"ssh-ed25519", key.sign(tosign))
    frame = b"SSHSIG\0\0\0\1" + _strings(blob, b"git", b"", algorithm.encode(), signature)

    found = signer_of(_with_signature(payload, _armoured(frame)))

    assert (found is not None) == holds


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_signature_of_a_hardware_key_counts_as_ssh_keygen_has_it(kind: str, tmp_path: Path) -> None:
    payload = b"tree 1\n\nmessage"
    public, frame = _ed25519_in_a_token(payload) if kind == "ed25519" else _ecdsa_in_a_token(payload)
    (tmp_path / "sig").write_text(_armoured(frame))
    said = subprocess.run(
        ["ssh-keygen", "-Y", "check-novalidate", "-n", "git", "-s", str(tmp_path / "sig")],
        input=payload,
        capture_output=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    assert signer_of(_with_signature(payload, _armoured(frame))) == public
    assert signer_of(_with_signature(payload + b"!", _armoured(frame))) is None


def test_a_short_rsa_key_is_nobodys(tmp_path: Path) -> None:
    repository = new_checkout(tmp_path / "repository")
    key = new_key(tmp_path, "rsa", bits=1024)
    sign_commit(repository, key)

    assert signer_of(raw_commit(repository)) is None


def test_a_merge_of_a_signed_tag_is_signed_by_who_merged(tmp_path: Path) -> None:
    repository = new_checkout(tmp_path / "repository")
    theirs, ours = new_key(tmp_path, name="theirs"), new_key(tmp_path, name="ours")
    sign_commit(repository, ours, "first")
    git(repository, "checkout", "-q", "-b", "side")
    sign_commit(repository, theirs, "aside")
    git(repository, *signed_by(theirs), "tag", "-s", "-m", "a release", "v1")
    git(repository, "checkout", "-q", "main")
    sign_commit(repository, ours, "second")
    git(repository, *signed_by(ours), "merge", "-q", "--no-ff", "-m", "merge it", "v1")
    raw = raw_commit(repository)

    assert b"\nmergetag " in raw
    assert signer_of(raw) == ours.public
    assert signer_of(raw.replace(b"a release", b"A release")) is None


def test_what_is_signed_is_the_commit_without_its_signature(raw: bytes) -> None:
    found = split(raw)

    assert found is not None
    payload, signature = found
    assert b"gpgsig" not in payload
    assert payload.endswith(b"\n\nchange by hand\n")
    assert signature.startswith(b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH")


def _keygen(key: Key, payload: bytes, namespace: str) -> str:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key.path)]
    return subprocess.run(command, input=payload, capture_output=True, check=True).stdout.decode()


def _with_signature(payload: bytes, armoured: str) -> bytes:
    head, _, message = payload.partition(b"\n\n")
    return head + b"\ngpgsig " + armoured.strip().replace("\n", "\n ").encode() + b"\n\n" + message


def _with_frame(frame: bytes) -> bytes:
    return _with_signature(b"tree 1\n\nmessage", _armoured(frame))


def _armoured(frame: bytes) -> str:
    return f"{BEGIN}\n{base64.b64encode(frame).decode()}\n{END}\n"


def _strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _number(value: int) -> bytes:
    return _strings(value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _token_data(payload: bytes) -> bytes:
    inner = b"SSHSIG" + _strings(b"git", b"", b"sha512", hashlib.sha512(payload).digest())
    return hashlib.sha256(b"ssh:").digest() + b"\x01\0\0\0\x07" + hashlib.sha256(inner).digest()


def _ed25519_in_a_token(payload: bytes) -> tuple[str, bytes]:
    key = Ed25519PrivateKey.generate()
    name = b"sk-ssh-ed25519@openssh.com"
    blob = _strings(name, key.public_key().public_bytes_raw(), b"ssh:")
    signature = _strings(name, key.sign(_token_data(payload))) + b"\x01\0\0\0\x07"
    return _as_frame(name, blob, signature)


def _ecdsa_in_a_token(payload: bytes) -> tuple[str, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = b"sk-ecdsa-sha2-nistp256@openssh.com"
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    r, s = decode_dss_signature(key.sign(_token_data(payload), ec.ECDSA(SHA256())))
    blob = _strings(name, b"nistp256", point, b"ssh:")
    signature = _strings(name, _number(r) + _number(s)) + b"\x01\0\0\0\x07"
    return _as_frame(name, blob, signature)


def _as_frame(name: bytes, blob: bytes, signature: bytes) -> tuple[str, bytes]:
    frame = b"SSHSIG\0\0\0\1" + _strings(blob, b"git", b"", b"sha512", signature)
    return f"{name.decode()} {base64.b64encode(blob).decode()}", frame
