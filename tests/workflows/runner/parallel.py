"""Several things at the same time."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Ended = TypeVar("Ended")


def together(acts: Sequence[Callable[[], Ended]]) -> list[Ended]:
    """Do things at the same time, and return what came of them in order; the first error is raised."""
    found: list[Ended | BaseException | None] = [None] * len(acts)

    def keep(at: int, act: Callable[[], Ended]) -> None:
        try:
            found[at] = act()
        except BaseException as error:  # noqa: BLE001 - it is raised where they are waited for
            found[at] = error

    threads = [threading.Thread(target=keep, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended: list[Ended] = []
    for one in found:
        if isinstance(one, BaseException):
            raise one
        assert one is not None
        ended.append(one)
    return ended
