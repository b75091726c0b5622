"""Ways to act, as a page offers them: pages of the forge, files to begin with, commands."""

from typing import NamedTuple

from gitcp.dashboard.drafts import Draft
from gitcp.dashboard.register import Register


class Way(NamedTuple):
    """A page of the forge."""

    label: str
    url: str


class Step(NamedTuple):
    """A command, and what it is for; capitals stand for what the reader writes."""

    label: str
    command: str


class Offer(NamedTuple):
    """A file to begin with. `url` opens the forge's editor, `is_filled` with the text already in it."""

    draft: Draft
    url: str | None
    is_filled: bool


class Act(NamedTuple):
    """What can be done; `forge` is none where the repository is on none that is known, `path` where the page is not about one file."""

    title: str
    forge: str | None
    path: str | None
    ways: tuple[Way, ...]
    offers: tuple[Offer, ...]
    steps: tuple[Step, ...]


def offer(register: Register, draft: Draft) -> Offer:
    """Offer a file to begin with, in the forge's editor where there is one."""
    forge = register.site.forge
    if forge is None:
        return Offer(draft, None, is_filled=False)
    url = forge.new(draft.path, register.site.branch, draft.text, draft.message)
    return Offer(draft, url, is_filled=forge.prefills)
