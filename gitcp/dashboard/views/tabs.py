"""The way between pages that show the same records differently."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    """Another look at the same records; `count` names the number that the edition shows there, if it does."""

    label: str
    href: str
    current: bool
    count: str | None = None
