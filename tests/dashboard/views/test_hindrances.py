from gitcp.dashboard import WaitingItem
from gitcp.dashboard.prose import Prose
from gitcp.dashboard.register import Register
from gitcp.dashboard.views.hindrances import Hindrance, hindrances, left_out
from tests.dashboard.company import a_bare_site, a_site


def shown(*waiting: WaitingItem) -> tuple[Hindrance, ...]:
    register = Register(a_bare_site(waiting=waiting) if waiting else a_site())
    return hindrances(register, Prose(register.find, ""))


def test_each_says_who_waits_for_what_why_and_until_when() -> None:
    first, *_, last = shown()

    assert first.what is not None
    assert (first.who, first.what.text) == ("Felix", "Sources for the chapter on lichens")
    assert first.until is not None
    assert (first.until.text, str(last.reason)) == (
        "22 Nov, 10:39",
        "budget project/WEB is used up for today",
    )


def test_all_that_wait_for_the_same_are_told_once() -> None:
    waiting = [WaitingItem(f"a{number}", "CI-0001", "budget company is used up") for number in range(6)]
    many, other = shown(*waiting, WaitingItem(None, None, "no reason"))

    assert (many.who, many.count, many.what) == ("a0, a1, a2, a3 and 2 more", 6, None)
    assert (other.who, other.what, other.until, other.count) == ("", None, None, 1)


def test_what_is_left_out_is_counted_by_wakes() -> None:
    waiting = [
        WaitingItem("riley", None, "one"),
        WaitingItem("mira", None, "two"),
        WaitingItem("hugo", None, "two"),
    ]

    assert left_out(shown(*waiting)) == "3 more, each on the page of its task or agent."
    assert left_out(()) is None
