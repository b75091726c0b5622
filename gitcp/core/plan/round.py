"""One round: whoever's turn it is starts its next, until nothing is left or nothing more may start."""

import heapq
from collections.abc import Iterator

from gitcp.core.plan.draft import Draft
from gitcp.core.plan.gate import is_held
from gitcp.core.plan.hands import Hand, hands
from gitcp.core.plan.starting import start_next


def start_all(draft: Draft) -> None:
    """Decide for all that is due, and say why not."""
    for hand in _in_turn(draft):
        _move(draft, hand)


def start_what_may(draft: Draft) -> None:
    """Decide until no further run may start; who cannot start anything is not looked at."""
    if draft.is_full():
        return
    for hand in _in_turn(draft):
        if hand.left is None and is_held(draft, hand):
            hand.left = []
        _move(draft, hand)
        if draft.is_full():
            break


def _in_turn(draft: Draft) -> Iterator[Hand]:
    """Yield a hand again and again, as long as anything is left in it."""
    waiting = [(hand.turn(draft), hand) for hand in hands(draft)]
    heapq.heapify(waiting)
    while waiting:
        _, hand = heapq.heappop(waiting)
        yield hand
        if hand.left:
            heapq.heappush(waiting, (hand.turn(draft), hand))


def _move(draft: Draft, hand: Hand) -> None:
    if hand.left is None:
        hand.look(draft)
    elif hand.left:
        start_next(draft, hand)
