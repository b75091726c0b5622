"""How other pages show the site's badges."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gitcp.dashboard import links
from gitcp.dashboard.facts import fact
from gitcp.dashboard.register import Register

PLACE: Final = "https://ADDRESS-OF-THIS-SITE/"
_BADGES: Final = (
    ("status", "how it stands", links.HOME),
    ("spend", "spent this month", links.COSTS),
    ("runs", "runs today", links.RUNS),
)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A badge, what it is about, and the Markdown that shows it elsewhere."""

    file: str
    about: str
    markdown: str


@fact("address-of-site")
def _address(register: Register, _: str) -> str:
    return register.site.base_url or PLACE


def embedded(register: Register) -> Iterator[Embedded]:
    """Show each badge."""
    place = _address(register, "")
    for name, about, page in _BADGES:
        file = links.badge_file(name)
        yield Embedded(file, about, f"[![{about}]({place}{file})]({place}{page})")
