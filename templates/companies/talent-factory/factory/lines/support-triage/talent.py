"""Support triage: which queue a customer's message belongs to, how soon, and which words decided.

Rule: words and their weights decide, nothing else; a message without any goes to a person in `general`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

VERSION: Final = "1.3.0"

QUEUES: Final[Mapping[str, Mapping[str, int]]] = {
    "access": {
        "cannot log in": 3,
        "can't log in": 3,
        "locked out": 3,
        "password": 2,
        "two-factor": 3,
        "login": 2,
        "sign in": 2,
        "permission": 1,
    },
    "billing": {
        "charged twice": 4,
        "refund": 3,
        "invoice": 2,
        "charged": 2,
        "payment": 2,
        "subscription": 1,
        "credit card": 2,
        "vat": 2,
    },
    "bug": {
        "error": 2,
        "crashes": 3,
        "crash": 3,
        "stack trace": 3,
        "not working": 2,
        "broken": 2,
        "blank page": 3,
        "regression": 2,
    },
    "how-to": {
        "how do i": 3,
        "how can i": 3,
        "where do i find": 3,
        "is it possible to": 2,
        "documentation": 1,
        "example": 1,
    },
    "privacy": {
        "delete my data": 4,
        "gdpr": 4,
        "personal data": 3,
        "data request": 3,
        "data breach": 4,
    },
}
"""Weights of words by queue; on a tie the queue that stands first wins."""

CALM: Final = ("no rush", "not urgent", "no hurry", "when you have time", "whenever you can")
NOW: Final = (
    "outage",
    "down for everyone",
    "all our users",
    "all of our users",
    "data breach",
    "security incident",
)
TODAY: Final = (
    "urgent",
    "asap",
    "blocked",
    "cannot log in",
    "can't log in",
    "locked out",
    "deadline",
    "charged twice",
)


def run(text: str) -> dict[str, Any]:
    """Return the queue, the urgency and the words behind both."""
    message = " ".join(text.lower().replace("\u2019", "'").split())
    calm = _held(message, CALM)
    for phrase in calm:
        message = message.replace(phrase, " ")
    scores = {queue: _held(message, words) for queue, words in QUEUES.items()}
    queue = max(QUEUES, key=lambda each: sum(QUEUES[each][word] for word in scores[each]))
    decisive = scores[queue]
    now, today = _held(message, NOW), _held(message, TODAY)
    urgency = "now" if now else "this week" if calm else "today" if today else "this week"
    because = sorted({*decisive, *now, *(calm or today)})
    return {"queue": queue if decisive else "general", "urgency": urgency, "because": because}


def _held(message: str, phrases: Mapping[str, int] | tuple[str, ...]) -> list[str]:
    """Return the phrases in the message as whole words; a longer one hides those inside of it."""
    held = [phrase for phrase in phrases if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", message)]
    return [one for one in held if not any(one != other and one in other for other in held)]
