"""Signatures of OpenPGP keys. The one module that knows `pysequoia`, which the extra `openpgp` brings."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gitcp.errors import GitcpError

if TYPE_CHECKING:
    from pysequoia import Cert

_LARGEST: Final = 1 << 20
_ARMOUR: Final = re.compile(
    rb"-----BEGIN PGP SIGNATURE-----\n(?:[A-Za-z]+: [ -~]*\n)*\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END PGP SIGNATURE-----\n\n?"
)


def expect_library() -> None:
    """Make sure that such signatures can be read here.

    Raises:
        GitcpError: they cannot: the library is not installed.
    """
    try:
        import pysequoia  # noqa: F401, PLC0415 - an extra
    except ImportError as error:
        raise GitcpError(
            "signatures of OpenPGP keys: expected the library that reads them, found none",
            hint="pip install 'gitcp[openpgp]'",
        ) from error


def signer(payload: bytes, armoured: bytes, certificates: Sequence[bytes]) -> str | None:
    """Return the fingerprint of the certificate, out of these, whose signature over a payload this is; none if it does not hold.

    A signature holds that was made while its key was good: what expires later stays signed. Whoever made it may have used a subkey; the
    fingerprint is that of the whole certificate, 40 digits.

    Raises:
        GitcpError: the library is not installed.
    """
    expect_library()
    if _ARMOUR.fullmatch(armoured) is None:
        return None
    from pysequoia import Sig, verify  # noqa: PLC0415 - an extra
    from pysequoia.packet import SignatureType  # noqa: PLC0415 - an extra

    known = [found for data in certificates if (found := _certificate(data)) is not None]
    try:
        signature = Sig.from_bytes(armoured)
        if not known or signature.signature_type != SignatureType.Binary:
            return None
        (held,) = verify(payload, store=lambda _: known, signature=signature).valid_sigs
    except (RuntimeError, ValueError):
        return None
    return str(held.certificate).upper()


def fingerprint_of(certificate: bytes) -> str | None:
    """Return the fingerprint of a certificate as `gpg --export` writes it; none if it is none.

    Raises:
        GitcpError: the library is not installed.
    """
    expect_library()
    found = _certificate(certificate)
    return None if found is None else found.fingerprint.upper()


@lru_cache(64)
def _certificate(data: bytes) -> "Cert | None":
    from pysequoia import Cert  # noqa: PLC0415 - an extra

    if len(data) > _LARGEST:
        return None
    try:
        return Cert.from_bytes(data)
    except (RuntimeError, ValueError):
        return None
