import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gitcp.errors import GitcpError
from gitcp.store.git_store import GitStore
from gitcp.store.objects import Objects
from gitcp.store.openpgp import fingerprint_of
from gitcp.store.signatures import signer_of
from gitcp.store.signers import Signers, path_of
from tests.store.keys import new_key, raw_commit, sign_commit
from tests.store.repositories import commit_files, git, new_checkout
from tests.store.steps import OSCAR, title

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed")


class Ring:
    """A key ring of GnuPG with one key that may sign, and a subkey that may."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GNUPGHOME", str(home))
        home.mkdir(mode=0o700)
        self._run("--quick-gen-key", "Petra Person <petra@example.org>", "ed25519", "sign", "2y")
        self.fingerprint = self._fingerprints()[0]

    def make(self, at: str, validity: str) -> None:
        time = ("--faked-system-time", at)
        self._run(*time, "--quick-gen-key", "Petra Person <old@example.org>", "ed25519", "sign", validity)
        self.fingerprint = self._fingerprints()[-1]

    def revoke(self) -> None:
        folder = Path(os.environ["GNUPGHOME"]) / "openpgp-revocs.d"
        text = (folder / f"{self.fingerprint}.rev").read_text().replace(":-----BEGIN", "-----BEGIN")
        (folder / "now.asc").write_text(text)
        self._run("--import", str(folder / "now.asc"))

    def add_subkey(self) -> None:
        self._run("--quick-add-key", self.fingerprint, "rsa2048", "sign", "1y")

    def certificate(self) -> bytes:
        return self._run("--export", "--armor", self.fingerprint)

    def _fingerprints(self) -> list[str]:
        lines = self._run("--list-keys", "--with-colons").decode().splitlines()
        return [line.split(":")[9] for line in lines if line.startswith("fpr:")]

    @staticmethod
    def _run(*arguments: str) -> bytes:
        command = ["gpg", "--batch", "-q", "--pinentry-mode", "loopback", "--passphrase", "", *arguments]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    with short_folder() as folder:  # the agent's socket lies in it, and its name must be short
        yield Ring(folder / "g", monkeypatch)
        subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


@contextmanager
def short_folder() -> Iterator[Path]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="g", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return new_checkout(tmp_path / "repository")


def test_a_commit_by_gnupg_names_the_fingerprint_of_its_certificate(ring: Ring, repository: Path) -> None:
    _keep(repository, path_of(ring.fingerprint), ring.certificate())

    revision = _sign(repository, ring)

    assert Signers(Objects(repository)).of(revision, [ring.fingerprint]) == ring.fingerprint
    assert fingerprint_of(ring.certificate()) == ring.fingerprint


def test_a_signature_by_a_subkey_is_one_of_the_certificate(ring: Ring, repository: Path) -> None:
    ring.add_subkey()
    _keep(repository, path_of(ring.fingerprint), ring.certificate())

    revision = _sign(repository, ring)

    assert Signers(Objects(repository)).of(revision, [ring.fingerprint]) == ring.fingerprint


def test_a_key_that_nobody_names_is_not_looked_for(ring: Ring, repository: Path) -> None:
    _keep(repository, path_of(ring.fingerprint), ring.certificate())

    revision = _sign(repository, ring)

    assert Signers(Objects(repository)).of(revision, []) is None
    assert Signers(Objects(repository)).of(revision, ["0" * 40]) is None


def test_without_its_certificate_an_openpgp_signature_is_none(ring: Ring, repository: Path) -> None:
    assert Signers(Objects(repository)).of(_sign(repository, ring), [ring.fingerprint]) is None


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"])
def test_a_certificate_that_is_none_is_no_error(content: str, ring: Ring, repository: Path) -> None:
    _keep(repository, path_of(ring.fingerprint), content.encode())

    assert Signers(Objects(repository)).of(_sign(repository, ring), [ring.fingerprint]) is None
    assert fingerprint_of(content.encode()) is None


def test_another_certificate_under_a_fingerprint_is_not_taken_for_it(ring: Ring, repository: Path) -> None:
    wanted = "F" * 40
    _keep(repository, path_of(wanted), ring.certificate())

    assert Signers(Objects(repository)).of(_sign(repository, ring), [wanted]) != wanted


def test_a_changed_commit_is_not_signed_by_gnupg(ring: Ring, repository: Path) -> None:
    _sign(repository, ring)
    raw, certificate = raw_commit(repository), ring.certificate()

    assert signer_of(raw, lambda: [certificate]) == ring.fingerprint
    assert signer_of(raw + b"!", lambda: [certificate]) is None
    assert signer_of(raw.replace(b"\n iH", b"\n iI"), lambda: [certificate]) is None
    assert signer_of(raw.replace(b"END PGP", b"END"), lambda: [certificate]) is None
    assert signer_of(raw.replace(b" -----END PGP SIGNATURE-----\n", b""), lambda: [certificate]) is None


def test_a_person_may_sign_by_gnupg(ring: Ring, bare: Path) -> None:
    commit_files(bare, {path_of(ring.fingerprint): ring.certificate()})
    git(bare, "config", "user.signingkey", ring.fingerprint)
    git(bare, "config", "commit.gpgsign", "true")

    with GitStore.open(bare) as store:
        made = title(store, 1, "CI-0001", "New", actor=OSCAR)
        signer = store.signers.of(made.revision, [ring.fingerprint])

    assert signer == ring.fingerprint


def test_what_a_key_signed_while_it_was_good_stays_signed(
    ring: Ring, repository: Path, tmp_path: Path
) -> None:
    old = "20200101T000000!"
    ring.make(old, "30d")
    _keep(repository, path_of(ring.fingerprint), ring.certificate())
    program = tmp_path / "gpg"
    program.write_text(f'#!/bin/sh\nexec gpg --faked-system-time {old} "$@"\n')
    program.chmod(0o755)
    git(repository, "config", "gpg.program", str(program))

    revision = _sign(repository, ring)

    assert Signers(Objects(repository)).of(revision, [ring.fingerprint]) == ring.fingerprint


def test_nothing_is_signed_by_a_key_that_was_revoked_since(ring: Ring, repository: Path) -> None:
    revision = _sign(repository, ring)
    raw = raw_commit(repository, revision)
    good = ring.certificate()
    ring.revoke()
    revoked = ring.certificate()

    assert signer_of(raw, lambda: [good]) == ring.fingerprint
    assert signer_of(raw, lambda: [revoked]) is None


def test_a_missing_library_is_said_only_where_it_is_needed(
    ring: Ring, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(repository, path_of(ring.fingerprint), ring.certificate())
    revision = _sign(repository, ring)
    monkeypatch.setitem(sys.modules, "pysequoia", None)

    assert Signers(Objects(repository)).of(revision, []) is None
    with pytest.raises(GitcpError, match="OpenPGP") as caught:
        Signers(Objects(repository)).of(revision, [ring.fingerprint])
    assert caught.value.hint == "pip install 'gitcp[openpgp]'"


def test_an_ssh_key_needs_nothing_beside_its_line(tmp_path: Path, repository: Path) -> None:
    key = new_key(tmp_path)

    assert Signers(Objects(repository)).of(sign_commit(repository, key), []) == key.public


def _keep(repository: Path, path: str, content: bytes) -> None:
    (repository / path).parent.mkdir()
    (repository / path).write_bytes(content)
    git(repository, "add", "--", path)


def _sign(repository: Path, ring: Ring) -> str:
    options = ("-c", "gpg.format=openpgp", "-c", f"user.signingkey={ring.fingerprint}")
    git(repository, *options, "commit", "-q", "-S", "--allow-empty", "-m", "by hand")
    return git(repository, "rev-parse", "HEAD").strip()
