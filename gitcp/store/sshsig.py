"""Signatures as OpenSSH makes them (`ssh-keygen -Y sign`): armour, frame, and the keys that they are made with.

Rule: what does not have exactly the form that OpenSSH gives it is no signature.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

BEGIN: Final = "-----BEGIN SSH SIGNATURE-----"
END: Final = "-----END SSH SIGNATURE-----"
NAMESPACE: Final = b"git"

_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_ARMOUR: Final = re.compile(rf"{BEGIN}\n([A-Za-z0-9+/=\n]+)\n{END}\n?")
_HASHES: Final[Mapping[bytes, Callable[[bytes], bytes]]] = {
    b"sha256": lambda data: hashlib.sha256(data).digest(),
    b"sha512": lambda data: hashlib.sha512(data).digest(),
}
_HASHED: Final = b"sha512"
_WIDTH: Final = 70
_RSA: Final[Mapping[bytes, HashAlgorithm]] = {b"rsa-sha2-256": SHA256(), b"rsa-sha2-512": SHA512()}
_RSA_BITS: Final = range(2_048, 16_385)
_CURVES: Final[Mapping[bytes, tuple[ec.EllipticCurve, HashAlgorithm]]] = {
    b"nistp256": (ec.SECP256R1(), SHA256()),
    b"nistp384": (ec.SECP384R1(), SHA384()),
    b"nistp521": (ec.SECP521R1(), SHA512()),
}
_ED25519: Final = b"ssh-ed25519"
# A key in a token signs, beside the data, whom it serves, whether it was touched, and how often it has signed.
_TOKEN_FACTS: Final = 5

Verify = Callable[[bytes, bytes, bytes], None]
"""Raise InvalidSignature or ValueError unless a signature (its algorithm, the rest of its blob) over some data holds."""


def signer(payload: bytes, signature: str) -> str | None:
    """Return the public key, as in `authorized_keys`, whose signature over a payload this is; none if it does not hold."""
    try:
        return _signer(payload, signature)
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return None


def _signer(payload: bytes, text: str) -> str:
    frame = _Reader(_unarmoured(text))
    frame.expect(_MAGIC)
    frame.expect(_VERSION)
    blob, namespace, reserved, algorithm, signature = (frame.string() for _ in range(5))
    frame.expect_end()
    if namespace != NAMESPACE or reserved or algorithm not in _HASHES:
        raise ValueError(namespace)
    parts = _Reader(signature)
    verify = _verifier(blob)
    verify(parts.string(), parts.rest(), _signed(algorithm, payload))
    return _public_line(blob)


def _unarmoured(text: str) -> bytes:
    found = _ARMOUR.fullmatch(text)
    if found is None:
        raise ValueError(text[:40])
    encoded = found[1].replace("\n", "")
    frame = base64.b64decode(encoded, validate=True)
    if base64.b64encode(frame).decode() != encoded:  # bits that say nothing
        raise ValueError(encoded[-4:])
    return frame


def armoured(blob: bytes, payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Return a signature over a payload; `blob` is the public key, and `sign` returns the algorithm and the signature of some data, packed."""
    signature = sign(_signed(_HASHED, payload))
    frame = _MAGIC + _VERSION + b"".join(map(packed, (blob, NAMESPACE, b"", _HASHED, signature)))
    text = base64.b64encode(frame).decode()
    return "\n".join([BEGIN, *(text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)), END])


def _signed(algorithm: bytes, payload: bytes) -> bytes:
    """Return what the key signs in place of the payload."""
    return _MAGIC + b"".join(map(packed, (NAMESPACE, b"", algorithm, _HASHES[algorithm](payload))))


def _public_line(blob: bytes) -> str:
    return f"{_Reader(blob).string().decode()} {base64.b64encode(blob).decode()}"


