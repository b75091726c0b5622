"""A public key as people name one: a `.pub` file, its line, or an OpenPGP fingerprint."""

import re
from pathlib import Path
from typing import Final

from gitcp.errors import GitcpError

_LONGEST: Final = 16_000
_FINGERPRINT: Final = re.compile(r"(0x)?[0-9A-Fa-f]{40}")
_WORDS: Final = 2


def public_key(said: str) -> str:
    """Return a key as records hold it, without a comment.

    Raises:
        GitcpError: it is none, or the file cannot be read.
    """
    bare = said.replace(" ", "")
    if _FINGERPRINT.fullmatch(bare):
        return bare.upper().removeprefix("0X")
    text = said if " " in said.strip() else _read(Path(said).expanduser())
    words = text.split()
    if "PRIVATE KEY-----" in text:
        raise GitcpError("expected a public key, found a private one", hint="name the file that ends in .pub")
    if len(words) < _WORDS:
        raise GitcpError(
            "expected a public SSH key or an OpenPGP fingerprint, found a file of something else"
        )
    return " ".join(words[:_WORDS])


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError as error:
        raise GitcpError(
            f"{path}: expected a public SSH key, an OpenPGP fingerprint or a file: {error.strerror}",
            hint="ssh keys lie in ~/.ssh/*.pub; gpg --list-secret-keys --keyid-format long shows fingerprints",
        ) from error
