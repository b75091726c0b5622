"""Whose signature a commit bears.

Rule: a signature that does not hold, over exactly this commit, is none; whatever the bytes are.
"""

from collections.abc import Callable, Sequence
from typing import Final

_HEADER: Final = b"gpgsig"
_LONGEST: Final = 64 * 1024
_SSH: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_OPENPGP: Final = b"-----BEGIN PGP SIGNATURE-----\n"


def signer_of(raw: bytes, certificates: Callable[[], Sequence[bytes]] = tuple) -> str | None:
    """Return the public key whose signature over exactly this commit holds, as `SigningKey` writes it, or none.

    `raw` is the commit as git stores it, without its type and size. `certificates` is asked for those of OpenPGP keys when such a signature is met.

    Raises:
        GitcpError: there are certificates, and the library that reads them is not installed.
    """
    found = split(raw)
    if found is None:
        return None
    payload, signature = found
    if signature.startswith(_SSH):
        from gitcp.store import sshsig  # noqa: PLC0415 - a library that unsigned histories do without

        return sshsig.signer(payload, signature.decode("ascii", "replace"))
    if signature.startswith(_OPENPGP) and (known := certificates()):
        from gitcp.store import openpgp  # noqa: PLC0415 - an extra

        return openpgp.signer(payload, signature, known)
    return None


def split(raw: bytes) -> tuple[bytes, bytes] | None:
    """Return what a signed commit's signature is over, and the signature; none if it has not exactly one."""
    head, end, message = raw.partition(b"\n\n")
    if b"\n" + _HEADER not in head or not head.startswith(b"tree "):
        return None
    kept: list[bytes] = []
    signature: list[bytes] = []
    inside = False
    for line in head.split(b"\n"):
        inside = (inside and line.startswith(b" ")) or line.startswith(_HEADER)
        (signature if inside else kept).append(line)
    text = _unfolded(signature)
    return None if text is None else (b"\n".join(kept) + end + message, text)


def _unfolded(lines: list[bytes]) -> bytes | None:
    first, *rest = lines
    name, _, text = first.partition(b" ")
    if name != _HEADER or not all(line.startswith(b" ") for line in rest):
        return None  # another signature beside it, or one of another kind of repository
    found = b"\n".join([text, *(line[1:] for line in rest)]) + b"\n"
    return found if len(found) <= _LONGEST else None