class _Reader:
    """Reads the lengths and strings of SSH; ValueError where they do not fit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise ValueError(size)
        found = self._data[self._at : end]
        self._at = end
        return found

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def number(self) -> int:
        found = self.string()
        value = int.from_bytes(found, "big", signed=True)
        if value <= 0 or len(found) != value.bit_length() // 8 + 1:  # not as short as it can be
            raise ValueError(found[:2])
        return value

    def rest(self) -> bytes:
        return self.take(len(self._data) - self._at)

    def expect(self, wanted: bytes) -> None:
        if self.take(len(wanted)) != wanted:
            raise ValueError(wanted)

    def expect_end(self) -> None:
        if self._at != len(self._data):
            raise ValueError(self._at)


def packed(data: bytes) -> bytes:
    """Return a string of SSH: its length, then itself."""
    return len(data).to_bytes(4, "big") + data


def _only_string(data: bytes) -> bytes:
    reader = _Reader(data)
    found = reader.string()
    reader.expect_end()
    return found


# -- keys


@lru_cache(256)
def _verifier(blob: bytes) -> Verify:
    reader = _Reader(blob)
    verifier = _VERIFIERS.get(reader.string())
    if verifier is None:
        raise ValueError(blob[:40])
    made = verifier(reader)
    reader.expect_end()
    return made


def _ed25519(reader: _Reader) -> Verify:
    key = Ed25519PublicKey.from_public_bytes(reader.string())

    def verify(algorithm: bytes, rest: bytes, data: bytes) -> None:
        _expect_algorithm(algorithm, _ED25519)
        key.verify(_only_string(rest), data)

    return verify


def _rsa(reader: _Reader) -> Verify:
    exponent, modulus = reader.number(), reader.number()
    if modulus.bit_length() not in _RSA_BITS:
        raise ValueError(modulus.bit_length())
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()

    def verify(algorithm: bytes, rest: bytes, data: bytes) -> None:
        if algorithm not in _RSA:
            raise ValueError(algorithm)
        # OpenSSH leaves leading zeros away.
        signature = _only_string(rest).rjust(key.key_size // 8, b"\0")
        key.verify(signature, data, padding.PKCS1v15(), _RSA[algorithm])

    return verify


def _ecdsa(reader: _Reader) -> Verify:
    name = reader.string()
    if name not in _CURVES:
        raise ValueError(name)
    curve, hashed = _CURVES[name]
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, reader.string())

    def verify(algorithm: bytes, rest: bytes, data: bytes) -> None:
        _expect_algorithm(algorithm, b"ecdsa-sha2-" + name)
        numbers = _Reader(_only_string(rest))
        signature = encode_dss_signature(numbers.number(), numbers.number())
        numbers.expect_end()
        key.verify(signature, data, ec.ECDSA(hashed))

    return verify


def _in_token(
    algorithm: bytes, plain: Callable[[_Reader], Verify], inner: bytes
) -> Callable[[_Reader], Verify]:
    def verifier(reader: _Reader) -> Verify:
        verify_plain = plain(reader)
        application = hashlib.sha256(reader.string()).digest()

        def verify(said: bytes, rest: bytes, data: bytes) -> None:
            _expect_algorithm(said, algorithm)
            signature, facts = rest[:-_TOKEN_FACTS], rest[-_TOKEN_FACTS:]
            verify_plain(inner, signature, application + facts + hashlib.sha256(data).digest())

        return verify

    return verifier


def _expect_algorithm(found: bytes, wanted: bytes) -> None:
    if found != wanted:
        raise ValueError(found[:40])


_VERIFIERS: Final[Mapping[bytes, Callable[[_Reader], Verify]]] = {
    _ED25519: _ed25519,
    b"ssh-rsa": _rsa,
    **{b"ecdsa-sha2-" + name: _ecdsa for name in _CURVES},
    b"sk-ssh-ed25519@openssh.com": _in_token(b"sk-ssh-ed25519@openssh.com", _ed25519, _ED25519),
    b"sk-ecdsa-sha2-nistp256@openssh.com": _in_token(
        b"sk-ecdsa-sha2-nistp256@openssh.com", _ecdsa, b"ecdsa-sha2-nistp256"
    ),
}
