"""The public keys that the records name: whose they are, how people compare them, and as git's own programs read them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gitcp.model.actors import SCHEDULER_EMAIL
from gitcp.model.members import Person
from gitcp.model.operation import SCHEDULER
from gitcp.model.snapshot import Snapshot, persons

OPENPGP: Final = "openpgp"
KINDS: Final = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)

# What means itself in the first field of `allowed_signers`, where names are patterns.
_PRINCIPAL: Final = re.compile(r"[A-Za-z0-9._%+@-]+")
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key and whose it is: a person's id, or the scheduler."""

    owner: str
    key: str

    @property
    def kind(self) -> str:
        """What kind of key it is: the first word of an SSH key, or `openpgp`."""
        return self.key.split(" ")[0] if " " in self.key else OPENPGP

    @property
    def fingerprint(self) -> str:
        """By what people compare keys: as `ssh-keygen -l` and `gpg --fingerprint` print it."""
        return fingerprint_of(self.key)


def named_keys(snapshot: Snapshot) -> Iterator[NamedKey]:
    """Yield the keys that the records name: the scheduler's, then those of persons in the order of the org chart."""
    if snapshot.company is not None:
        yield from (NamedKey(SCHEDULER, key) for key in snapshot.company.trust.scheduler_keys)
    for person in persons(snapshot):
        yield from (NamedKey(person.id, key) for key in person.keys)


def fingerprint_of(key: str) -> str:
    """Return by what people compare a key."""
    if " " not in key:
        return key
    blob = _blob(key)
    digest = base64.b64encode(hashlib.sha256(blob if blob is not None else key.encode()).digest())
    return f"SHA256:{digest.decode().rstrip('=')}"


def is_usable(key: str) -> bool:
    """Whether signatures by a key can be read: an OpenPGP fingerprint, or an SSH key of a known kind that is what it says."""
    if " " not in key:
        return True
    kind, blob = key.split(" ", maxsplit=1)[0], _blob(key)
    if kind not in KINDS or blob is None:
        return False
    return blob[_LENGTH : _LENGTH + int.from_bytes(blob[:_LENGTH], "big")].decode("ascii", "replace") == kind


def allowed_signers(snapshot: Snapshot) -> Iterator[str]:
    """Yield the lines of a file for `gpg.ssh.allowedSignersFile`: the SSH keys that count, each for the addresses that may sign with it."""
    for named in named_keys(snapshot):
        if named.kind != OPENPGP:
            yield f'{_principals(snapshot, named.owner)} namespaces="git" {named.key}'


def _principals(snapshot: Snapshot, owner: str) -> str:
    person = snapshot.get(Person, owner)
    emails = (SCHEDULER_EMAIL,) if person is None else person.emails
    return ",".join(filter(_PRINCIPAL.fullmatch, emails)) or owner


def _blob(key: str) -> bytes | None:
    text = key.partition(" ")[2]
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return blob if base64.b64encode(blob).decode() == text else None
