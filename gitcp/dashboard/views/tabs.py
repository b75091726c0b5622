"""The way between pages that show the same records differently."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    """Another look at the same records."""

    label: str
    href: str
    current: bool
