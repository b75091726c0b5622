"""Characters that change how others look without being seen themselves: they are named where somebody wrote them.

Direction overrides let a text read otherwise than it is; what has no width hides in names. Marks and joiners that languages and
emoji need (LRM, RLM, ZWJ, ZWNJ, variation selectors) stay as they are: every text stands in an isolate of its own.
"""

import re
from typing import Any, Final

_UNSEEN: Final = re.compile(
    "[\u200b\u2060-\u2064\u206a-\u206f\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


def shown(value: Any) -> Any:
    """Name what cannot be seen in a text; anything else is returned as it is."""
    if type(value) is not str or value.isascii():
        return value
    return _UNSEEN.sub(_named, value)


def _named(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
