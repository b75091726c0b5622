"""PII redactor: replace what identifies a person by a mark that says what stood there.

Rule: check digits decide where there are some, so that order numbers stay readable and card numbers do not.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

VERSION: Final = "1.0.0"
LARGEST_BYTE: Final = 255


def run(text: str) -> dict[str, Any]:
    """Return the redacted text and how often each kind was found."""
    found: dict[str, int] = {}
    for kind, pattern, is_real in _KINDS:
        text = pattern.sub(partial(_mark, kind, is_real, found), text)
    return {"text": text, "found": dict(sorted(found.items()))}


def _mark(kind: str, is_real: Callable[[str], bool], found: dict[str, int], match: re.Match[str]) -> str:
    if not is_real(match[0]):
        return match[0]
    found[kind] = found.get(kind, 0) + 1
    return f"[{kind.upper()}]"


def _always(_: str) -> bool:
    return True


def _is_iban(match: str) -> bool:
    iban = match.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _is_card(match: str) -> bool:
    """Apply the Luhn check: every second digit from the right counts double."""
    digits = [int(char) for char in reversed(match) if char.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _is_address(match: str) -> bool:
    return all(int(part) <= LARGEST_BYTE for part in match.split("."))


_KINDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"), _always),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _is_iban),
    ("card", re.compile(r"\b\d(?:[ -]?\d){12,18}\b"), _is_card),
    ("ip", re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)"), _is_address),
    ("phone", re.compile(r"(?<![\w.])(?:\+|00)\d{1,3}(?:[ ./-]?\(?\d{1,4}\)?){2,5}(?!\w)"), _always),
    (
        "birthday",
        re.compile(r"(?<=born )(?:on )?\d{1,2}[./]\d{1,2}[./]\d{4}|(?<=DOB )\d{4}-\d{2}-\d{2}"),
        _always,
    ),
)
"""In this order: a longer mark first, so that a part of it is not taken for something else."""
