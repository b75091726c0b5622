"""Who sits at the keyboard, as Git knows them."""

from typing import TYPE_CHECKING

from gitcp.errors import NotAllowedError

if TYPE_CHECKING:
    from gitcp.store.founding import Founder


def founder(*, fallback: bool) -> "Founder":
    """Return Git's user; with `fallback`, an example where Git knows nobody.

    Raises:
        NotAllowedError: Git knows nobody, and there is no fallback.
    """
    from gitcp.store.founding import Founder, git_identity

    found = git_identity()
    if found is not None:
        return found
    if not fallback:
        hint = 'git config --global user.name "YOU" and git config --global user.email YOU@EXAMPLE.COM'
        raise NotAllowedError("git has no identity here: expected user.name and user.email", hint=hint)
    return Founder("Alex Example", "owner@example.com")
