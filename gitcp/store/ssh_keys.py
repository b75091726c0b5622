"""Private SSH keys in files: made, read, and signed with in this process, which takes a twentieth of a millisecond.

Rule: what a file holds is told to nobody, not in an error either.
"""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from gitcp.errors import GitcpError
from gitcp.store.sshsig import armoured, packed

_LARGEST: Final = 64 * 1024
_OTHERS: Final = 0o077
_HASHES: Final = {"nistp256": SHA256(), "nistp384": SHA384(), "nistp521": SHA512()}
_CURVES: Final = {"secp256r1": "nistp256", "secp384r1": "nistp384", "secp521r1": "nistp521"}


class PrivateKey:
    """A key that signs in this process. `public` is its other half, as in `authorized_keys`, without a comment."""

    def __init__(self, public: str, signed: Callable[[bytes], bytes]) -> None:
        self.public = public
        self._signed = signed

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key from a file that its owner alone may read.

        Raises:
            GitcpError: there is none, others may read it, or it is none that signs without a question.
        """
        try:
            if path.stat().st_mode & _OTHERS:
                raise GitcpError(
                    f"{path}: expected a key for its owner alone, found mode {path.stat().st_mode & 0o777:o}",
                    hint=f"chmod 600 {path}, and make a new key if others may have read it",
                )
            with path.open("rb") as file:
                return cls._of(path, file.read(_LARGEST))
        except OSError as error:
            raise GitcpError(f"{path}: the key cannot be read: {error.strerror}", hint=_NEW) from error

    @classmethod
    def make(cls, path: Path) -> Self:
        """Make an Ed25519 key, and write it where nothing is yet, for its owner alone; its public half beside it.

        Raises:
            GitcpError: there is a file already, or none can be written.
        """
        made = Ed25519PrivateKey.generate()
        text = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        key = cls._of(path, text)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
            public = path.with_name(f"{path.name}.pub")
            public.write_text(f"{key.public}\n")
        except FileExistsError as error:
            raise GitcpError(
                f"{path}: expected no file, found one", hint="name another file, or use the key that is there"
            ) from error
        except OSError as error:
            raise GitcpError(f"{path}: the key cannot be written: {error.strerror}") from error
        return key

    def sign(self, payload: bytes) -> str:
        """Return the signature over a commit, as git keeps it."""
        _, _, blob = self.public.partition(" ")
        return armoured(base64.b64decode(blob), payload, self._signed)

    @classmethod
    def _of(cls, path: Path, text: bytes) -> Self:
        try:
            key = load_ssh_private_key(text, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise GitcpError(
                f"{path}: expected a private SSH key without a passphrase, found none", hint=_NEW
            ) from error
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        match key:
            case Ed25519PrivateKey():
                return cls(public, lambda data: packed(b"ssh-ed25519") + packed(key.sign(data)))
            case rsa.RSAPrivateKey():
                return cls(public, lambda data: _by_rsa(key, data))
            case ec.EllipticCurvePrivateKey():
                return cls(public, lambda data: _by_curve(key, data))
            case _:
                raise GitcpError(f"{path}: expected an Ed25519, ECDSA or RSA key, found another", hint=_NEW)


_NEW: Final = "make one: gitcp key new"


def _by_rsa(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return packed(b"rsa-sha2-512") + packed(key.sign(data, padding.PKCS1v15(), SHA512()))


def _by_curve(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    name = _CURVES[key.curve.name]
    numbers = decode_dss_signature(key.sign(data, ec.ECDSA(_HASHES[name])))
    return packed(f"ecdsa-sha2-{name}".encode()) + packed(b"".join(map(_number, numbers)))


def _number(value: int) -> bytes:
    return packed(value.to_bytes(value.bit_length() // 8 + 1, "big"))
