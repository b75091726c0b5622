"""Signatures on requests and answers, as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`.

Rule: no text is signed for two purposes. An answer bears the id of its request with `.answer` after it, so that neither an older answer nor
the request itself passes for one.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"

# How many seconds the clocks of both sides may differ, and an answer may be on its way.
WINDOW: Final = 300
SHORTEST_KEY: Final = 24
_ENCODED: Final = "whsec_"
_VERSION: Final = "v1,"
_DIGITS: Final = 12
_MOST_SIGNATURES: Final = 10


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for: Base64 after `whsec_`, else the text itself.

    Raises:
        ValueError: it is no Base64, or too short to be a key.
    """
    try:
        encoded = secret.startswith(_ENCODED)
        key = base64.b64decode(secret.removeprefix(_ENCODED), validate=True) if encoded else secret.encode()
    except binascii.Error:
        raise ValueError("expected Base64 after whsec_") from None
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"expected a key of {SHORTEST_KEY} bytes or more, found {len(key)}")
    return key


def signed(key: bytes, name: str, body: bytes, now: int) -> dict[str, str]:
    """Return the headers that sign a message; `now` is in seconds since 1970."""
    return {ID: name, TIMESTAMP: str(now), SIGNATURE: _VERSION + _signature(key, name, str(now), body)}


def answer_to(name: str) -> str:
    """Return the id of the answer to the request of this id."""
    return f"{name}.answer"


def fault(key: bytes, name: str, body: bytes, headers: Mapping[str, str], now: int) -> str | None:
    """Say what is wrong with the signature of a message that shall have this id, or none."""
    if SIGNATURE not in headers:
        return f"it is not signed: expected the header {SIGNATURE}"
    if headers.get(ID) != name:
        return f"it is no answer to what was asked: expected {ID} {name}"
    timestamp = headers.get(TIMESTAMP, "")
    # Asked of ASCII alone: other digits are digits to Python as well.
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _DIGITS):
        return f"expected seconds since 1970 in {TIMESTAMP}"
    if abs(now - int(timestamp)) > WINDOW:
        return f"its {TIMESTAMP} is more than {WINDOW} seconds from now"
    expected = _VERSION + _signature(key, name, timestamp, body)
    # Several stand beside each other while a key is changed.
    given = headers[SIGNATURE].split()[:_MOST_SIGNATURES]
    if any(hmac.compare_digest(each.encode(), expected.encode()) for each in given):
        return None
    return "its signature is wrong: expected one with the key of sign_with"


def _signature(key: bytes, name: str, timestamp: str, body: bytes) -> str:
    text = b".".join((name.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
