"""Who signed the commits of a repository, by the keys that count there.

An SSH key is all in its line. Of an OpenPGP key the records hold the fingerprint; its certificate (the public key with its subkeys) lies in the
control repository as `keys/<fingerprint>.asc`. Nobody has to be believed for that: a fingerprint is of one key alone, and the key has signed the rest.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from gitcp.store.objects import Objects
from gitcp.store.signatures import signer_of
from gitcp.store.trees import PLAIN

FOLDER: Final = "keys"
_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}")


class Signers:
    """Reads the signatures of one repository's commits."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def of(self, revision: str, keys: Collection[str]) -> str | None:
        """Return the key whose signature over a commit holds; of OpenPGP keys only those that are among `keys`, by the commit's own files.

        Raises:
            GitcpError: it bears an OpenPGP signature, `keys` names OpenPGP keys, and the library that reads them is not installed.
        """
        return signer_of(self._objects.data(revision), lambda: list(self._certificates(revision, keys)))

    def _certificates(self, revision: str, keys: Collection[str]) -> Iterator[bytes]:
        tree = self._objects.commit(revision).tree
        for key in keys:
            if _FINGERPRINT.fullmatch(key) is None:
                continue
            leaf = self._objects.leaf(tree, path_of(key))
            if leaf is not None and leaf.mode in PLAIN:
                yield self._objects.data(leaf.oid)


def path_of(fingerprint: str) -> str:
    """Return where the certificate of an OpenPGP key lies in the control repository."""
    return f"{FOLDER}/{fingerprint}.asc"
